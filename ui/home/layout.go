package home

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// flow sets objects beside each other in columns of one width, as many as there
// is room for, and goes on below. How high an object is depends on how wide it
// is, so the height follows the width it was given last.
type flow struct {
	least float32   // width of a column at the usual text size
	most  int       // columns
	parts []float32 // of the width, for columns that are not of one width; nil: they are
	gap   float32
	width float32
}

func (f *flow) columns(width float32) int {
	least := f.least * fynetheme.Size(fynetheme.SizeNameText) / 14
	return max(1, min(f.most, int((width+f.gap)/(least+f.gap))))
}

// widths are those of the columns.
func (f *flow) widths(width float32) []float32 {
	n := f.columns(width)
	room := width - f.gap*float32(n-1)
	widths := make([]float32, n)
	for i := range widths {
		widths[i] = room / float32(n)
		if n > 1 && f.parts != nil {
			widths[i] = room * f.parts[i]
		}
	}
	return widths
}

// rows are the visible objects, as many in a row as there are columns.
func (f *flow) rows(objects []fyne.CanvasObject, columns int) (rows [][]fyne.CanvasObject) {
	var row []fyne.CanvasObject
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if row = append(row, o); len(row) == columns {
			rows, row = append(rows, row), nil
		}
	}
	if len(row) > 0 {
		rows = append(rows, row)
	}
	return rows
}

// high is how high a row is, once each object knows how wide it is. An object
// that knows is left alone: pictures are drawn anew with each size.
func high(row []fyne.CanvasObject, widths []float32) (most float32) {
	for i, o := range row {
		if o.Size().Width != widths[i] {
			o.Resize(fyne.NewSize(widths[i], o.MinSize().Height))
		}
		most = max(most, o.MinSize().Height)
	}
	return most
}

// Layout is part of fyne.Layout.
func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	widths := f.widths(size.Width)
	y := float32(0)
	for _, row := range f.rows(objects, len(widths)) {
		height, x := high(row, widths), float32(0)
		for i, o := range row {
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(widths[i], height))
			x += widths[i] + f.gap
		}
		y += height + f.gap
	}
}

// MinSize is part of fyne.Layout.
func (f *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	widths := f.widths(f.width)
	if f.width == 0 {
		widths = []float32{0}
	}
	widest, sum := float32(0), float32(0)
	for _, row := range f.rows(objects, len(widths)) {
		for _, o := range row {
			widest = max(widest, o.MinSize().Width)
		}
		if f.width == 0 {
			sum += row[0].MinSize().Height + f.gap
		} else {
			sum += high(row, widths) + f.gap
		}
	}
	return fyne.NewSize(widest, max(sum-f.gap, 0))
}

// trail sets words behind marks, or below them where they do not fit in one line.
type trail struct {
	words string
	width float32
}

// fits says whether all goes into one line.
func (l *trail) fits(marks fyne.CanvasObject, width float32) bool {
	size := fynetheme.Size(fynetheme.SizeNameText)
	words := fyne.MeasureText(l.words, size, fyne.TextStyle{Bold: true}).Width
	return marks.MinSize().Width+words+4*fynetheme.Size(fynetheme.SizeNameInnerPadding) <= width
}

// Layout is part of fyne.Layout; objects are the marks and the words.
func (l *trail) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	marks, words := objects[0], objects[1]
	least := marks.MinSize()
	marks.Move(fyne.NewPos(0, 0))
	if l.fits(marks, size.Width) {
		marks.Resize(fyne.NewSize(least.Width, size.Height))
		words.Move(fyne.NewPos(least.Width, 0))
		words.Resize(fyne.NewSize(size.Width-least.Width, size.Height))
		return
	}
	marks.Resize(least)
	words.Move(fyne.NewPos(0, least.Height))
	words.Resize(fyne.NewSize(size.Width, size.Height-least.Height))
}

// MinSize is part of fyne.Layout.
func (l *trail) MinSize(objects []fyne.CanvasObject) fyne.Size {
	marks, words := objects[0].MinSize(), objects[1].MinSize()
	if l.width > 0 && l.fits(objects[0], l.width) {
		return fyne.NewSize(marks.Width+words.Width, max(marks.Height, words.Height))
	}
	return fyne.NewSize(max(marks.Width, words.Width), marks.Height+words.Height)
}
