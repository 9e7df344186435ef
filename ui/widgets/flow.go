package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Flow sets buttons beside each other from the left, each as large as it has to
// be; those that do not all fit go below each other.
func Flow(content ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{}, content...)
}

// flow knows its width only when it is laid out; its height follows.
type flow struct {
	width float32 // as it was laid out last; 0 before
}

const flowGap = 8

func (l *flow) row(objects []fyne.CanvasObject) fyne.Size {
	row := fyne.NewSize(0, 0)
	for _, o := range shown(objects) {
		least := o.MinSize()
		if row.Width > 0 {
			row.Width += flowGap
		}
		row.Width += least.Width
		row.Height = max(row.Height, least.Height)
	}
	return row
}

// Layout is part of fyne.Layout.
func (l *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	beside := l.row(objects).Width <= size.Width
	at := fyne.NewPos(0, 0)
	for _, o := range shown(objects) {
		least := o.MinSize()
		o.Move(at)
		o.Resize(least)
		if beside {
			at.X += least.Width + flowGap
		} else {
			at.Y += least.Height + flowGap
		}
	}
}

// MinSize is part of fyne.Layout. Its height follows the width it has.
func (l *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	row := l.row(objects)
	if l.width == 0 || row.Width <= l.width {
		widest := float32(0)
		for _, o := range shown(objects) {
			widest = max(widest, o.MinSize().Width)
		}
		return fyne.NewSize(widest, row.Height)
	}
	below := fyne.NewSize(0, 0)
	for _, o := range shown(objects) {
		below.Width = max(below.Width, o.MinSize().Width)
		if below.Height > 0 {
			below.Height += flowGap
		}
		below.Height += o.MinSize().Height
	}
	return below
}

func shown(objects []fyne.CanvasObject) (visible []fyne.CanvasObject) {
	for _, o := range objects {
		if o.Visible() {
			visible = append(visible, o)
		}
	}
	return visible
}
