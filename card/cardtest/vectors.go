package cardtest

import (
	"embed"
	"encoding/json"
	"path"
	"strings"
	"testing"
)

//go:embed testdata
var testdata embed.FS

// Vectors reads one of the vector files, testdata/vectors/<name>, into dst.
// The ending .json may be left out. Fields of type [Hex] take hexadecimal.
func Vectors(t testing.TB, name string, dst any) {
	t.Helper()
	if path.Ext(name) == "" {
		name += ".json"
	}
	if err := json.Unmarshal(File(t, "vectors/"+name), dst); err != nil {
		t.Fatalf("read vectors %s: %v", name, err)
	}
}

// File is the content of testdata/<name>.
func File(t testing.TB, name string) []byte {
	t.Helper()
	b, err := testdata.ReadFile("testdata/" + strings.TrimPrefix(name, "/"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
