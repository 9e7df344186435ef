package pinfield

import (
	"crypto/rand"
	"math/big"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Pad is ten keys on the screen for a field, and two to take digits back. Its
// keys can be reached with Tab and the arrows; digits typed on the keyboard go
// to the field from there, too.
type Pad struct {
	widget.BaseWidget
	field   *Field
	shuffle bool
	keys    []*key // as they lie, from top left
}

const padColumns = 3

// NewPad makes the keys of a field. With shuffle they lie in another order from
// the start, and again each time that the pad is shown, so that neither who
// sees the hand nor traces on a touch screen tell the digits.
func NewPad(f *Field, shuffle bool) *Pad {
	p := &Pad{field: f, shuffle: shuffle}
	words := f.o.Words
	for i := range 12 {
		k := newKey(p, i)
		p.keys = append(p.keys, k)
	}
	p.keys[9].set("", fynetheme.NavigateBackIcon(), words.Text("pinfield.pad.erase", nil), f.Erase)
	p.keys[11].set("", fynetheme.DeleteIcon(), words.Text("pinfield.pad.clear", nil), f.Clear)
	p.lay()
	p.ExtendBaseWidget(p)
	return p
}

// lay gives the keys their digits.
func (p *Pad) lay() {
	order := []byte("1234567890")
	if p.shuffle {
		mix(order)
	}
	for i, digit := range order {
		at := i
		if i == 9 { // between the two others of the last row
			at = 10
		}
		p.keys[at].set(glyph(digit), nil, glyph(digit), func() { p.field.Type(rune(digit)) })
	}
}

// mix brings keys into any order, each as likely as the others (Fisher and
// Yates).
func mix(order []byte) {
	for i := len(order) - 1; i > 0; i-- {
		j, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		order[i], order[j.Int64()] = order[j.Int64()], order[i]
	}
}

// Show is part of fyne.CanvasObject. It brings a new order with it.
func (p *Pad) Show() {
	p.lay()
	p.BaseWidget.Show()
}

// CreateRenderer is part of fyne.Widget.
func (p *Pad) CreateRenderer() fyne.WidgetRenderer {
	grid := container.New(layout.NewGridLayoutWithColumns(padColumns))
	for _, k := range p.keys {
		grid.Add(k)
	}
	return widget.NewSimpleRenderer(grid)
}

// move brings the focus from a key to the one beside it.
func (p *Pad) move(from int, event *fyne.KeyEvent) bool {
	to := from
	switch event.Name {
	case fyne.KeyLeft:
		to--
	case fyne.KeyRight:
		to++
	case fyne.KeyUp:
		to -= padColumns
	case fyne.KeyDown:
		to += padColumns
	default:
		return false
	}
	if to >= 0 && to < len(p.keys) {
		if c := fyne.CurrentApp().Driver().CanvasForObject(p.keys[to]); c != nil {
			c.Focus(p.keys[to])
		}
	}
	return true
}
