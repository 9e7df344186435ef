package uitest

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cientro/ui/theme"
)

// App starts an app without a screen, in a look and with a text size.
func App(t testing.TB, look theme.Look, text float64) fyne.App {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(look, text))
	return a
}

// Press gives the window a key as Fyne's desktop driver does: to what has the
// focus, else to the window. Tab moves the focus.
func Press(w fyne.Window, key fyne.KeyName) {
	c := w.Canvas()
	if key == fyne.KeyTab {
		c.FocusNext()
		return
	}
	event := &fyne.KeyEvent{Name: key}
	if focused := c.Focused(); focused != nil {
		focused.TypedKey(event)
		if key == fyne.KeySpace && c.Focused() != nil {
			c.Focused().TypedRune(' ')
		}
	} else if typed := c.OnTypedKey(); typed != nil {
		typed(event)
	}
}
