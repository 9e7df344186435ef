package doctor

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// complaints judges a document by a schema: the part of JSON Schema 2020-12 that
// docs/doctor.schema.json uses. A keyword that is not known here is a complaint.
func complaints(schema map[string]any, value any, at string) (all []string) {
	say := func(format string, args ...any) { all = append(all, at+": "+fmt.Sprintf(format, args...)) }
	for keyword, rule := range schema {
		switch keyword {
		case "$schema", "$id", "title", "description", "properties", "additionalProperties", "required":
		case "type":
			if !isType(rule.(string), value) {
				say("is a %T, no %s", value, rule)
				return all
			}
		case "const":
			if value != rule {
				say("%v is not %v", value, rule)
			}
		case "enum":
			if !slices.Contains(rule.([]any), value) {
				say("%v is none of %v", value, rule)
			}
		case "pattern":
			if s, ok := value.(string); ok && !regexp.MustCompile(rule.(string)).MatchString(s) {
				say("%q does not fit %s", s, rule)
			}
		case "minLength":
			if s, ok := value.(string); ok && float64(len([]rune(s))) < rule.(float64) {
				say("is too short")
			}
		case "minimum":
			if n, ok := value.(float64); ok && n < rule.(float64) {
				say("%v is too small", n)
			}
		case "items":
			if list, ok := value.([]any); ok {
				for i, item := range list {
					all = append(all, complaints(rule.(map[string]any), item, fmt.Sprintf("%s[%d]", at, i))...)
				}
			}
		default:
			say("keyword %s is not known", keyword)
		}
	}
	object, ok := value.(map[string]any)
	if !ok {
		return all
	}
	properties, _ := schema["properties"].(map[string]any)
	if required, ok := schema["required"].([]any); ok {
		for _, name := range required {
			if _, there := object[name.(string)]; !there {
				say("%s is missing", name)
			}
		}
	}
	for name, inside := range object {
		if sub, known := properties[name].(map[string]any); known {
			all = append(all, complaints(sub, inside, at+"."+name)...)
		} else if schema["additionalProperties"] == false {
			say("%s is not foreseen", name)
		}
	}
	return all
}

func isType(name string, value any) bool {
	switch v := value.(type) {
	case string:
		return name == "string"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && v == float64(int64(v))
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return false
}

func schemaOf(t *testing.T) map[string]any {
	t.Helper()
	raw, err := os.ReadFile("../../docs/doctor.schema.json")
	require.NoError(t, err)
	var schema map[string]any
	require.NoError(t, json.Unmarshal(raw, &schema))
	return schema
}

func assertSchema(t *testing.T, schema map[string]any, document any) {
	t.Helper()
	raw, err := json.Marshal(document)
	require.NoError(t, err)
	var value any
	require.NoError(t, json.Unmarshal(raw, &value))
	assert.Empty(t, complaints(schema, value, "$"))
}

// TestTheSchemaRefuses: the judge above sees what is wrong.
func TestTheSchemaRefuses(t *testing.T) {
	schema := schemaOf(t)
	d := newDesk(t, healthy).examine(GroupSystem).Document(italian(t))
	for what, spoil := range map[string]func(map[string]any){
		"missing": func(v map[string]any) { delete(v, "summary") },
		"more":    func(v map[string]any) { v["name"] = "x" },
		"type":    func(v map[string]any) { v["checks"] = "x" },
		"const":   func(v map[string]any) { v["schema"] = "x" },
		"enum":    func(v map[string]any) { v["summary"].(map[string]any)["fault"] = "you" },
		"pattern": func(v map[string]any) { v["supportCode"] = "CID-U" },
		"minimum": func(v map[string]any) { v["counts"].(map[string]any)["ok"] = -1.0 },
		"length":  func(v map[string]any) { v["summary"].(map[string]any)["sentence"] = "" },
		"inside":  func(v map[string]any) { v["checks"].([]any)[0].(map[string]any)["code"] = "x" },
	} {
		raw, err := json.Marshal(d)
		require.NoError(t, err)
		var value map[string]any
		require.NoError(t, json.Unmarshal(raw, &value))
		require.Empty(t, complaints(schema, value, "$"))
		spoil(value)
		assert.Len(t, complaints(schema, value, "$"), 1, what)
	}
}
