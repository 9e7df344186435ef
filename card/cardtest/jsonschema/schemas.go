package jsonschema

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Schemas are schemas by the name of their file. They may refer to each other.
type Schemas map[string]map[string]any

// Read reads the files of schemas.
func Read(t testing.TB, paths ...string) Schemas {
	t.Helper()
	all := Schemas{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		var one map[string]any
		require.NoError(t, json.Unmarshal(raw, &one))
		all[filepath.Base(path)] = one
	}
	return all
}

// Complaints are what is wrong with a value by the schema of a file, each with its
// place. The value is as encoding/json decodes it into an any.
func (s Schemas) Complaints(file string, value any) []string {
	schema, ok := s[file]
	if !ok {
		return []string{"$: " + file + " is not here"}
	}
	return judge{s, file}.value(schema, value, "$")
}

// AssertFits checks that a document, encoded, fits the schema of a file.
func (s Schemas) AssertFits(t testing.TB, file string, document any) {
	t.Helper()
	assert.Empty(t, s.Complaints(file, Decoded(t, document)))
}

// Decoded is a document as others read it: encoded, and decoded again.
func Decoded(t testing.TB, document any) (value any) {
	t.Helper()
	raw, err := json.Marshal(document)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &value))
	return value
}

// follow finds what a reference means, and the file that it is in; nil where it is
// not here.
func (s Schemas) follow(file, ref string) (string, map[string]any) {
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
