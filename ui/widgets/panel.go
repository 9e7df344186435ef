package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Panel is a ground with round corners, on which what belongs together stands.
type Panel struct {
	widget.BaseWidget
	ground, edge fyne.ThemeColorName
	content      fyne.CanvasObject
}

// NewPanel puts content on a ground, with an edge of another colour around it.
func NewPanel(ground, edge fyne.ThemeColorName, content fyne.CanvasObject) *Panel {
	p := &Panel{ground: ground, edge: edge, content: content}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer is part of fyne.Widget.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{panel: p, ground: canvas.NewRectangle(color.Transparent)}
	r.all = container.New(layout.NewStackLayout(), r.ground, p.content)
	r.WidgetRenderer = widget.NewSimpleRenderer(r.all)
	r.paint()
	return r
}

type panelRenderer struct {
	fyne.WidgetRenderer
	panel  *Panel
	ground *canvas.Rectangle
	all    *fyne.Container
}

func (r *panelRenderer) paint() {
	th, variant := r.panel.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.ground.FillColor = th.Color(r.panel.ground, variant)
	r.ground.StrokeColor = th.Color(r.panel.edge, variant)
	r.ground.StrokeWidth = 1
	r.ground.CornerRadius = th.Size(fynetheme.SizeNameButtonRadius)
}

func (r *panelRenderer) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
}
