package guide

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Widths at the usual text size: from which on list and article stand beside
// each other, and that of the list then.
const (
	wideFrom  = 700
	listWidth = 272
)

// panes sets the list beside the article, or only one of them where there is no
// room for both.
type panes struct {
	list, line, article, back fyne.CanvasObject
	reading                   func() bool // the article is wanted, where there is room for one
	wide                      bool
}

func textScale() float32 { return fynetheme.Size(fynetheme.SizeNameText) / 14 }

// Layout is part of fyne.Layout.
func (p *panes) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	p.wide = size.Width >= wideFrom*textScale()
	show(p.list, p.wide || !p.reading())
	show(p.article, p.wide || p.reading())
	show(p.line, p.wide)
	show(p.back, !p.wide)
	if !p.wide {
		for _, o := range []fyne.CanvasObject{p.list, p.article} {
			o.Move(fyne.NewPos(0, 0))
			o.Resize(size)
		}
		return
	}
	const line = 1
	width := listWidth * textScale()
	p.list.Move(fyne.NewPos(0, 0))
	p.list.Resize(fyne.NewSize(width, size.Height))
	p.line.Move(fyne.NewPos(width, 0))
	p.line.Resize(fyne.NewSize(line, size.Height))
	p.article.Move(fyne.NewPos(width+line, 0))
	p.article.Resize(fyne.NewSize(size.Width-width-line, size.Height))
}

// MinSize is part of fyne.Layout: that of one of them.
func (p *panes) MinSize([]fyne.CanvasObject) fyne.Size {
	return p.list.MinSize().Max(p.article.MinSize())
}

// show changes what is seen only where that changes something.
func show(o fyne.CanvasObject, wanted bool) {
	switch {
	case o.Visible() == wanted:
	case wanted:
		o.Show()
	default:
		o.Hide()
	}
}
