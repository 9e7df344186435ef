package about

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// window is a window with one page.
type window struct {
	fyne.Window
	words *messages.Printer
}

func (w *window) Words() *messages.Printer { return w.words }
func (w *window) Go(page.Name, string)     {}
func (w *window) Fyne() fyne.Window        { return w.Window }
func (w *window) Open(string)              {}

func words(t testing.TB, l messages.Language) *messages.Printer {
	t.Helper()
	p, err := messages.New(l)
	require.NoError(t, err)
	return p
}

func open(t testing.TB, a fyne.App, said *messages.Printer) (*window, *view) {
	t.Helper()
	w := &window{a.NewWindow(""), said}
	w.SetPadded(false)
	v := New(w, "1.2.3").(*view)
	w.SetContent(v.Content())
	w.Resize(fyne.NewSize(1000, 700))
	w.Show()
	return w, v
}

func italian(t testing.TB) (*window, *view) {
	t.Helper()
	return open(t, uitest.App(t, theme.Light, 1), words(t, messages.Italian))
}

func TestFront(t *testing.T) {
	w, v := italian(t)
	says := uitest.Says(w)
	for _, want := range []string{"1.2.3", "Non è un prodotto ufficiale", "Privacy in cinque frasi", "Dichiarazione di accessibilità", "Licenze"} {
		assert.Contains(t, says, want)
	}
	assert.Len(t, v.tiles, len(parts()))
}

func TestThereAndBack(t *testing.T) {
	w, v := italian(t)
	for _, part := range parts() {
		test.Tap(v.tiles[part])
		assert.Equal(t, part, v.part)
		v.Key(fyne.KeyEscape)
		assert.Equal(t, Front, v.part)
		assert.Same(t, v.tiles[part], w.Canvas().Focused(), "whoever works with keys is where they were")
	}
	v.Key(fyne.KeyEscape)
	v.Topic("keys")
	assert.Contains(t, uitest.Says(w), "Ctrl+Q")
	v.Hidden()
	assert.Equal(t, Front, v.part)
	v.Topic("no such part")
	assert.Contains(t, uitest.Says(w), "1.2.3")
	assert.Nil(t, v.Shown())
}

func TestFiveSentences(t *testing.T) {
	for _, l := range messages.Languages() {
		p := newPresenter("1", words(t, l))
		said := p.sentences(Privacy)
		require.Len(t, said, 5)
		for _, s := range said {
			assert.True(t, strings.HasSuffix(s, "."), s)
			assert.Zero(t, strings.Count(s, ". "), "one sentence is one sentence: %s", s)
		}
	}
}

// TestStatementIsThatOfTheDocument: what the page says and docs/accessibility.md
// are the same, word by word.
func TestStatementIsThatOfTheDocument(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "accessibility.md"))
	require.NoError(t, err)
	document := strings.Join(strings.Fields(string(raw)), " ")
	for _, l := range messages.Languages() {
		statement := newPresenter("1", words(t, l)).statement()
		require.Len(t, statement, 5)
		for _, f := range statement {
			assert.Contains(t, document, "## "+f.name)
			assert.Contains(t, document, f.is)
		}
	}
}

func TestLicencesAreThoseOfTheProgram(t *testing.T) {
	p := newPresenter("1", words(t, messages.Italian))
	p.built = &debug.BuildInfo{Deps: []*debug.Module{{Path: "fyne.io/fyne/v2", Version: "v2.8.1"}, {Path: "github.com/ebfe/scard", Version: "v0.0.0-1"}}}
	var names []string
	for _, l := range p.licences() {
		names = append(names, l.module)
		assert.NotEmpty(t, l.kinds)
		assert.NotEmpty(t, l.text)
	}
	require.Len(t, names, 3)
	assert.Equal(t, "fyne.io/fyne/v2 2.8.1", names[0])
	assert.Equal(t, "github.com/ebfe/scard 0.0.0-1", names[1])
	assert.True(t, strings.HasPrefix(names[2], "Go 1."))
	assert.Equal(t, "2.8.1", p.versions()[3].is)
	p.built = nil
	assert.Greater(t, len(p.licences()), 20, "nobody can tell: all of them")
}

func TestALicenceOpens(t *testing.T) {
	w, v := italian(t)
	v.open(Licences)
	assert.NotContains(t, uitest.Says(w), "Permission is hereby granted")
	for range 3 {
		uitest.Press(w, fyne.KeyTab)
	}
	w.Canvas().FocusPrevious()
	before := len(uitest.Says(w))
	uitest.Press(w, fyne.KeySpace)
	assert.Greater(t, len(uitest.Says(w)), before+500)
	uitest.Press(w, fyne.KeySpace)
	assert.Len(t, uitest.Says(w), before)
}

func TestNothingIsClipped(t *testing.T) {
	longer, err := messages.NewLonger(messages.Italian, 0.4)
	require.NoError(t, err)
	for l, said := range map[string]*messages.Printer{"it": words(t, messages.Italian), "en": words(t, messages.English), "longer": longer} {
		for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
			for size, text := range map[string]float64{"100": 1, "150": 1.5, "200": 2} {
				if l != "it" && look != theme.Light || look != theme.Light && text == 1.5 {
					continue
				}
				w, v := open(t, uitest.App(t, look, text), said)
				for _, part := range append(parts(), Front) {
					v.show(part)
					name := strings.Join([]string{"about" + string(part), l, string(look), size}, "-")
					assert.LessOrEqual(t, w.Canvas().Size().Width, float32(1000), name)
					assert.Empty(t, uitest.Clipped(w), name)
					if l == "it" && text != 1.5 {
						uitest.Screen(t, w, name)
					}
				}
			}
		}
	}
}
