package doctor

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/doctor"
	"cientro/ui/page"
	"cientro/ui/qr"
	"cientro/ui/widgets"
)

// drawn is a report as objects.
type drawn struct {
	of                                 *doctor.Report
	object                             fyne.CanvasObject
	folds                              []*fold
	copyCode, copyText, asText, asJSON *widgets.Button
}

// draw makes the objects of a report.
func (v *Page) draw(t texts, of *doctor.Report) *drawn {
	d := &drawn{of: of}
	all := widgets.Column(gap)
	if t.demo {
		all.Add(demo(v.p))
	}
	all.Add(v.verdict(*t.report))
	all.Add(widgets.Close(widgets.Column(2, widgets.Strong(t.report.counts), widgets.Caption(t.report.when))))
	for _, g := range t.report.groups {
		all.Add(v.group(d, g))
	}
	all.Add(v.support(d, t.report.support, of))
	d.object = all
	return d
}

// verdict is the one sentence and what to do about it.
func (v *Page) verdict(r report) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for i, sentence := range r.more {
		words := widgets.Paragraph(sentence)
		words.TextStyle.Bold = i > 0
		lines = append(lines, words)
	}
	if len(r.commands)+len(r.ways) > 0 {
		lines = append(lines, widgets.Padded(6, 4, 0, 0, v.commands(r.commands, r.ways, widget.HighImportance)))
	}
	if r.code != "" {
		lines = append(lines, widgets.Caption(r.code))
	}
	return widgets.Verdict(r.mood, r.verdict, lines...)
}

// commands are what can be typed, each with a button that copies it; and above them
// where this app does the same.
func (v *Page) commands(all []string, ways []page.Name, importance widget.Importance) fyne.CanvasObject {
	here := widgets.Flow()
	for _, to := range ways {
		here.Add(widgets.NewButton(v.p.text("checkup.go."+string(to)), importance, func() { v.window.Go(to, "") }))
	}
	if len(all) == 0 {
		return here
	}
	rows := widgets.Column(8)
	for _, command := range all {
		words := widgets.Line(command)
		words.TextStyle.Monospace = true
		words.Wrapping = fyne.TextWrapWord
		b := widgets.NewButton(v.p.text("checkup.command.copy"), widget.MediumImportance, func() {
			v.copy(command, v.p.text("checkup.command.copied"))
		})
		b.Icon = fynetheme.ContentCopyIcon()
		rows.Add(container.NewBorder(nil, nil, nil, container.NewVBox(b), container.NewVBox(widgets.Padded(6, 0, 0, 8, words))))
	}
	typed := widgets.NewPanel(fynetheme.ColorNameInputBackground, fynetheme.ColorNameSeparator, widgets.Padded(6, 6, 8, 6, rows))
	if len(ways) == 0 {
		return typed
	}
	return widgets.Column(8, here, typed)
}

// fold is a part of a group that can be opened.
type fold struct {
	button   *widgets.Button
	inside   *fyne.Container
	make     func() fyne.CanvasObject // what is inside, once it is wanted
	open     bool
	show     string // what the button says
	hide     string
	reveals  func() // what is around it has another height
	revealed fyne.CanvasObject
}

func (f *fold) turn() {
	f.open = !f.open
	f.button.Icon = fynetheme.MenuDropDownIcon()
	words := f.show
	show(f.inside, f.open)
	if f.open {
		if f.revealed == nil {
			f.revealed = f.make()
		}
		f.button.Icon, f.inside.Objects = fynetheme.MenuDropUpIcon(), []fyne.CanvasObject{f.revealed}
		words = f.hide
	}
	f.button.SetText(words)
	f.inside.Refresh()
	f.reveals()
}

// group is a card: what is to be minded, and the others behind a button.
func (v *Page) group(d *drawn, g group) fyne.CanvasObject {
	title := widgets.Close(widgets.Column(0, widgets.Strong(g.name), widgets.Caption(g.counts)))
	head := container.NewBorder(nil, nil, beside(signOf(g.verdict)), nil, title)
	card := widgets.Column(10, head)
	for _, c := range g.notable {
		card.Add(widget.NewSeparator())
		card.Add(v.check(c))
	}
	if len(g.other) > 0 {
		f := &fold{show: g.show, hide: v.p.text("checkup.hide"), inside: widgets.Column(0), reveals: v.content.Refresh}
		f.make = func() fyne.CanvasObject {
			rows := widgets.Column(10, widget.NewSeparator())
			for _, c := range g.other {
				rows.Add(v.check(c))
			}
			return rows
		}
		f.button = widgets.NewButton(f.show, widget.LowImportance, f.turn)
		f.button.Icon = fynetheme.MenuDropDownIcon()
		f.inside.Hide()
		if len(g.notable) == 0 {
			card.Objects[0] = container.NewBorder(nil, nil, nil, container.NewVBox(f.button), head)
		} else {
			card.Add(widgets.Flow(f.button))
		}
		card.Add(f.inside)
		d.folds = append(d.folds, f)
	}
	return widgets.Card(card)
}

// check is a sign, what was looked at, what it means and what to do.
func (v *Page) check(c check) fyne.CanvasObject {
	words := widgets.Column(-2)
	if c.means == "" {
		words.Add(widgets.Paragraph(c.name))
	} else {
		words.Add(widgets.Strong(c.name))
		words.Add(widgets.Paragraph(c.means))
	}
	if c.do != "" {
		do := widgets.Paragraph(c.do)
		do.Importance = widget.HighImportance
		words.Add(do)
	}
	if len(c.commands) > 0 {
		words.Add(widgets.Padded(8, 6, 2, 0, v.commands(c.commands, c.ways, widget.MediumImportance)))
	}
	words.Add(widgets.Caption(c.line))
	return container.NewBorder(nil, nil, beside(signOf(c.verdict)), nil, widgets.Close(words))
}

func signOf(verdict doctor.Verdict) fyne.CanvasObject {
	switch verdict {
	case doctor.OK:
		return widgets.Sign(widgets.Good, signSize())
	case doctor.Warning:
		return widgets.Sign(widgets.Warning, signSize())
	case doctor.Problem:
		return widgets.Sign(widgets.Bad, signSize())
	}
	none := canvas.NewImageFromResource(fynetheme.NewDisabledResource(fynetheme.ContentRemoveIcon()))
	none.FillMode = canvas.ImageFillContain
	none.SetMinSize(fyne.NewSquareSize(signSize()))
	return none
}

// support is what is handed to who helps: the code, as a picture and as text, and
// the whole report.
func (v *Page) support(d *drawn, code string, of *doctor.Report) fyne.CanvasObject {
	button := func(key string, icon fyne.Resource, tapped func()) *widgets.Button {
		b := widgets.NewButton(v.p.text(key), widget.MediumImportance, tapped)
		b.Icon = icon
		return b
	}
	d.copyCode = button("checkup.code.copy", fynetheme.ContentCopyIcon(), func() { v.copy(code, v.p.text("checkup.code.copied")) })
	d.copyText = button("checkup.report.copy", fynetheme.ContentCopyIcon(), func() {
		v.copy(string(v.p.asText(of).content), v.p.text("checkup.report.copied"))
	})
	d.asText = button("checkup.save.text", fynetheme.DocumentSaveIcon(), func() { v.save(v.p.asText(of), nil) })
	d.asJSON = button("checkup.save.json", fynetheme.DocumentSaveIcon(), func() { v.save(v.p.asJSON(of)) })
	spelled := widgets.Paragraph(readable(code))
	spelled.TextStyle.Monospace = true
	words := widgets.Column(8,
		widgets.Close(widgets.Column(4, widgets.Paragraph(v.p.text("checkup.code.lead")), spelled)),
		widgets.Flow(d.copyCode), widgets.Close(widgets.Caption(v.p.text("checkup.code.read"))))
	card := widgets.Column(12, widgets.Close(widgets.Subheading(v.p.text("checkup.code.title"))))
	if picture, err := qr.New(code); err == nil && strings.TrimSpace(code) != "" {
		card.Add(container.NewBorder(nil, nil, container.NewVBox(widgets.Padded(2, 0, 2, 14, picture)), nil, words))
	} else {
		card.Add(words) // a text is a code, too
	}
	card.Add(widgets.Close(widgets.Paragraph(v.p.text("checkup.report.lead"))))
	card.Add(widgets.Flow(d.copyText, d.asText, d.asJSON))
	return widgets.Card(card)
}
