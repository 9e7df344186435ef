package shell

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/page"
	"cientro/ui/widgets"
)

// item is a line of the navigation: a sign and words. The one of the page in
// sight has a bar, bold words and another ground: never a colour alone.
type item struct {
	widget.BaseWidget
	name    page.Name
	icon    fyne.Resource
	words   string
	tapped  func()
	step    func(from *item, by int) // the arrows
	unused  func(*fyne.KeyEvent)
	current bool

	focused, hovered bool
}

func newItem(name page.Name, icon fyne.Resource, words string, tapped func()) *item {
	i := &item{name: name, icon: icon, words: words, tapped: tapped}
	i.ExtendBaseWidget(i)
	return i
}

// mark says whether the page of the item is in sight.
func (i *item) mark(current bool) {
	if i.current != current {
		i.current = current
		i.Refresh()
	}
}

// Tapped is part of fyne.Tappable.
func (i *item) Tapped(*fyne.PointEvent) { i.tapped() }

// TypedKey is part of fyne.Focusable.
func (i *item) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		i.tapped()
	case fyne.KeyUp:
		i.step(i, -1)
	case fyne.KeyDown:
		i.step(i, 1)
	default:
		i.unused(event)
	}
}

// TypedRune is part of fyne.Focusable.
func (i *item) TypedRune(rune) {}

// FocusGained is part of fyne.Focusable.
func (i *item) FocusGained() { i.focused = true; i.Refresh(); widgets.Reveal(i) }

// FocusLost is part of fyne.Focusable.
func (i *item) FocusLost() { i.focused = false; i.Refresh() }

// MouseIn is part of desktop.Hoverable.
func (i *item) MouseIn(*desktop.MouseEvent) { i.hovered = true; i.Refresh() }

// MouseMoved is part of desktop.Hoverable.
func (i *item) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (i *item) MouseOut() { i.hovered = false; i.Refresh() }

// Cursor is part of desktop.Cursorable.
func (i *item) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is part of fyne.Accessible.
func (i *item) AccessibilityLabel() string { return i.words }

// AccessibilityRole is part of fyne.Accessible.
func (i *item) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is part of fyne.Widget.
func (i *item) CreateRenderer() fyne.WidgetRenderer {
	r := &itemRenderer{item: i,
		ground: canvas.NewRectangle(color.Transparent), bar: canvas.NewRectangle(color.Transparent),
		image: canvas.NewImageFromResource(nil), text: canvas.NewText(i.words, color.Transparent)}
	r.image.FillMode = canvas.ImageFillContain
	r.bar.SetMinSize(fyne.NewSize(barWidth, 0))
	line := container.NewHBox(widgets.Padded(0, 0, 0, 6, container.NewCenter(r.image)), container.NewCenter(r.text), layout.NewSpacer())
	inside := container.NewBorder(nil, nil, widgets.Padded(5, 5, 0, 0, r.bar), nil, widgets.Padded(7, 7, 8, 10, line))
	r.all = container.NewStack(r.ground, inside)
	r.paint()
	r.WidgetRenderer = widget.NewSimpleRenderer(r.all)
	return r
}

const barWidth = 4

type itemRenderer struct {
	fyne.WidgetRenderer
	item        *item
	ground, bar *canvas.Rectangle
	image       *canvas.Image
	text        *canvas.Text
	all         *fyne.Container
}

func (r *itemRenderer) paint() {
	th, variant := r.item.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.ground.CornerRadius, r.bar.CornerRadius = th.Size(fynetheme.SizeNameButtonRadius), barWidth/2
	r.ground.FillColor, r.ground.StrokeWidth = color.Transparent, 0
	r.bar.FillColor = color.Transparent
	switch {
	case r.item.current:
		r.ground.FillColor = th.Color(fynetheme.ColorNameSelection, variant)
		r.bar.FillColor = th.Color(fynetheme.ColorNamePrimary, variant)
	case r.item.hovered:
		r.ground.FillColor = th.Color(fynetheme.ColorNameHover, variant)
	}
	if r.item.focused {
		r.ground.StrokeWidth, r.ground.StrokeColor = 3, th.Color(fynetheme.ColorNameFocus, variant)
	}
	r.image.Resource = fynetheme.NewThemedResource(r.item.icon)
	r.image.SetMinSize(fyne.NewSquareSize(th.Size(fynetheme.SizeNameInlineIcon) * 1.1))
	r.text.TextSize = th.Size(fynetheme.SizeNameText)
	r.text.TextStyle = fyne.TextStyle{Bold: r.item.current}
	r.text.Color = th.Color(fynetheme.ColorNameForeground, variant)
}

// MinSize is that of bold words, so that marking a line moves nothing.
func (r *itemRenderer) MinSize() fyne.Size {
	bold := fyne.MeasureText(r.item.words, r.text.TextSize, fyne.TextStyle{Bold: true})
	return r.WidgetRenderer.MinSize().AddWidthHeight(max(bold.Width-r.text.MinSize().Width, 0), 0)
}

func (r *itemRenderer) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
}
