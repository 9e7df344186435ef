package jsonschema

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// silent keywords judge nothing by themselves, or are judged with others.
var silent = []string{"$schema", "$id", "$comment", "title", "description", "examples", "meta:enum", "default", "format", "definitions", "properties", "additionalProperties", "required", "additionalItems", "type"}

// judge judges by one of the files.
type judge struct {
	schemas Schemas
	file    string
}

// rule judges by a schema, or by a plain yes or no.
func (j judge) rule(rule, value any, at string) []string {
	if answer, plain := rule.(bool); plain {
		if answer {
			return nil
		}
		return []string{at + ": is not foreseen"}
	}
	return j.value(rule.(map[string]any), value, at)
}

func (j judge) value(schema map[string]any, value any, at string) (wrong []string) {
	if ref, ok := schema["$ref"].(string); ok { // alone in draft 7
		file, target := j.schemas.follow(j.file, ref)
		if target == nil {
			return []string{at + ": " + ref + " is not here"}
		}
		return judge{j.schemas, file}.value(target, value, at)
	}
	if kind, ok := schema["type"].(string); ok && !isType(kind, value) {
		return []string{fmt.Sprintf("%s: is a %T, no %s", at, value, kind)}
	}
	for keyword, rule := range schema {
		switch keyword {
		case "items":
			wrong = append(wrong, j.items(rule, value, at)...)
		case "oneOf", "anyOf":
			wrong = append(wrong, j.choice(keyword, rule.([]any), value, at)...)
		default:
			if complaint := plain(keyword, rule, value); complaint != "" {
				wrong = append(wrong, at+": "+complaint)
			}
		}
	}
	return append(wrong, j.members(schema, value, at)...)
}

func (j judge) items(rule, value any, at string) (wrong []string) {
	list, _ := value.([]any)
	for i, item := range list {
		r := rule
		if each, tuple := rule.([]any); tuple {
			r = any(true) // what lies beyond the named ones is free
			if i < len(each) {
				r = each[i]
			}
		}
		wrong = append(wrong, j.rule(r, item, fmt.Sprintf("%s[%d]", at, i))...)
	}
	return wrong
}

func (j judge) choice(keyword string, options []any, value any, at string) []string {
	fits, near := 0, []string(nil)
	for _, option := range options {
		bad := j.rule(option, value, at)
		if len(bad) == 0 {
			fits++
		} else if near == nil {
			near = bad
		}
	}
	if fits == 0 || keyword == "oneOf" && fits > 1 {
		return append([]string{fmt.Sprintf("%s: %d choices of %s fit", at, fits, keyword)}, near...)
	}
	return nil
}

func (j judge) members(schema map[string]any, value any, at string) (wrong []string) {
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
			wrong = append(wrong, j.rule(rule, v, at+"."+name)...)
		} else if schema["additionalProperties"] == false {
			wrong = append(wrong, fmt.Sprintf("%s: %s is not foreseen", at, name))
		}
	}
	return wrong
}

// plain judges by a keyword that looks at the value alone, and returns the
// complaint.
func plain(keyword string, rule, value any) string {
	switch keyword {
	case "const":
		if value != rule {
			return fmt.Sprintf("%v is not %v", value, rule)
		}
	case "enum":
		if !slices.Contains(rule.([]any), value) {
			return fmt.Sprintf("%v is none of those allowed", value)
		}
	case "pattern":
		if v, ok := value.(string); ok && !regexp.MustCompile(rule.(string)).MatchString(v) {
			return fmt.Sprintf("%q does not fit %s", v, rule)
		}
	case "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum":
		if n, ok := measure(keyword, value); ok && (strings.HasPrefix(keyword, "min") && n < rule.(float64) || strings.HasPrefix(keyword, "max") && n > rule.(float64)) {
			return fmt.Sprintf("%v breaks %s %v", n, keyword, rule)
		}
	case "uniqueItems":
		if list, ok := value.([]any); ok && repeats(list) {
			return "says something twice"
		}
	default:
		if !slices.Contains(silent, keyword) {
			return "keyword " + keyword + " is not known"
		}
	}
	return ""
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
