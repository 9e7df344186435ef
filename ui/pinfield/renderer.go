package pinfield

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"cientro/ui/widgets"
)

// box is how one digit is drawn.
type box struct {
	ground *canvas.Rectangle
	caret  *canvas.Rectangle // a bar below the digit
	disc   *canvas.Circle
	sign   *canvas.Text // "" unless the digits are shown
}

type fieldRenderer struct {
	field    *Field
	ring     *canvas.Rectangle
	boxes    [Length]box
	captions [2]fyne.CanvasObject
	said     *widgets.Text
	saying   fyne.CanvasObject // around it
	objects  []fyne.CanvasObject
}

const ringWidth = 3

func newFieldRenderer(f *Field) *fieldRenderer {
	r := &fieldRenderer{field: f, ring: canvas.NewRectangle(color.Transparent), said: widgets.Caption("")}
	r.ring.StrokeWidth = ringWidth
	r.objects = append(r.objects, r.ring)
	for i := range r.boxes {
		b := box{canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent),
			canvas.NewCircle(color.Transparent), canvas.NewText("", color.Transparent)}
		b.sign.Alignment = fyne.TextAlignCenter
		b.sign.TextStyle.Bold = true
		r.boxes[i] = b
		r.objects = append(r.objects, b.ground, b.caret, b.disc, b.sign)
	}
	for i, half := range [2]string{"first", "second"} {
		r.captions[i] = widgets.Close(widgets.Caption(f.o.Words.Text("pinfield."+half+"."+string(f.o.Code), nil)))
		r.objects = append(r.objects, r.captions[i])
	}
	r.saying = widgets.Close(r.said)
	r.objects = append(r.objects, r.saying)
	r.paint()
	return r
}

// glyph is the sign of a digit: a piece of one constant text, never a new one.
func glyph(digit byte) string {
	const all = "0123456789"
	if digit < '0' || digit > '9' {
		return ""
	}
	return all[digit-'0' : digit-'0'+1]
}

func (r *fieldRenderer) paint() {
	f, th, variant := r.field, r.field.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.ring.StrokeColor = th.Color(fynetheme.ColorNameFocus, variant)
	r.ring.CornerRadius = th.Size(fynetheme.SizeNameInputRadius) + ringWidth
	r.ring.Hidden = !f.focused
	ink := th.Color(fynetheme.ColorNameForeground, variant)
	for i, b := range r.boxes {
		filled, here := f.digits.filled(i), f.focused && f.digits.caret == i
		b.ground.FillColor = th.Color(fynetheme.ColorNameInputBackground, variant)
		b.ground.CornerRadius = th.Size(fynetheme.SizeNameInputRadius)
		b.ground.StrokeColor, b.ground.StrokeWidth = th.Color(fynetheme.ColorNameInputBorder, variant), 1.5
		if here {
			b.ground.StrokeColor, b.ground.StrokeWidth = th.Color(fynetheme.ColorNamePrimary, variant), 2.5
		}
		b.caret.FillColor, b.caret.Hidden = th.Color(fynetheme.ColorNamePrimary, variant), !here
		b.disc.FillColor, b.disc.Hidden = ink, !filled || f.revealed
		b.sign.Color, b.sign.TextSize = ink, th.Size(fynetheme.SizeNameSubHeadingText)
		b.sign.Text = ""
		if filled && f.revealed {
			b.sign.Text = glyph(f.digits.boxes[i])
		}
	}
	if says := f.Announcement(); r.said.Text != says {
		r.said.SetText(says)
	}
}

// Layout is part of fyne.WidgetRenderer.
func (r *fieldRenderer) Layout(size fyne.Size) {
	m := r.field.measure(size.Width)
	r.ring.Move(fyne.NewPos(edge-around, 0))
	r.ring.Resize(fyne.NewSize(m.whole()+2*(around-edge), m.height+2*around))
	for i, b := range r.boxes {
		at, whole := fyne.NewPos(m.at(i), around), fyne.NewSize(m.box, m.height)
		b.ground.Move(at)
		b.ground.Resize(whole)
		b.sign.Move(at)
		b.sign.Resize(whole)
		disc := min(m.box*0.42, m.height*0.3)
		b.disc.Move(at.AddXY((m.box-disc)/2, (m.height-disc)/2))
		b.disc.Resize(fyne.NewSquareSize(disc))
		b.caret.Move(at.AddXY(m.box*0.25, m.height-9))
		b.caret.Resize(fyne.NewSize(m.box/2, 3))
	}
	y := m.height + 2*around
	below := float32(0)
	for i, c := range r.captions {
		below = max(below, place(c, m.at(i*Half)-captionInset, y, m.half()+m.middle-m.gap))
	}
	place(r.saying, edge-captionInset, y+below+captionGap, size.Width-edge)
}

// captionInset is how far a text begins behind the edge of its label, and
// captionGap the room between the words at the halves and the count.
const (
	captionInset = 3
	captionGap   = 4
)

// place puts a text that is broken into lines, and returns the height that it
// turns out to want at that width.
func place(o fyne.CanvasObject, x, y, width float32) float32 {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, o.MinSize().Height))
	height := o.MinSize().Height
	o.Resize(fyne.NewSize(width, height))
	return height
}

// MinSize is part of fyne.WidgetRenderer.
func (r *fieldRenderer) MinSize() fyne.Size {
	m := r.field.measure(0)
	captions := max(r.captions[0].MinSize().Height, r.captions[1].MinSize().Height)
	return fyne.NewSize(m.whole(), m.height+2*around+captions+captionGap+r.saying.MinSize().Height)
}

// Objects is part of fyne.WidgetRenderer.
func (r *fieldRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Refresh is part of fyne.WidgetRenderer.
func (r *fieldRenderer) Refresh() {
	r.paint()
	r.Layout(r.field.Size())
	canvas.Refresh(r.field)
}

// Destroy is part of fyne.WidgetRenderer.
func (r *fieldRenderer) Destroy() {}
