package uitest

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"

	"cientro/app/messages"
	"cientro/ui/theme"
)

// Form is one way in which people see a page: in a language, a look and a size of
// text.
type Form struct {
	Language string
	Words    *messages.Printer
	Look     theme.Look
	Text     float64
}

// AllForms are each language in each look and size.
func AllForms(t testing.TB) (all []Form) {
	t.Helper()
	for language, words := range Languages(t) {
		for _, text := range []float64{1, 1.5, 2} {
			for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
				all = append(all, Form{Language: language, Words: words, Look: look, Text: text})
			}
		}
	}
	return all
}

// Forms are each language in each size, and the other looks where they can differ:
// a look changes no width.
func Forms(t testing.TB) (some []Form) {
	t.Helper()
	for _, f := range AllForms(t) {
		if f.Look == theme.Light || f.Language == Italian && f.Text != 1.5 {
			some = append(some, f)
		}
	}
	return some
}

// App starts an app in the form.
func (f Form) App(t testing.TB) fyne.App {
	t.Helper()
	return App(t, f.Look, f.Text)
}

// ForEyes tells whether a form is drawn for eyes where not all of them are.
func (f Form) ForEyes() bool { return f.Language == Italian && f.Text != 1.5 }

// Name is the name of a picture in the form.
func (f Form) Name(scene string) string {
	return fmt.Sprintf("%s-%s-%s-%.0f", scene, f.Language, f.Look, 100*f.Text)
}

// Readable checks that all of a page can be read in the form: no larger than the
// window, no text clipped, no key in place of its sentence. It draws the picture
// for eyes.
func (f Form) Readable(t testing.TB, w fyne.Window, scene string) {
	t.Helper()
	name := f.Name(scene)
	size := w.Canvas().Size()
	assert.LessOrEqual(t, size.Width, Usual().Width, name)
	assert.LessOrEqual(t, size.Height, Usual().Height, name)
	assert.Empty(t, Clipped(w), name)
	assert.NotContains(t, Says(w), "[", name)
	if f.ForEyes() {
		Screen(t, w, name)
	}
}
