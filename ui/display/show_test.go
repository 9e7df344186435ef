package display

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"github.com/stretchr/testify/assert"

	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// native is a window that a window system knows by a handle, 0 being none.
type native struct {
	fyne.Window
	context any
}

func (n native) RunNative(f func(any)) { f(n.context) }

func TestNoScreen(t *testing.T) {
	w := uitest.App(t, theme.Light, 1).NewWindow("")
	assert.True(t, Show(w, func() {}))
	assert.False(t, Show(w, func() { panic("no display") }))
	for _, context := range []any{driver.X11WindowContext{}, driver.WaylandWindowContext{}} {
		assert.False(t, Show(native{w, context}, func() {}))
	}
	for _, context := range []any{driver.X11WindowContext{WindowHandle: 1}, driver.WaylandWindowContext{WaylandSurface: 1}, driver.UnknownContext{}} {
		assert.True(t, Show(native{w, context}, func() {}))
	}
}
