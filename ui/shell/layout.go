package shell

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// leastPage is the width that a page wants beside the navigation, at the usual
// text size. Where a window has less, the navigation goes behind a button above
// the page.
const leastPage = 500

// sides sets the navigation beside the page, where both have room; else a bar
// above it. It tells when that changes.
type sides struct {
	beside, above, page fyne.CanvasObject
	alone               bool // the page has the window for itself
	wide                bool
	changed             func(wide bool)
}

func textScale() float32 { return fynetheme.Size(fynetheme.SizeNameText) / 14 }

// fits says whether the navigation goes beside the page.
func (s *sides) fits(width float32) bool {
	return width-s.beside.MinSize().Width >= leastPage*textScale()
}

// Layout is part of fyne.Layout.
func (s *sides) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if wide := s.fits(size.Width); wide != s.wide {
		s.wide = wide
		s.changed(wide)
	}
	s.show(s.beside, s.wide && !s.alone)
	s.show(s.above, !s.wide && !s.alone)
	from := fyne.NewPos(0, 0)
	switch {
	case s.beside.Visible():
		width := s.beside.MinSize().Width
		s.beside.Resize(fyne.NewSize(width, size.Height))
		s.beside.Move(from)
		from.X = width
	case s.above.Visible():
		height := s.above.MinSize().Height
		s.above.Resize(fyne.NewSize(size.Width, height))
		s.above.Move(from)
		from.Y = height
	}
	s.page.Move(from)
	s.page.Resize(fyne.NewSize(size.Width-from.X, size.Height-from.Y))
}

// show changes what is seen only where that changes something.
func (s *sides) show(o fyne.CanvasObject, wanted bool) {
	if o.Visible() == wanted {
		return
	}
	if wanted {
		o.Show()
	} else {
		o.Hide()
	}
}

// MinSize is part of fyne.Layout: that of a narrow window.
func (s *sides) MinSize([]fyne.CanvasObject) fyne.Size {
	page := s.page.MinSize()
	if s.alone {
		return page
	}
	above := s.above.MinSize()
	return fyne.NewSize(max(page.Width, above.Width), page.Height+above.Height)
}

// banded sets a band, which may be empty, above all else.
type banded struct{ band, rest fyne.CanvasObject }

// Layout is part of fyne.Layout. How high words are is known once they have a
// width.
func (b banded) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	b.band.Resize(fyne.NewSize(size.Width, b.band.MinSize().Height))
	height := b.band.MinSize().Height
	b.band.Resize(fyne.NewSize(size.Width, height))
	b.rest.Move(fyne.NewPos(0, height))
	b.rest.Resize(fyne.NewSize(size.Width, size.Height-height))
}

// MinSize is part of fyne.Layout.
func (b banded) MinSize([]fyne.CanvasObject) fyne.Size {
	band, rest := b.band.MinSize(), b.rest.MinSize()
	return fyne.NewSize(max(band.Width, rest.Width), band.Height+rest.Height)
}
