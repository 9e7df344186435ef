package training

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cientro/ui/widgets"
)

// newStrip sets tabs beside each other, or below each other where they have no
// room.
func newStrip(tabs []*widgets.Button) fyne.CanvasObject {
	all := container.New(&strip{})
	for _, tab := range tabs {
		all.Add(tab)
	}
	return all
}

// strip knows its width only when it is laid out; its height follows.
type strip struct{ width float32 }

const stripGap = 6

func (s *strip) line(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		least := o.MinSize()
		size.Width += least.Width + stripGap
		size.Height = max(size.Height, least.Height)
	}
	size.Width -= stripGap
	return size
}

// Layout is part of fyne.Layout.
func (s *strip) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	s.width = size.Width
	beside := s.line(objects).Width <= size.Width
	at := fyne.NewPos(0, 0)
	for _, o := range objects {
		least := o.MinSize()
		o.Move(at)
		if beside {
			o.Resize(least)
			at.X += least.Width + stripGap
			continue
		}
		o.Resize(fyne.NewSize(size.Width, least.Height))
		at.Y += least.Height + stripGap
	}
}

// MinSize is part of fyne.Layout.
func (s *strip) MinSize(objects []fyne.CanvasObject) fyne.Size {
	line := s.line(objects)
	var widest, sum float32
	for _, o := range objects {
		least := o.MinSize()
		widest, sum = max(widest, least.Width), sum+least.Height+stripGap
	}
	if s.width > 0 && line.Width > s.width {
		return fyne.NewSize(widest, sum-stripGap)
	}
	return fyne.NewSize(widest, line.Height)
}
