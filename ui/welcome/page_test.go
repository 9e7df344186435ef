package welcome

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/guide"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// window is a window with one page.
type window struct {
	fyne.Window
	words *messages.Printer
	went  []string
	done  int
}

func (w *window) Words() *messages.Printer { return w.words }
func (w *window) Go(to page.Name, topic string) {
	w.went = append(w.went, strings.TrimSpace(string(to)+" "+topic))
}
func (w *window) Fyne() fyne.Window { return w.Window }
func (w *window) Open(string)       {}

func words(t testing.TB, l messages.Language) *messages.Printer {
	t.Helper()
	p, err := messages.New(l)
	require.NoError(t, err)
	return p
}

func open(t testing.TB, a fyne.App, said *messages.Printer) (*window, *view) {
	t.Helper()
	w := &window{Window: a.NewWindow(""), words: said}
	w.SetPadded(false)
	v := New(w, func() { w.done++ }).(*view)
	w.SetContent(v.Content())
	w.Resize(fyne.NewSize(1000, 700))
	w.Show()
	w.Canvas().Focus(v.Shown())
	return w, v
}

func italian(t testing.TB) (*window, *view) {
	t.Helper()
	return open(t, uitest.App(t, theme.Light, 1), words(t, messages.Italian))
}

func TestThreePagesAtMost(t *testing.T) {
	assert.LessOrEqual(t, len(steps()), 3)
}

func TestEnterLeadsThrough(t *testing.T) {
	w, v := italian(t)
	for at := range steps() {
		assert.Equal(t, at, v.at)
		assert.Same(t, v.next, w.Canvas().Focused())
		assert.Empty(t, w.went)
		uitest.Press(w, fyne.KeyReturn)
	}
	assert.Equal(t, []string{"home"}, w.went)
	assert.Equal(t, 1, w.done)
}

func TestEachPageCanBeSkipped(t *testing.T) {
	for at := range steps() {
		w, v := italian(t)
		for range at {
			v.forward()
		}
		v.Key(fyne.KeyEscape)
		assert.Equal(t, []string{"home"}, w.went)
		assert.Equal(t, 1, w.done)
	}
}

func TestBack(t *testing.T) {
	_, v := italian(t)
	v.backward()
	assert.Zero(t, v.at)
	v.Key(fyne.KeyReturn)
	v.Key(fyne.KeyEnter)
	v.backward()
	assert.Equal(t, 1, v.at)
}

func TestTheGuideIsThere(t *testing.T) {
	w, v := italian(t)
	v.leave(page.Guide, guideTopic)
	assert.Equal(t, []string{"guide level3-browser"}, w.went)
	_, known := guide.Find(guideTopic)
	assert.True(t, known)
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
				for at, step := range steps() {
					v.show(at)
					name := strings.Join([]string{"welcome", step, l, string(look), size}, "-")
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
