package messages

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/assets/translations"
)

// catalogue is all of a language as it stands: a sentence, or its plural forms.
// A key stands in one file only, and begins with the file's subject.
func catalogue(t *testing.T, l Language) map[string]any {
	t.Helper()
	all := map[string]any{}
	for _, name := range translations.Names(string(l)) {
		raw, err := translations.FS.ReadFile(name)
		require.NoError(t, err)
		var one map[string]any
		require.NoError(t, json.Unmarshal(raw, &one), name)
		require.NotEmpty(t, one, name)
		subject, special := strings.CutSuffix(name, "."+string(l)+".json")
		for key, sentence := range one {
			require.NotContains(t, all, key, name)
			if special {
				require.True(t, strings.HasPrefix(key, subject+"."), "%s in %s", key, name)
			}
			all[key] = sentence
		}
	}
	return all
}

var fields = regexp.MustCompile(`\{\{[^}]*?\.([A-Z][A-Za-z0-9]*)`)

// wants are the values a sentence uses.
func wants(text string) []string {
	var names []string
	for _, m := range fields.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestCataloguesAgree(t *testing.T) {
	it, en := catalogue(t, Italian), catalogue(t, English)
	require.Equal(t, slices.Sorted(maps.Keys(it)), slices.Sorted(maps.Keys(en)))
	for key := range it {
		switch italian := it[key].(type) {
		case string:
			english, ok := en[key].(string)
			require.True(t, ok, key)
			assert.NotEmpty(t, strings.TrimSpace(italian), key)
			assert.NotEmpty(t, strings.TrimSpace(english), key)
			assert.Equal(t, wants(italian), wants(english), key)
		case map[string]any:
			english, ok := en[key].(map[string]any)
			require.True(t, ok, key)
			for _, forms := range []map[string]any{italian, english} {
				assert.Equal(t, []string{"one", "other"}, slices.Sorted(maps.Keys(forms)), key)
			}
			assert.Equal(t, wants(italian["other"].(string)), wants(english["other"].(string)), key)
			assert.Equal(t, wants(italian["other"].(string)), wants(italian["one"].(string)), key)
		default:
			t.Errorf("%s is a %T", key, italian)
		}
	}
}

// sources parses what speaks to people: app, and later ui. Tests are left out.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	for _, root := range []string{"../../app", "../../ui"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			files[path] = file
			return err
		})
		require.NoError(t, err)
	}
	require.Greater(t, len(files), 20, "the sources must be seen, or nothing is checked")
	return files
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// TestEveryKeyIsUsed: a key that no source names, whole or by the beginning it
// is put together from, is dead.
func TestEveryKeyIsUsed(t *testing.T) {
	whole, beginnings := map[string]bool{}, map[string]bool{}
	for _, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if s, ok := literal(e); ok {
					whole[s] = true
					if strings.HasSuffix(s, ".") && len(s) > 1 && !strings.Contains(s, " ") {
						beginnings[s] = true
					}
				}
			}
			return true
		})
	}
	for key := range catalogue(t, Italian) {
		used := whole[key]
		for b := range beginnings {
			used = used || strings.HasPrefix(key, b)
		}
		// exit.%d
		used = used || strings.HasPrefix(key, "exit.")
		assert.True(t, used, "nobody says %s", key)
	}
}

// sayers are the functions whose first argument is a key.
var sayers = map[string]bool{"text": true, "say": true, "note": true, "Text": true, "Count": true}

func TestEveryKeyThatIsSaidExists(t *testing.T) {
	known := catalogue(t, Italian)
	said := 0
	for path, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !sayers[selector.Sel.Name] {
				return true
			}
			if key, ok := literal(call.Args[0]); ok {
				said++
				assert.Contains(t, known, key, path)
			}
			return true
		})
	}
	assert.Greater(t, said, 50)
}

// TestNoSentenceOutsideTheCatalogues looks for string literals with words in
// them. Allowed are errors (English, for the help-desk), how a command is
// written, and formats.
func TestNoSentenceOutsideTheCatalogues(t *testing.T) {
	for path, file := range sources(t) {
		allowed := map[ast.Expr]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if mayHaveWords(n) {
					for _, a := range n.Args {
						ast.Inspect(a, func(inner ast.Node) bool {
							if e, ok := inner.(*ast.BasicLit); ok {
								allowed[e] = true
							}
							return true
						})
					}
				}
			case *ast.FuncDecl:
				// Error methods, and what stands for a name in them.
				if n.Name.Name == "Error" || n.Name.Name == "String" || n.Name.Name == "readerWord" {
					return false
				}
			case *ast.Field:
				return false // struct tags
			case *ast.BasicLit:
				if s, ok := literal(n); ok && !allowed[n] && hasWords(s) {
					t.Errorf("%s says %q", path, s)
				}
			}
			return true
		})
	}
}

func mayHaveWords(call *ast.CallExpr) bool {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	return slices.Contains([]string{"New", "Errorf", "panic", "malformed", "command", "bare", "group"}, name)
}

// words that are PC/SC's, ISO's, HTTP's, a browser's, or a path, not ours.
var technical = []string{"[Desktop Entry]", "CIEntro demo", "apt install ", "make build", "text/html", "default-src", "Password Required", "Unlock Security Device", "CHANGE REFERENCE DATA", "RESET RETRY COUNTER", "CIEntro Virtual 00 00", "PUBLIC KEY", "cientro ", "/Library/"}

func hasWords(s string) bool {
	for _, t := range technical {
		if strings.HasPrefix(s, t) {
			return false
		}
	}
	words := 0
	for _, w := range strings.Fields(s) {
		letters := 0
		for _, r := range w {
			if unicode.IsLetter(r) {
				letters++
			}
		}
		if letters > 1 && !strings.HasPrefix(w, "%") && !strings.HasPrefix(w, "-") {
			words++
		}
	}
	return words > 1
}

func TestNoSentenceOutsideTheCataloguesSeesOne(t *testing.T) {
	assert.True(t, hasWords("la carta risponde"))
	assert.False(t, hasWords("%d bytes"))
	assert.False(t, hasWords("2006-01-02 15:04"))
}
