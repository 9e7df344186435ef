package about

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/assets/icons"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// view is the page: a front with a tile for each part, or one of them.
type view struct {
	p      *presenter
	window page.Window
	stage  *fyne.Container
	part   Part
	tiles  map[Part]*widgets.Tile
}

// New makes the page; version is that of the program.
func New(w page.Window, version string) page.Page {
	v := &view{p: newPresenter(version, w.Words()), window: w, stage: container.NewStack()}
	v.show(Front)
	return v
}

// Content is part of page.Page.
func (v *view) Content() fyne.CanvasObject { return v.stage }

// Shown is part of page.Page.
func (v *view) Shown() fyne.Focusable { return nil }

// Hidden is part of page.Page: next time it begins at the front.
func (v *view) Hidden() { v.show(Front) }

// Topic is part of page.Topical.
func (v *view) Topic(topic string) { v.show(Part(topic)) }

// Key is part of page.Keyed: Escape goes back.
func (v *view) Key(key fyne.KeyName) {
	if key == fyne.KeyEscape && v.part != Front {
		v.back()
	}
}

func (v *view) show(part Part) {
	v.part = part
	v.stage.Objects = []fyne.CanvasObject{v.content(part)}
	v.stage.Refresh()
}

// open shows a part, with the way back ready.
func (v *view) open(part Part) {
	v.show(part)
	if c := v.window.Fyne().Canvas(); c != nil {
		c.Unfocus()
	}
}

// back shows the front, where the part was left.
func (v *view) back() {
	from := v.part
	v.show(Front)
	if tile := v.tiles[from]; tile != nil {
		v.window.Fyne().Canvas().Focus(tile)
	}
}

func (v *view) content(part Part) fyne.CanvasObject {
	switch part {
	case Privacy:
		return v.framed(part, v.sentences(part))
	case Accessibility:
		return v.framed(part, v.statement())
	case Keys:
		return v.framed(part, v.keys())
	case Licences:
		return v.framed(part, v.licences())
	}
	return v.front()
}

func (v *view) framed(part Part, content fyne.CanvasObject) fyne.CanvasObject {
	back := widgets.NewButton(v.p.text("about.back"), widget.MediumImportance, v.back)
	back.Icon = fynetheme.NavigateBackIcon()
	return widgets.Frame(v.p.text("about.part."+string(part)), content, widgets.Actions(back))
}

func (v *view) front() fyne.CanvasObject {
	sign := canvas.NewImageFromResource(fyne.NewStaticResource(icons.Name, icons.PNG))
	sign.FillMode = canvas.ImageFillContain
	sign.SetMinSize(fyne.NewSquareSize(fynetheme.Size(fynetheme.SizeNameText) * 5))
	said := widgets.Close(widgets.Column(6, widgets.Strong(v.p.text("about.what")), widgets.Paragraph(v.p.text("about.not-official"))))
	facts := widgets.NewFacts()
	for _, f := range v.p.versions() {
		facts.Add(f.name, f.is)
	}
	v.tiles = map[Part]*widgets.Tile{}
	tiles := widgets.Column(8)
	for _, part := range parts() {
		tile := widgets.NewTile(icon(part), v.p.text("about.part."+string(part)), v.p.text("about.more."+string(part)), func() { v.open(part) })
		v.tiles[part] = tile
		tiles.Add(tile)
	}
	return widgets.Frame(v.p.text("about.heading"), widgets.Column(14,
		widgets.Card(container.NewBorder(nil, nil, container.NewVBox(widgets.Padded(2, 0, 0, 10, sign)), nil, widgets.Column(8, said, facts.Object()))),
		tiles), nil)
}

func icon(part Part) fyne.Resource {
	switch part {
	case Privacy:
		return fyne.NewStaticResource(icons.LockName, icons.Lock)
	case Accessibility:
		return fynetheme.VisibilityIcon()
	case Keys:
		return fynetheme.GridIcon()
	}
	return fynetheme.DocumentIcon()
}

func (v *view) sentences(part Part) fyne.CanvasObject {
	lines := widgets.Column(10)
	for _, s := range v.p.sentences(part) {
		lines.Add(widgets.Notice(widgets.Good, "", widgets.Paragraph(s)))
	}
	return lines
}

func (v *view) statement() fyne.CanvasObject {
	all := widgets.Column(14)
	for _, f := range v.p.statement() {
		all.Add(widgets.Card(widgets.Close(widgets.Column(6, widgets.Strong(f.name), widgets.Paragraph(f.is)))))
	}
	return all
}

func (v *view) keys() fyne.CanvasObject {
	facts := widgets.NewFacts()
	for _, f := range v.p.keys() {
		facts.Add(f.name, f.is)
	}
	return widgets.Card(facts.Object())
}

// licences are lines that open: a text is made when it is wanted, as there are
// many and most are long.
func (v *view) licences() fyne.CanvasObject {
	lines := widgets.Column(4, widgets.Close(widgets.Paragraph(v.p.text("about.licences.own"))))
	for _, l := range v.p.licences() {
		text := container.NewStack()
		open := widgets.NewButton(l.module, widget.LowImportance, nil)
		open.Icon, open.Alignment = fynetheme.MenuExpandIcon(), widget.ButtonAlignLeading
		open.OnTapped = func() { fold(open, text, l) }
		lines.Add(widgets.Column(0, open, widgets.Close(widgets.Padded(0, 0, 36, 0, widgets.Caption(l.kinds))), text))
	}
	return lines
}

// fold shows or hides the text of a licence.
func fold(button *widgets.Button, place *fyne.Container, l licence) {
	if len(place.Objects) > 0 {
		place.Objects = nil
		button.SetIcon(fynetheme.MenuExpandIcon())
	} else {
		place.Objects = []fyne.CanvasObject{widgets.Card(widgets.Close(paragraphs(l.text)))}
		button.SetIcon(fynetheme.MenuDropDownIcon())
	}
	place.Refresh()
}

// paragraphs joins the lines of each paragraph of a text: they were broken for
// another width.
func paragraphs(text string) fyne.CanvasObject {
	all := widgets.Column(6)
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if joined := strings.Join(strings.Fields(paragraph), " "); joined != "" {
			all.Add(widgets.Caption(joined))
		}
	}
	return all
}
