package guide

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// flowGap is between things in a flow.
const flowGap = 8

// flow sets things beside each other from the left; those that do not fit go
// below.
func flow(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flowLayout{}, objects...)
}

// flowLayout knows its width only when it is laid out; its height follows.
type flowLayout struct{ width float32 }

// place tells where each thing goes in a width, and how high all of it is.
func (l *flowLayout) place(objects []fyne.CanvasObject, width float32, put func(o fyne.CanvasObject, x, y float32)) float32 {
	x, y, high := float32(0), float32(0), float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		if x > 0 && x+least.Width > width {
			x, y, high = 0, y+high+flowGap, 0
		}
		put(o, x, y)
		x, high = x+least.Width+flowGap, max(high, least.Height)
	}
	return y + high
}

// Layout is part of fyne.Layout.
func (l *flowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.place(objects, size.Width, func(o fyne.CanvasObject, x, y float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(o.MinSize())
	})
	if changed := l.width != size.Width; changed {
		l.width = size.Width
		if len(objects) > 0 {
			objects[0].Refresh() // what it lies in has to ask for its height again
		}
	}
}

// MinSize is part of fyne.Layout.
func (l *flowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	widest := float32(0)
	for _, o := range objects {
		if o.Visible() {
			widest = max(widest, o.MinSize().Width)
		}
	}
	width := max(l.width, widest)
	return fyne.NewSize(widest, l.place(objects, width, func(fyne.CanvasObject, float32, float32) {}))
}
