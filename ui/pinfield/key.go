package pinfield

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/widgets"
)

// key is one key of a pad.
type key struct {
	widget.BaseWidget
	pad  *Pad
	at   int // its place on the pad
	sign string
	icon fyne.Resource // instead of a sign
	name string        // for people who do not see it
	act  func()

	focused, hovered bool
}

var (
	_ fyne.Focusable    = (*key)(nil)
	_ fyne.Tappable     = (*key)(nil)
	_ fyne.Accessible   = (*key)(nil)
	_ fyne.Shortcutable = (*key)(nil)
	_ desktop.Hoverable = (*key)(nil)
)

func newKey(p *Pad, at int) *key {
	k := &key{pad: p, at: at}
	k.ExtendBaseWidget(k)
	return k
}

func (k *key) set(sign string, icon fyne.Resource, name string, act func()) {
	k.sign, k.icon, k.name, k.act = sign, icon, name, act
	k.Refresh()
}

// Tapped is part of fyne.Tappable. The focus goes back to the field, where it
// was before the pointer took it away.
func (k *key) Tapped(*fyne.PointEvent) {
	k.act()
	if !k.focused {
		k.pad.field.focus()
	}
}

// TypedKey is part of fyne.Focusable.
func (k *key) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		k.act()
	case fyne.KeyBackspace:
		k.pad.field.Erase()
	default:
		if !k.pad.move(k.at, event) {
			k.pad.field.pass(k, event)
		}
	}
}

// TypedRune is part of fyne.Focusable: a digit of the keyboard goes to the field.
func (k *key) TypedRune(r rune) {
	if r != ' ' { // which has pressed the key already
		k.pad.field.Type(r)
	}
}

// TypedShortcut is part of fyne.Shortcutable.
func (k *key) TypedShortcut(shortcut fyne.Shortcut) { k.pad.field.TypedShortcut(shortcut) }

// FocusGained is part of fyne.Focusable.
func (k *key) FocusGained() {
	k.focused = true
	k.Refresh()
	widgets.Reveal(k.pad)
}

// FocusLost is part of fyne.Focusable.
func (k *key) FocusLost() { k.focused = false; k.Refresh() }

// MouseIn is part of desktop.Hoverable.
func (k *key) MouseIn(*desktop.MouseEvent) { k.hovered = true; k.Refresh() }

// MouseMoved is part of desktop.Hoverable.
func (k *key) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (k *key) MouseOut() { k.hovered = false; k.Refresh() }

// AccessibilityLabel is part of fyne.Accessible.
func (k *key) AccessibilityLabel() string { return k.name }

// AccessibilityRole is part of fyne.Accessible.
func (k *key) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is part of fyne.Widget.
func (k *key) CreateRenderer() fyne.WidgetRenderer {
	r := &keyRenderer{key: k, ground: canvas.NewRectangle(color.Transparent), over: canvas.NewRectangle(color.Transparent),
		ring: canvas.NewRectangle(color.Transparent), sign: canvas.NewText("", color.Transparent), icon: canvas.NewImageFromResource(nil)}
	r.sign.Alignment = fyne.TextAlignCenter
	r.icon.FillMode = canvas.ImageFillContain
	r.ring.StrokeWidth = ringWidth
	r.paint()
	return r
}

type keyRenderer struct {
	key                *key
	ground, over, ring *canvas.Rectangle
	sign               *canvas.Text
	icon               *canvas.Image
}

func (r *keyRenderer) paint() {
	k, th, variant := r.key, r.key.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	radius := th.Size(fynetheme.SizeNameButtonRadius)
	r.ground.FillColor, r.ground.CornerRadius = th.Color(fynetheme.ColorNameButton, variant), radius
	r.ground.StrokeColor, r.ground.StrokeWidth = th.Color(fynetheme.ColorNameSeparator, variant), 1
	r.over.FillColor, r.over.CornerRadius = th.Color(fynetheme.ColorNameHover, variant), radius
	r.over.Hidden = !k.hovered
	r.ring.StrokeColor, r.ring.CornerRadius = th.Color(fynetheme.ColorNameFocus, variant), radius
	r.ring.Hidden = !k.focused
	r.sign.Text, r.sign.TextSize = k.sign, th.Size(fynetheme.SizeNameSubHeadingText)
	r.sign.Color = th.Color(fynetheme.ColorNameForeground, variant)
	r.icon.Hidden = k.icon == nil
	if k.icon != nil {
		r.icon.Resource = fynetheme.NewThemedResource(k.icon)
	}
}

// MinSize is part of fyne.WidgetRenderer: big enough for any finger.
func (r *keyRenderer) MinSize() fyne.Size {
	text := r.key.Theme().Size(fynetheme.SizeNameText)
	return fyne.NewSize(text*5, text*3.4)
}

// Layout is part of fyne.WidgetRenderer.
func (r *keyRenderer) Layout(size fyne.Size) {
	for _, o := range []fyne.CanvasObject{r.ground, r.over, r.ring, r.sign} {
		o.Resize(size)
	}
	icon := r.key.Theme().Size(fynetheme.SizeNameInlineIcon)
	r.icon.Resize(fyne.NewSquareSize(icon))
	r.icon.Move(fyne.NewPos((size.Width-icon)/2, (size.Height-icon)/2))
}

// Objects is part of fyne.WidgetRenderer.
func (r *keyRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.over, r.sign, r.icon, r.ring}
}

// Refresh is part of fyne.WidgetRenderer.
func (r *keyRenderer) Refresh() {
	r.paint()
	r.Layout(r.key.Size())
	canvas.Refresh(r.key)
}

// Destroy is part of fyne.WidgetRenderer.
func (r *keyRenderer) Destroy() {}
