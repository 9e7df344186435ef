package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest/jsonschema"
)

const schemaFile = "bom-1.6.schema.json"

// published are the files of CycloneDX 1.6 (testdata, Apache-2.0, unchanged).
func published(t *testing.T) jsonschema.Schemas {
	t.Helper()
	return jsonschema.Read(t, "testdata/"+schemaFile, "testdata/spdx.schema.json")
}

// fits asserts that a document is CycloneDX 1.6, down to the names of licences,
// and that what refers finds what it means.
func fits(t *testing.T, raw []byte) {
	t.Helper()
	published(t).AssertFits(t, schemaFile, json.RawMessage(raw))
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
		require.Empty(t, all.Complaints(schemaFile, value))
		spoil(value)
		assert.NotEmpty(t, all.Complaints(schemaFile, value), what)
	}
}

func first(v map[string]any) map[string]any {
	return v["components"].([]any)[0].(map[string]any)
}
