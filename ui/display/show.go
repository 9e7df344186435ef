package display

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// Show shows a window and returns whether there is one on the screen. Where there
// is no screen Fyne panics; where the screen cannot draw, it goes on without a
// window.
func Show(w fyne.Window, show func()) (open bool) {
	defer func() { _ = recover() }()
	show()
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return true
	}
	open = true
	native.RunNative(func(context any) {
		switch c := context.(type) {
		case driver.X11WindowContext:
			open = c.WindowHandle != 0
		case driver.WaylandWindowContext:
			open = c.WaylandSurface != 0
		}
	})
	return open
}
