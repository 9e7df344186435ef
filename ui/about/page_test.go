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
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

func open(t testing.TB, said *messages.Printer) (*uitest.Window, *view) {
	t.Helper()
	w := uitest.NewWindow(t, said)
	v := New(w, "1.2.3").(*view)
	w.Bring(v)
	return w, v
}

func italian(t testing.TB) (*uitest.Window, *view) {
	t.Helper()
	uitest.App(t, theme.Light, 1)
	return open(t, uitest.Words(t, messages.Italian))
}

func TestFront(t *testing.T) {
	w, v := italian(t)
	says := w.Says()
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
	assert.Contains(t, w.Says(), "Ctrl+Q")
	v.Hidden()
	assert.Equal(t, Front, v.part)
	v.Topic("no such part")
	assert.Contains(t, w.Says(), "1.2.3")
	assert.Nil(t, v.Shown())
}

func TestFiveSentences(t *testing.T) {
	for _, l := range messages.Languages() {
		p := newPresenter("1", uitest.Words(t, l))
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
		statement := newPresenter("1", uitest.Words(t, l)).statement()
		require.Len(t, statement, 5)
		for _, f := range statement {
			assert.Contains(t, document, "## "+f.name)
			assert.Contains(t, document, f.is)
		}
	}
}

func TestLicencesAreThoseOfTheProgram(t *testing.T) {
	p := newPresenter("1", uitest.Words(t, messages.Italian))
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
	assert.NotContains(t, w.Says(), "Permission is hereby granted")
	for range 3 {
		uitest.Press(w, fyne.KeyTab)
	}
	w.Canvas().FocusPrevious()
	before := len(w.Says())
	uitest.Press(w, fyne.KeySpace)
	assert.Greater(t, len(w.Says()), before+500)
	uitest.Press(w, fyne.KeySpace)
	assert.Len(t, w.Says(), before)
}

func TestNothingIsClipped(t *testing.T) {
	for _, form := range uitest.Forms(t) {
		form.App(t)
		w, v := open(t, form.Words)
		for _, part := range append(parts(), Front) {
			v.show(part)
			form.Readable(t, w, "about"+string(part))
		}
	}
}
