package card_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The arrows of docs/architecture.md, kept true: which package may import which.
// A rule looks at one import and answers why it is forbidden, or nothing.

// goPackage is what `go list -json` tells about a package of this module.
type goPackage struct {
	ImportPath, Name                         string
	Imports, TestImports, XTestImports, Deps []string
}

// edge is one import. Test edges come from _test.go files; a transitive edge is
// one of Deps, followed where an indirect import would be just as wrong.
type edge struct {
	from             goPackage
	to               string
	test, transitive bool
}

// below tells whether path is the package root or lies under it.
func below(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

// protocolImports lists what each protocol package may use of card/…: bytes at
// the bottom, the IAS application on top, and never the façade.
var protocolImports = map[string][]string{
	"cientro/card/tlv":             {},
	"cientro/card/iso7816":         {"cientro/card/tlv"},
	"cientro/card/securemessaging": {"cientro/card/iso7816", "cientro/card/tlv"},
	"cientro/card/ias":             {"cientro/card/securemessaging", "cientro/card/iso7816", "cientro/card/tlv"},
	"cientro/card/sod":             {"cientro/card/tlv"},
	"cientro/card/pcsc":            {"cientro/card/iso7816", "cientro/card/tlv"},
	"cientro/card/atr":             {"cientro/card/tlv"},
	"cientro/card/store":           {},
	"cientro/card/virtuallink":     {"cientro/card/iso7816", "cientro/card/virtual"},
}

var layerRules = []struct {
	name   string
	forbid func(edge) bool
}{
	{"card/ never knows who uses it", func(e edge) bool {
		return below(e.from.ImportPath, "cientro/card") &&
			(below(e.to, "cientro/app") || below(e.to, "cientro/ui") || below(e.to, "cientro/pkcs11module") || below(e.to, "fyne.io"))
	}},
	{"app/ knows no window and no PKCS#11", func(e edge) bool {
		return below(e.from.ImportPath, "cientro/app") && e.from.Name != "main" &&
			(below(e.to, "cientro/ui") || below(e.to, "cientro/pkcs11module") || below(e.to, "fyne.io"))
	}},
	{"pkcs11module/ knows neither app/ nor ui/", func(e edge) bool {
		// The browsers' scenarios are played on the stage of the demo.
		stage := e.test && below(e.from.ImportPath, "cientro/pkcs11module/browsertest") && below(e.to, "cientro/app/browserdemo")
		return below(e.from.ImportPath, "cientro/pkcs11module") && (below(e.to, "cientro/app") || below(e.to, "cientro/ui")) && !stage
	}},
	{"ui/ knows neither the card nor PKCS#11", func(e edge) bool {
		return below(e.from.ImportPath, "cientro/ui") && !e.test && !e.transitive &&
			(below(e.to, "cientro/card") || below(e.to, "cientro/pkcs11module"))
	}},
	{"only programs and app/pcscreaders import card/pcsc", func(e edge) bool {
		return !e.test && !e.transitive && e.to == "cientro/card/pcsc" &&
			e.from.Name != "main" && e.from.ImportPath != "cientro/app/pcscreaders"
	}},
	{"only programs import app/pcscreaders", func(e edge) bool {
		return !e.test && !e.transitive && e.to == "cientro/app/pcscreaders" && e.from.Name != "main"
	}},
	{"only card/pcsc touches PC/SC", func(e edge) bool {
		return !e.transitive && below(e.to, "github.com/ebfe/scard") && !below(e.from.ImportPath, "cientro/card/pcsc")
	}},
	{"card/virtual is written without the client", func(e edge) bool {
		if !below(e.from.ImportPath, "cientro/card/virtual") || !below(e.to, "cientro/card") || below(e.to, "cientro/card/virtual") {
			return false
		}
		return !e.test || !below(e.to, "cientro/card/cardtest")
	}},
	{"protocol packages look down only", func(e edge) bool {
		for root, allowed := range protocolImports {
			if below(e.from.ImportPath, root) && !below(e.to, root) {
				return !e.test && below(e.to, "cientro/card") &&
					!slices.ContainsFunc(allowed, func(ground string) bool { return below(e.to, ground) })
			}
		}
		return false
	}},
	{"card/cardtest is for tests", func(e edge) bool {
		return !e.test && !e.transitive && below(e.to, "cientro/card/cardtest") && !below(e.from.ImportPath, "cientro/card/cardtest")
	}},
	{"pkcs11module/builttest is for tests", func(e edge) bool {
		return !e.test && !e.transitive && e.to == "cientro/pkcs11module/builttest"
	}},
}

// forbiddenEdges returns one line a forbidden edge: who, whom, and the rule.
func forbiddenEdges(packages []goPackage) []string {
	seen := map[string]bool{}
	for _, pkg := range packages {
		for _, e := range edgesOf(pkg) {
			for _, rule := range layerRules {
				if rule.forbid(e) {
					seen[describe(e)+": "+rule.name] = true
				}
			}
		}
	}
	lines := make([]string, 0, len(seen))
	for line := range seen {
		lines = append(lines, line)
	}
	sort.Strings(lines)
	return lines
}

func edgesOf(pkg goPackage) []edge {
	var edges []edge
	for _, to := range pkg.Imports {
		edges = append(edges, edge{from: pkg, to: to})
	}
	for _, to := range slices.Concat(pkg.TestImports, pkg.XTestImports) {
		if to != pkg.ImportPath { // an external test imports its own package
			edges = append(edges, edge{from: pkg, to: to, test: true})
		}
	}
	for _, to := range pkg.Deps {
		if !slices.Contains(pkg.Imports, to) {
			edges = append(edges, edge{from: pkg, to: to, transitive: true})
		}
	}
	return edges
}

func describe(e edge) string {
	how := "imports"
	switch {
	case e.test:
		how = "imports in a test"
	case e.transitive:
		how = "imports through others"
	}
	return fmt.Sprintf("%s %s %s", e.from.ImportPath, how, e.to)
}

func TestLayers(t *testing.T) {
	list := exec.Command("go", "list", "-e", "-json=ImportPath,Name,Imports,TestImports,XTestImports,Deps", "cientro/...")
	var complaint bytes.Buffer
	list.Stderr = &complaint
	output, err := list.Output()
	require.NoError(t, err, complaint.String())

	var packages []goPackage
	decoder := json.NewDecoder(bytes.NewReader(output))
	for {
		var pkg goPackage
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		packages = append(packages, pkg)
	}
	names := make([]string, 0, len(packages))
	for _, pkg := range packages {
		names = append(names, pkg.ImportPath)
	}
	require.Contains(t, names, "cientro/card", "the list must see the module, or nothing is checked")
	require.Contains(t, names, "cientro/card/virtual")

	assert.Empty(t, forbiddenEdges(packages))
}

// TestLayersSeePlantedEdges shows for each rule an import that it must refuse,
// and beside it the nearest one that it must allow.
func TestLayersSeePlantedEdges(t *testing.T) {
	library := func(path string, imports ...string) goPackage {
		return goPackage{ImportPath: path, Name: "x", Imports: imports}
	}
	program := func(path string, imports ...string) goPackage {
		return goPackage{ImportPath: path, Name: "main", Imports: imports}
	}
	tests := []struct {
		pkg  goPackage
		want string // the forbidden edge by name; empty means allowed
	}{
		{library("cientro/card", "cientro/app"), "cientro/card imports cientro/app: card/ never knows who uses it"},
		{library("cientro/card/ias", "fyne.io/fyne/v2"), "cientro/card/ias imports fyne.io/fyne/v2: card/ never knows who uses it"},
		{goPackage{ImportPath: "cientro/card/store", Deps: []string{"cientro/ui/widgets"}}, "cientro/card/store imports through others cientro/ui/widgets: card/ never knows who uses it"},
		{goPackage{ImportPath: "cientro/card", XTestImports: []string{"cientro/card", "cientro/pkcs11module/token"}}, "cientro/card imports in a test cientro/pkcs11module/token: card/ never knows who uses it"},
		{library("cientro/app", "cientro/card"), ""},
		{library("cientro/application", "cientro/card"), ""},

		{library("cientro/app", "cientro/ui"), "cientro/app imports cientro/ui: app/ knows no window and no PKCS#11"},
		{program("cientro/app/cientro", "cientro/pkcs11module/rpc"), ""},
		{library("cientro/pkcs11module/token", "cientro/app"), "cientro/pkcs11module/token imports cientro/app: pkcs11module/ knows neither app/ nor ui/"},
		{goPackage{ImportPath: "cientro/pkcs11module/token", TestImports: []string{"cientro/app"}}, "cientro/pkcs11module/token imports in a test cientro/app: pkcs11module/ knows neither app/ nor ui/"},
		{goPackage{ImportPath: "cientro/pkcs11module/browsertest", XTestImports: []string{"cientro/app/browserdemo"}}, ""},
		{library("cientro/ui/ask", "cientro/card"), "cientro/ui/ask imports cientro/card: ui/ knows neither the card nor PKCS#11"},
		{library("cientro/ui/ask", "cientro/app/lasttry"), ""},

		{library("cientro/app", "cientro/card/pcsc"), "cientro/app imports cientro/card/pcsc: only programs and app/pcscreaders import card/pcsc"},
		{library("cientro/app/pcscreaders", "cientro/card/pcsc"), ""},
		{library("cientro/app/desk", "cientro/app/pcscreaders"), "cientro/app/desk imports cientro/app/pcscreaders: only programs import app/pcscreaders"},
		{library("cientro/ui/home", "cientro/app/pcscreaders"), "cientro/ui/home imports cientro/app/pcscreaders: only programs import app/pcscreaders"},
		{program("cientro/app/cientro-desktop", "cientro/app/pcscreaders"), ""},
		{program("cientro/app/cientro", "cientro/card/pcsc"), ""},
		{library("cientro/app", "cientro/card/pcsc/daemon"), ""}, // starts a daemon, speaks no PC/SC
		{goPackage{ImportPath: "cientro/card", TestImports: []string{"cientro/card/pcsc"}}, ""},

		{library("cientro/app", "github.com/ebfe/scard"), "cientro/app imports github.com/ebfe/scard: only card/pcsc touches PC/SC"},
		{library("cientro/card/pcsc", "github.com/ebfe/scard"), ""},

		{library("cientro/card/virtual", "cientro/card/tlv"), "cientro/card/virtual imports cientro/card/tlv: card/virtual is written without the client"},
		{library("cientro/card/virtual/vpcd", "cientro/card/virtual"), ""},
		{goPackage{ImportPath: "cientro/card/virtual", Deps: []string{"cientro/card/iso7816"}}, "cientro/card/virtual imports through others cientro/card/iso7816: card/virtual is written without the client"},
		{goPackage{ImportPath: "cientro/card/virtual", TestImports: []string{"cientro/card/securemessaging"}}, "cientro/card/virtual imports in a test cientro/card/securemessaging: card/virtual is written without the client"},
		{goPackage{ImportPath: "cientro/card/virtual", TestImports: []string{"cientro/card/cardtest"}}, ""},

		{library("cientro/card/tlv", "cientro/card/iso7816"), "cientro/card/tlv imports cientro/card/iso7816: protocol packages look down only"},
		{library("cientro/card/iso7816", "cientro/card"), "cientro/card/iso7816 imports cientro/card: protocol packages look down only"},
		{library("cientro/card/sod", "cientro/card/ias"), "cientro/card/sod imports cientro/card/ias: protocol packages look down only"},
		{library("cientro/card/ias", "cientro/card/securemessaging", "cientro/card/tlv"), ""},
		{library("cientro/card/store", "cientro/card/store/atomicfile"), ""},
		{library("cientro/card/store/atomicfile", "cientro/card"), "cientro/card/store/atomicfile imports cientro/card: protocol packages look down only"},

		{library("cientro/card", "cientro/card/cardtest"), "cientro/card imports cientro/card/cardtest: card/cardtest is for tests"},
		{goPackage{ImportPath: "cientro/card", TestImports: []string{"cientro/card/cardtest"}}, ""},
		{program("cientro/card/cardtest/mutants", "cientro/card/cardtest"), ""},

		{library("cientro/pkcs11module/token", "cientro/pkcs11module/builttest"), "cientro/pkcs11module/token imports cientro/pkcs11module/builttest: pkcs11module/builttest is for tests"},
		{goPackage{ImportPath: "cientro/pkcs11module/moduletest", TestImports: []string{"cientro/pkcs11module/builttest"}}, ""},
	}
	for _, tt := range tests {
		got := forbiddenEdges([]goPackage{tt.pkg})
		if tt.want == "" {
			assert.Empty(t, got, tt.pkg.ImportPath)
		} else {
			assert.Equal(t, []string{tt.want}, got)
		}
	}
}
