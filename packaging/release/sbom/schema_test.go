package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// schemas are the files of CycloneDX 1.6 (testdata, Apache-2.0, unchanged), by
// name. A keyword of JSON Schema draft 7 that is not known here is a complaint.
type schemas map[string]map[string]any

func published(t *testing.T) schemas {
	t.Helper()
	all := schemas{}
	for _, name := range []string{"bom-1.6.schema.json", "spdx.schema.json"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		var one map[string]any
		require.NoError(t, json.Unmarshal(raw, &one))
		all[name] = one
	}
	return all
}

// silent keywords judge nothing; format is left to the tests' own eyes.
var silent = []string{"$schema", "$id", "$comment", "title", "description", "examples", "meta:enum", "default", "format", "definitions", "properties", "additionalProperties", "required", "additionalItems"}

func (s schemas) judge(file string, schema map[string]any, value any, at string) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	inside := func(rule any, v any, at string) []string {
		if answer, plain := rule.(bool); plain {
			if answer {
				return nil
			}
			return []string{at + ": is not foreseen"}
		}
		return s.judge(file, rule.(map[string]any), v, at)
	}
	if ref, ok := schema["$ref"].(string); ok { // alone in draft 7
		other, target := s.follow(file, ref)
		if target == nil {
			return []string{at + ": " + ref + " is not here"}
		}
		return s.judge(other, target, value, at)
	}
	for keyword, rule := range schema {
		switch keyword {
		case "type":
			if !isType(rule.(string), value) {
				say("is a %T, no %s", value, rule)
			}
		case "enum":
			if !slices.Contains(rule.([]any), value) {
				say("%v is none of those allowed", value)
			}
		case "pattern":
			if v, ok := value.(string); ok && !regexp.MustCompile(rule.(string)).MatchString(v) {
				say("%q does not fit %s", v, rule)
			}
		case "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum":
			if n, ok := measure(keyword, value); ok && (strings.HasPrefix(keyword, "min") && n < rule.(float64) || strings.HasPrefix(keyword, "max") && n > rule.(float64)) {
				say("%v breaks %s %v", n, keyword, rule)
			}
		case "uniqueItems":
			if list, ok := value.([]any); ok && repeats(list) {
				say("says something twice")
			}
		case "items":
			list, _ := value.([]any)
			for i, item := range list {
				r := rule
				if each, tuple := rule.([]any); tuple {
					r = any(true) // what lies beyond the named ones is free
					if i < len(each) {
						r = each[i]
					}
				}
				wrong = append(wrong, inside(r, item, fmt.Sprintf("%s[%d]", at, i))...)
			}
		case "oneOf", "anyOf":
			fits, near := 0, []string(nil)
			for _, option := range rule.([]any) {
				bad := inside(option, value, at)
				if len(bad) == 0 {
					fits++
				} else if near == nil {
					near = bad
				}
			}
			if fits == 0 || keyword == "oneOf" && fits > 1 {
				say("%d choices of %s fit", fits, keyword)
				wrong = append(wrong, near...)
			}
		default:
			if !slices.Contains(silent, keyword) {
				say("keyword %s is not known", keyword)
			}
		}
	}
	return append(wrong, s.members(schema, value, at, inside)...)
}

func (s schemas) members(schema map[string]any, value any, at string, inside func(any, any, string) []string) (wrong []string) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, there := object[name.(string)]; !there {
			wrong = append(wrong, fmt.Sprintf("%s: %s is missing", at, name))
		}
	}
	for name, v := range object {
		if rule, known := properties[name]; known {
			wrong = append(wrong, inside(rule, v, at+"."+name)...)
		} else if schema["additionalProperties"] == false {
			wrong = append(wrong, fmt.Sprintf("%s: %s is not foreseen", at, name))
		}
	}
	return wrong
}

func (s schemas) follow(file, ref string) (string, map[string]any) {
	name, pointer, _ := strings.Cut(ref, "#")
	if name == "" {
		name = file
	}
	target := s[name]
	for _, part := range strings.FieldsFunc(pointer, func(r rune) bool { return r == '/' }) {
		target, _ = target[part].(map[string]any)
	}
	return name, target
}

func measure(keyword string, value any) (float64, bool) {
	switch v := value.(type) {
	case string:
		return float64(len([]rune(v))), strings.HasSuffix(keyword, "Length")
	case []any:
		return float64(len(v)), strings.HasSuffix(keyword, "Items")
	case float64:
		return v, strings.HasSuffix(keyword, "imum")
	}
	return 0, false
}

func repeats(list []any) bool {
	for i, a := range list {
		if slices.ContainsFunc(list[i+1:], func(b any) bool { return reflect.DeepEqual(a, b) }) {
			return true
		}
	}
	return false
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
	return name == "null"
}

// fits asserts that a document is CycloneDX 1.6, down to the names of licences,
// and that what refers finds what it means.
func fits(t *testing.T, raw []byte) {
	t.Helper()
	all := published(t)
	var value any
	require.NoError(t, json.Unmarshal(raw, &value))
	assert.Empty(t, all.judge("bom-1.6.schema.json", all["bom-1.6.schema.json"], value, "$"))
	var d document
	require.NoError(t, json.Unmarshal(raw, &d))
	refs := map[string]bool{d.Metadata.Component.BOMRef: true}
	for _, c := range d.Components {
		assert.False(t, refs[c.BOMRef], "%s is there twice", c.BOMRef)
		refs[c.BOMRef] = true
	}
	for _, dep := range d.Dependencies {
		assert.Contains(t, refs, dep.Ref)
		for _, part := range dep.DependsOn {
			assert.Contains(t, refs, part)
		}
	}
}

// TestTheSchemaRefuses: the judge sees what is wrong.
func TestTheSchemaRefuses(t *testing.T) {
	all := published(t)
	schema := all["bom-1.6.schema.json"]
	for what, spoil := range map[string]func(map[string]any){
		"missing": func(v map[string]any) { delete(v, "specVersion") },
		"more":    func(v map[string]any) { v["maker"] = "x" },
		"type":    func(v map[string]any) { v["version"] = "1" },
		"serial":  func(v map[string]any) { v["serialNumber"] = "urn:uuid:1" },
		"kind":    func(v map[string]any) { first(v)["type"] = "thing" },
		"no name": func(v map[string]any) { delete(first(v), "name") },
		"hash":    func(v map[string]any) { first(v)["hashes"] = []any{map[string]any{"alg": "SHA-256", "content": "xyz"}} },
		"no such": func(v map[string]any) {
			first(v)["licenses"] = []any{map[string]any{"license": map[string]any{"id": "NO-1"}}}
		},
		"said twice":   func(v map[string]any) { v["components"] = []any{first(v), first(v)} },
		"no reference": func(v map[string]any) { v["dependencies"] = []any{map[string]any{"dependsOn": []any{"x"}}} },
	} {
		raw, err := specimen(t).encode()
		require.NoError(t, err)
		var value map[string]any
		require.NoError(t, json.Unmarshal(raw, &value))
		require.Empty(t, all.judge("bom-1.6.schema.json", schema, value, "$"))
		spoil(value)
		assert.NotEmpty(t, all.judge("bom-1.6.schema.json", schema, value, "$"), what)
	}
}

func first(v map[string]any) map[string]any {
	return v["components"].([]any)[0].(map[string]any)
}
