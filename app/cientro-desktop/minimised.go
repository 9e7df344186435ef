//go:build !ci

package main

import (
	"github.com/go-gl/glfw/v3.4/glfw"
)

// takeMinimising has the page in sight left when the window is minimised: what
// was typed there is wiped. Fyne does not tell; the library below it does.
func (h *house) takeMinimising() {
	native, ok := h.shell.Fyne().(interface{ RunWithContext(func()) })
	if !ok {
		return
	}
	native.RunWithContext(func() {
		if w := glfw.GetCurrentContext(); w != nil {
			w.SetIconifyCallback(func(_ *glfw.Window, minimised bool) {
				if minimised {
					h.shell.Lock()
				}
			})
		}
	})
}
