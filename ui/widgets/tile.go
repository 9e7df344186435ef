package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/theme"
)

// Tile is a big button: a sign, what it does, and a line that says more. Space
// and Enter press it.
type Tile struct {
	widget.DisableableWidget
	// Unused gets the keys that the tile has no use for; nil leaves them
	// to the window.
	Unused func(*fyne.KeyEvent)
	// Main makes the tile stand out, as the one that helps most. It stands first,
	// too: no meaning by colour alone.
	Main bool

	icon             fyne.Resource
	title, more      *Text
	tapped           func()
	focused, hovered bool
}

// NewTile makes a tile; more may be "".
func NewTile(icon fyne.Resource, title, more string, tapped func()) *Tile {
	t := &Tile{icon: icon, title: Strong(title), more: Caption(more), tapped: tapped}
	t.more.Hidden = more == ""
	t.ExtendBaseWidget(t)
	return t
}

// Title returns what the tile does, in words.
func (t *Tile) Title() string { return t.title.Text }

// Tapped is part of fyne.Tappable.
func (t *Tile) Tapped(*fyne.PointEvent) {
	if !t.Disabled() && t.tapped != nil {
		t.tapped()
	}
}

// TypedKey is part of fyne.Focusable.
func (t *Tile) TypedKey(event *fyne.KeyEvent) {
	switch event.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		t.Tapped(nil)
	default:
		pass(t, t.Unused, event)
	}
}

// TypedRune is part of fyne.Focusable.
func (t *Tile) TypedRune(rune) {}

// FocusGained is part of fyne.Focusable.
func (t *Tile) FocusGained() { t.focused = true; t.Refresh(); Reveal(t) }

// FocusLost is part of fyne.Focusable.
func (t *Tile) FocusLost() { t.focused = false; t.Refresh() }

// MouseIn is part of desktop.Hoverable.
func (t *Tile) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.Refresh() }

// MouseMoved is part of desktop.Hoverable.
func (t *Tile) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is part of desktop.Hoverable.
func (t *Tile) MouseOut() { t.hovered = false; t.Refresh() }

// CreateRenderer is part of fyne.Widget.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer {
	r := &tileRenderer{tile: t, ground: canvas.NewRectangle(color.Transparent), over: canvas.NewRectangle(color.Transparent)}
	r.image = canvas.NewImageFromResource(fynetheme.NewPrimaryThemedResource(t.icon))
	r.image.FillMode = canvas.ImageFillContain
	sign := container.NewVBox(layout.NewSpacer(), r.image, layout.NewSpacer())
	words := container.NewVBox(layout.NewSpacer(), Close(container.NewVBox(t.title, t.more)), layout.NewSpacer())
	r.all = container.New(layout.NewStackLayout(), r.ground, r.over,
		Padded(8, 8, 14, 12, container.NewBorder(nil, nil, Padded(0, 0, 0, 8, sign), nil, words)))
	r.paint()
	inner := &simple{WidgetRenderer: widget.NewSimpleRenderer(r.all), refresh: r.paint}
	return withRing(inner, t, func() bool { return t.focused })
}

type tileRenderer struct {
	tile         *Tile
	ground, over *canvas.Rectangle
	image        *canvas.Image
	all          *fyne.Container
}

func (r *tileRenderer) paint() {
	th, variant := r.tile.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	radius := th.Size(fynetheme.SizeNameButtonRadius)
	r.ground.FillColor = th.Color(theme.ColorNameSurface, variant)
	r.ground.StrokeColor, r.ground.StrokeWidth = th.Color(fynetheme.ColorNameSeparator, variant), 1
	if r.tile.Main && !r.tile.Disabled() {
		r.ground.StrokeColor, r.ground.StrokeWidth = th.Color(fynetheme.ColorNamePrimary, variant), 2
	}
	r.over.FillColor = color.Transparent
	if r.tile.hovered && !r.tile.Disabled() {
		r.over.FillColor = th.Color(fynetheme.ColorNameHover, variant)
	}
	r.ground.CornerRadius, r.over.CornerRadius = radius, radius
	r.image.SetMinSize(fyne.NewSquareSize(th.Size(fynetheme.SizeNameInlineIcon) * 1.5))
	importance := widget.MediumImportance
	r.image.Resource = fynetheme.NewPrimaryThemedResource(r.tile.icon)
	if r.tile.Disabled() {
		importance = widget.LowImportance
		r.image.Resource = fynetheme.NewDisabledResource(r.tile.icon)
	}
	if r.tile.title.Importance != importance {
		r.tile.title.Importance = importance
		r.tile.title.Refresh()
	}
}

// simple is a renderer that paints before it refreshes.
type simple struct {
	fyne.WidgetRenderer
	refresh func()
}

func (s *simple) Refresh() {
	s.refresh()
	s.WidgetRenderer.Refresh()
}
