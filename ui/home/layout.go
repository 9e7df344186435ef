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

// place sets the objects and returns how high they are together.
func (f *flow) place(objects []fyne.CanvasObject, width float32) float32 {
	widths := f.widths(width)
	y, row := float32(0), []fyne.CanvasObject{}
	end := func() {
		high, x := float32(0), float32(0)
		for i, o := range row {
			o.Resize(fyne.NewSize(widths[i], o.MinSize().Height))
			high = max(high, o.MinSize().Height)
		}
		for i, o := range row {
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(widths[i], high))
			x += widths[i] + f.gap
		}
		if len(row) > 0 {
			y += high + f.gap
		}
		row = row[:0]
	}
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if row = append(row, o); len(row) == len(widths) {
			end()
		}
	}
	end()
	return max(y-f.gap, 0)
}

// Layout is part of fyne.Layout.
func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	f.place(objects, size.Width)
}

// MinSize is part of fyne.Layout.
func (f *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	widest, sum := float32(0), float32(0)
	for _, o := range objects {
		if o.Visible() {
			least := o.MinSize()
			widest = max(widest, least.Width)
			sum += least.Height + f.gap
		}
	}
	if f.width == 0 {
		return fyne.NewSize(widest, max(sum-f.gap, 0))
	}
	return fyne.NewSize(widest, f.place(objects, f.width))
}
