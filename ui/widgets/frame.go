package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
)

// readable is how wide text may be, at the usual text size: longer lines are
// hard to find back from.
const readable = 760

// Frame is how every page is built: a heading, content that is scrolled where
// it is too long, and below it the actions, which always stay in sight. Any of
// them may be left out ("" or nil).
func Frame(heading string, content fyne.CanvasObject, actions fyne.CanvasObject) fyne.CanvasObject {
	const edge, gap = 24, 14
	lines := Column(gap)
	if heading != "" {
		lines.Add(Close(Heading(heading)))
	}
	if content != nil {
		lines.Add(content)
	}
	scrolled := container.NewVScroll(Padded(edge-6, edge, edge, edge, container.New(narrow{}, lines)))
	if actions == nil {
		return scrolled
	}
	return container.NewBorder(nil, Padded(10, edge-6, edge, edge, container.New(narrow{}, actions)), nil, nil, scrolled)
}

// Actions sets buttons in a row: back to the left, the others to the right with
// the main one last. Those that do not fit go below each other.
func Actions(back fyne.CanvasObject, others ...fyne.CanvasObject) fyne.CanvasObject {
	all := []fyne.CanvasObject{}
	if back != nil {
		all = append(all, back)
	}
	return container.New(&actionsLayout{back: back != nil}, append(all, others...)...)
}

// narrow keeps its content to a readable width.
type narrow struct{}

func (narrow) most() float32 { return readable * fynetheme.Size(fynetheme.SizeNameText) / 14 }

func (n narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(fyne.NewSize(min(size.Width, n.most()), size.Height))
	}
}

func (narrow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return layout.NewStackLayout().MinSize(objects)
}

// actionsLayout knows its width only when it is laid out; its height follows.
type actionsLayout struct {
	back  bool
	width float32
}

const actionGap = 10

func (l *actionsLayout) fits(objects []fyne.CanvasObject, width float32) bool {
	sum := float32(0)
	for _, o := range objects {
		if o.Visible() {
			sum += o.MinSize().Width + actionGap
		}
	}
	return sum-actionGap <= width
}

func (l *actionsLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	changed := l.width != size.Width
	l.width = size.Width
	if !l.fits(objects, size.Width) {
		l.stack(objects, size)
	} else {
		l.line(objects, size)
	}
	if changed && len(objects) > 0 {
		if c := fyne.CurrentApp().Driver().CanvasForObject(objects[0]); c != nil {
			objects[0].Refresh()
		}
	}
}

func (l *actionsLayout) stack(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for i := len(objects) - 1; i >= 0; i-- { // the main one first
		o := objects[i]
		if !o.Visible() {
			continue
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		y += o.MinSize().Height + actionGap
	}
}

func (l *actionsLayout) line(objects []fyne.CanvasObject, size fyne.Size) {
	x := size.Width
	for i := len(objects) - 1; i >= 0; i-- {
		o := objects[i]
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		o.Resize(fyne.NewSize(least.Width, size.Height))
		if l.back && i == 0 {
			o.Move(fyne.NewPos(0, 0))
			continue
		}
		x -= least.Width
		o.Move(fyne.NewPos(x, 0))
		x -= actionGap
	}
}

func (l *actionsLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	line, widest, sum := float32(0), float32(0), float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		widest, line = max(widest, least.Width), max(line, least.Height)
		sum += least.Height + actionGap
	}
	if l.width > 0 && !l.fits(objects, l.width) {
		return fyne.NewSize(widest, max(sum-actionGap, 0))
	}
	return fyne.NewSize(widest, line)
}
