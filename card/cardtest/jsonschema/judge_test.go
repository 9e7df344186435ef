package jsonschema

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func decode[T any](t *testing.T, text string) (value T) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	return value
}

// TestEachKeyword: what fits is let through, what does not is complained of once.
func TestEachKeyword(t *testing.T) {
	for schema, values := range map[string][2]string{
		`{"type": "string"}`:                         {`"a"`, `1`},
		`{"type": "integer"}`:                        {`1`, `1.5`},
		`{"type": "number"}`:                         {`1.5`, `"1"`},
		`{"type": "boolean"}`:                        {`true`, `null`},
		`{"type": "null"}`:                           {`null`, `[]`},
		`{"type": "array"}`:                          {`[]`, `{}`},
		`{"type": "object"}`:                         {`{}`, `[]`},
		`{"const": "a"}`:                             {`"a"`, `"b"`},
		`{"enum": ["a", 1]}`:                         {`1`, `2`},
		`{"pattern": "^a$"}`:                         {`"a"`, `"ab"`},
		`{"minLength": 2}`:                           {`"èè"`, `"è"`},
		`{"maxItems": 1}`:                            {`[1]`, `[1, 2]`},
		`{"minimum": 1}`:                             {`1`, `0`},
		`{"uniqueItems": true}`:                      {`[[1], [2]]`, `[[1], [1]]`},
		`{"items": {"type": "string"}}`:              {`["a"]`, `["a", 1]`},
		`{"items": [{"const": 1}]}`:                  {`[1, 2]`, `[2]`},
		`{"oneOf": [{"minimum": 1}, true]}`:          {`0`, `1`},
		`{"required": ["a"]}`:                        {`{"a": 1}`, `{}`},
		`{"properties": {"a": {"const": 1}}}`:        {`{"b": 1}`, `{"a": 2}`},
		`{"additionalProperties": false}`:            {`{}`, `{"a": 1}`},
		`{"properties": {"a": false}}`:               {`{}`, `{"a": 1}`},
		`{"$ref": "other#/definitions/one"}`:         {`1`, `2`},
		`{"properties": {"a": {"$ref": "#/no/no"}}}`: {`{}`, `{"a": 1}`},
	} {
		all := Schemas{"it": decode[map[string]any](t, schema), "other": decode[map[string]any](t, `{"definitions": {"one": {"const": 1}}}`)}
		assert.Empty(t, all.Complaints("it", decode[any](t, values[0])), schema)
		assert.Len(t, all.Complaints("it", decode[any](t, values[1])), 1, schema)
	}
}

func TestChoicesNameTheNearest(t *testing.T) {
	all := Schemas{"it": decode[map[string]any](t, `{"anyOf": [{"const": 1}, {"const": 2}]}`)}
	assert.Empty(t, all.Complaints("it", 2.0))
	assert.Equal(t, []string{"$: 0 choices of anyOf fit", "$: 3 is not 1"}, all.Complaints("it", 3.0))
}

// TestWhatIsNotKnownIsAComplaint, and so is a schema that is not there.
func TestWhatIsNotKnownIsAComplaint(t *testing.T) {
	all := Schemas{"it": decode[map[string]any](t, `{"not": {}}`)}
	assert.Equal(t, []string{"$: keyword not is not known"}, all.Complaints("it", 1.0))
	assert.Equal(t, []string{"$: gone is not here"}, all.Complaints("gone", 1.0))
}
