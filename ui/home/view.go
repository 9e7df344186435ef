package home

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/page"
	"cientro/ui/widgets"
)

// acts are what the person can do on a screen.
type acts struct {
	pick   func(reader string)
	again  func(reader string)
	accept func(reader string)
	goTo   func(to page.Name, topic string)
	copied func(command string)
}

// drawn is a screen as objects. controls are those that take the focus, by a name
// that stays the same from screen to screen.
type drawn struct {
	content  fyne.CanvasObject
	controls map[string]fyne.Focusable
}

// gap between the parts of the page, in Fyne's units.
const gap = 14

// draw makes the objects of a screen.
func draw(s screen, copyWords string, a acts) drawn {
	d := drawn{controls: map[string]fyne.Focusable{}}
	parts := widgets.Column(gap)
	add := func(o fyne.CanvasObject) {
		if o != nil {
			parts.Add(o)
		}
	}
	lead := s.drawLead(&d, copyWords, a)
	rows := s.drawRows(&d, a)
	if s.reader != "" { // one of them is below
		add(rows)
	}
	switch {
	case s.face != nil:
		add(lead)
		add(s.drawFace())
	case s.scene != "":
		add(widgets.Card(container.New(&flow{least: 300, most: 2, parts: []float32{0.40, 0.60}, gap: 20},
			drawScene(s.scene), container.NewVBox(layout.NewSpacer(), lead, layout.NewSpacer()))))
	default:
		add(lead)
	}
	if s.reader == "" {
		add(rows)
	}
	for _, n := range s.notices {
		add(widgets.Notice(moodOf(n.mood), n.title, widgets.Paragraph(n.text)))
	}
	add(s.drawAcceptance(&d, a))
	add(s.drawTiles(&d, a))
	add(s.drawProof())
	add(s.drawRead(&d, a))
	if s.code != "" {
		add(widgets.Caption(s.code))
	}
	d.content = widgets.Frame(s.heading, parts, nil)
	return d
}

// drawLead are the sentences on top, with what can be done about them.
func (s screen) drawLead(d *drawn, copyWords string, a acts) fyne.CanvasObject {
	lines := container.NewVBox()
	if s.lead != "" {
		lines.Add(widgets.Paragraph(s.lead))
	}
	for _, p := range s.points {
		lines.Add(drawPoint(p))
	}
	if s.next != "" && s.accept == nil {
		lines.Add(widgets.Paragraph(s.next))
	}
	if s.command != "" {
		lines.Add(s.drawCommand(d, copyWords, a))
	}
	if s.again != "" && s.accept == nil && s.read == "" {
		b := widgets.NewButton(s.again, widget.MediumImportance, func() { a.again(s.reader) })
		d.controls["again"] = b
		lines.Add(widgets.Padded(6, 0, 4, 0, container.NewHBox(b)))
	}
	if len(lines.Objects) == 0 {
		return nil
	}
	return widgets.Close(lines)
}

func (s screen) drawCommand(d *drawn, copyWords string, a acts) fyne.CanvasObject {
	command := widgets.Line(s.command)
	command.TextStyle.Monospace = true
	command.Wrapping = fyne.TextWrapWord
	b := widgets.NewButton(copyWords, widget.MediumImportance, func() { a.copied(s.command) })
	d.controls["copy"] = b
	return widgets.Card(command, container.NewHBox(b))
}

func drawPoint(p point) fyne.CanvasObject {
	sign := container.NewVBox(widgets.Padded(3, 0, 4, 2, widgets.Sign(moodOf(p.mood), fynetheme.Size(fynetheme.SizeNameInlineIcon)*0.9)))
	return container.NewBorder(nil, nil, sign, nil, widgets.Paragraph(p.text))
}

func drawScene(s scene) fyne.CanvasObject {
	return newPicture(string(s), fyne.NewSize(288, 171))
}

// drawFace is the card, and beside it what is known of it.
func (s screen) drawFace() fyne.CanvasObject {
	facts := widgets.NewFacts()
	for _, t := range []tries{s.face.pin, s.face.puk} {
		facts.AddObject(t.name, drawTries(t))
	}
	for _, f := range s.face.facts {
		facts.Add(f.name, f.is)
	}
	return container.New(&flow{least: 300, most: 2, parts: []float32{0.42, 0.58}, gap: 20},
		container.NewVBox(newCardFace(*s.face)), facts.Object())
}

func drawTries(t tries) fyne.CanvasObject {
	words := widgets.Strong(t.words)
	if t.max == 0 {
		return words
	}
	marks := container.NewVBox(layout.NewSpacer(), widgets.NewTries(t.left, t.max), layout.NewSpacer())
	return container.New(&trail{words: t.words}, widgets.Padded(5, 5, 4, 6, marks), words)
}

// drawRows are the cards to choose from.
func (s screen) drawRows(d *drawn, a acts) fyne.CanvasObject {
	if len(s.rows) == 0 {
		return nil
	}
	tiles := container.New(&flow{least: 300, most: 2, gap: 10})
	for _, r := range s.rows {
		icon := fynetheme.RadioButtonIcon()
		if r.shown {
			icon = fynetheme.RadioButtonCheckedIcon()
		}
		t := widgets.NewTile(icon, r.what, r.lay, func() { a.pick(r.reader) })
		d.controls["row "+r.reader] = t
		tiles.Add(t)
	}
	return tiles
}

// drawAcceptance offers to take a card that is not proven.
func (s screen) drawAcceptance(d *drawn, a acts) fyne.CanvasObject {
	if s.accept == nil {
		return nil
	}
	accept := widgets.NewButton(s.accept.accept, widget.WarningImportance, nil)
	accept.OnTapped = func() {
		accept.Disable()
		a.accept(s.reader)
	}
	accept.Disable()
	understood := widgets.NewCheck(s.accept.understood, func(yes bool) {
		if yes {
			accept.Enable()
		} else {
			accept.Disable()
		}
	})
	again := widgets.NewButton(s.again, widget.MediumImportance, func() { a.again(s.reader) })
	d.controls["understood"], d.controls["accept"], d.controls["again"] = understood, accept, again
	lines := widgets.Column(8, widgets.Close(widgets.Paragraph(s.next)), understood, widgets.Actions(again, accept))
	if s.accept.failed != "" {
		lines.Add(widgets.Notice(widgets.Bad, "", widgets.Paragraph(s.accept.failed)))
	}
	return widgets.Card(lines)
}

// drawTiles are the big actions.
func (s screen) drawTiles(d *drawn, a acts) fyne.CanvasObject {
	if len(s.tiles) == 0 {
		return nil
	}
	tiles := container.New(&flow{least: 300, most: 2, gap: 10})
	for i, one := range s.tiles {
		t := widgets.NewTile(iconOf(one.id), one.title, one.more, func() { a.goTo(one.to, one.topic) })
		t.Main = i == 0 && s.face != nil
		if one.disabled {
			t.Disable()
		}
		d.controls["tile "+one.id] = t
		tiles.Add(t)
	}
	return tiles
}

// drawProof says what was checked.
func (s screen) drawProof() fyne.CanvasObject {
	if s.proof == nil {
		return nil
	}
	lines := container.NewVBox(widgets.Strong(s.proof.title + " " + s.proof.level))
	for _, p := range s.proof.points {
		lines.Add(drawPoint(p))
	}
	return widgets.Card(widgets.Close(lines))
}

// drawRead says how old what is shown is, and offers to read the card again.
func (s screen) drawRead(d *drawn, a acts) fyne.CanvasObject {
	if s.read == "" {
		return nil
	}
	b := widgets.NewButton(s.again, widget.MediumImportance, func() { a.again(s.reader) })
	d.controls["again"] = b
	return widgets.Column(6, widgets.Close(widgets.Caption(s.read)), container.NewHBox(b))
}

func iconOf(id string) fyne.Resource {
	switch id {
	case "verify":
		return fynetheme.ConfirmIcon()
	case "change":
		return fynetheme.DocumentCreateIcon()
	case "unblock":
		return fynetheme.ContentUndoIcon()
	case "certificate":
		return fynetheme.AccountIcon()
	case "trylogin":
		return fynetheme.LoginIcon()
	case "doctor":
		return fynetheme.SearchIcon()
	case "training":
		return fynetheme.MediaPlayIcon()
	case "request", "renew":
		return fynetheme.CalendarIcon()
	}
	return fynetheme.HelpIcon()
}

func moodOf(m mood) widgets.Mood {
	switch m {
	case good:
		return widgets.Good
	case warning:
		return widgets.Warning
	case bad:
		return widgets.Bad
	}
	return widgets.Plain
}
