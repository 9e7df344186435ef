package pinfield

import "fyne.io/fyne/v2"

// flow sets buttons beside each other from the left, or below each other where
// they do not all fit.
type flow struct {
	width float32 // as it was laid out last; 0 before
}

const flowGap = 8

func (l *flow) row(objects []fyne.CanvasObject) fyne.Size {
	row := fyne.NewSize(-flowGap, 0)
	for _, o := range objects {
		least := o.MinSize()
		row.Width += least.Width + flowGap
		row.Height = max(row.Height, least.Height)
	}
	return row
}

// Layout is part of fyne.Layout.
func (l *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	beside := l.row(objects).Width <= size.Width
	at := fyne.NewPos(0, 0)
	for _, o := range objects {
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
		for _, o := range objects {
			widest = max(widest, o.MinSize().Width)
		}
		return fyne.NewSize(widest, row.Height)
	}
	below := fyne.NewSize(0, -flowGap)
	for _, o := range objects {
		below.Width = max(below.Width, o.MinSize().Width)
		below.Height += o.MinSize().Height + flowGap
	}
	return below
}
