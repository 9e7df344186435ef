package doctor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest/jsonschema"
)

const schemaFile = "doctor.schema.json"

func schemaOf(t *testing.T) jsonschema.Schemas {
	t.Helper()
	return jsonschema.Read(t, "../../docs/"+schemaFile)
}

func assertSchema(t *testing.T, schema jsonschema.Schemas, document any) {
	t.Helper()
	schema.AssertFits(t, schemaFile, document)
}

// TestTheSchemaRefuses: the judge sees what is wrong.
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
		value := jsonschema.Decoded(t, d).(map[string]any)
		require.Empty(t, schema.Complaints(schemaFile, value))
		spoil(value)
		assert.Len(t, schema.Complaints(schemaFile, value), 1, what)
	}
}
