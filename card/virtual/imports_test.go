package virtual_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// foreignImports lists what a card in software must not depend on: anything of this
// module outside card/virtual, and anything outside the standard library.
func foreignImports(dependencies []string) []string {
	var out []string
	for _, d := range dependencies {
		own := d == "cientro/card/virtual" || strings.HasPrefix(d, "cientro/card/virtual/")
		first, _, _ := strings.Cut(d, "/")
		standard := !strings.Contains(first, ".") && first != "cientro"
		if !own && !standard {
			out = append(out, d)
		}
	}
	return out
}

// TestImportGraph keeps both sides of the card apart: a shared mistake would pass
// every test.
func TestImportGraph(t *testing.T) {
	require.Equal(t, []string{"cientro/card/tlv", "cientro/card/virtually", "github.com/x/y", "golang.org/x/crypto/pbkdf2"},
		foreignImports([]string{"fmt", "cientro/card/virtual", "cientro/card/virtual/specimen", "cientro/card/tlv",
			"cientro/card/virtually", "github.com/x/y", "golang.org/x/crypto/pbkdf2", "crypto/des"}))

	out, err := exec.Command("go", "list", "-deps", "cientro/card/virtual").Output()
	require.NoError(t, err)
	dependencies := strings.Fields(string(out))
	require.Contains(t, dependencies, "cientro/card/virtual/specimen")
	var kept []string
	for _, d := range dependencies {
		if !strings.HasPrefix(d, "vendor/") { // the standard library's own
			kept = append(kept, d)
		}
	}
	require.Empty(t, foreignImports(kept))
}
