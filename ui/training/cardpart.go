package training

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/widgets"
)

// cardPart is the trainer's hand: the card, what it is, and what goes wrong.
type cardPart struct {
	p      *presenter
	object fyne.CanvasObject

	sign, facts, failed        *fyne.Container
	place, explains            *widgets.Text
	move, reset                *widgets.Button
	card, family, codes, fault *widgets.Select
	cie                        []fyne.CanvasObject // what only a CIE has
	other                      *widgets.Text
	realistic                  *widgets.Check
	updating                   bool // what is chosen is set by us
}

func newCardPart(v *Page) *cardPart {
	p := v.p
	c := &cardPart{p: p, sign: container.NewStack(), facts: container.NewStack(), failed: container.NewStack()}
	chosen := func(do func(int)) func(int) {
		return func(number int) {
			if !c.updating {
				do(number)
				v.refresh()
			}
		}
	}
	c.place = widgets.Strong("")
	c.explains = widgets.Caption("")
	c.move = widgets.NewButton("", widget.MediumImportance, v.act(p.move))
	c.reset = widgets.NewButton(p.text("training.reset"), widget.LowImportance, v.act(p.reset))
	c.card = widgets.NewSelect(p.cards(), 0, chosen(p.chooseCard))
	c.family = widgets.NewSelect(p.families(), 0, chosen(p.chooseFamily))
	c.codes = widgets.NewSelect(p.codes(), 0, chosen(p.chooseCodes))
	c.fault = widgets.NewSelect(p.faults(), 0, chosen(p.chooseFault))
	c.realistic = widgets.NewCheck(p.text("training.realistic"), func(realistic bool) {
		if !c.updating {
			p.course.SetRealistic(realistic)
		}
	})
	c.other = widgets.Paragraph(p.text("training.nocodes"))
	c.object = widgets.Column(14, c.failed, c.now(), c.what(), c.trouble())
	return c
}

// now is what lies on the reader.
func (c *cardPart) now() fyne.CanvasObject {
	specimen := widgets.Caption(c.p.text("training.specimen"))
	c.cie = append(c.cie, c.facts, specimen)
	return widgets.Card(
		container.NewBorder(nil, nil, container.NewCenter(c.sign), nil, c.place),
		c.facts, widgets.Close(widgets.Column(4, specimen, c.other)),
		widgets.Actions(nil, c.reset, c.move),
	)
}

// what are the choices of a card and its state.
func (c *cardPart) what() fyne.CanvasObject {
	say := c.p.text
	family := field(say("training.family"), c.family, widgets.Caption(say("training.family.more")))
	codes := field(say("training.codes"), c.codes, nil)
	c.cie = append(c.cie, family, codes)
	return widgets.Card(
		field(say("training.which"), c.card, widgets.Caption(say("training.which.more"))), family, codes,
	)
}

// trouble is what goes wrong.
func (c *cardPart) trouble() fyne.CanvasObject {
	fault := field(c.p.text("training.fault"), c.fault, c.explains)
	c.cie = append(c.cie, fault)
	return widgets.Card(fault, container.NewHBox(c.realistic))
}

// field is a choice under its name, with a line that says more or nil.
func field(name string, choice, more fyne.CanvasObject) fyne.CanvasObject {
	lines := widgets.Column(3, widgets.Close(widgets.Strong(name)), choice)
	if more != nil {
		lines.Add(widgets.Close(more))
	}
	return lines
}

func (c *cardPart) refresh(t texts) {
	c.updating = true
	defer func() { c.updating = false }()
	mood := widgets.Plain
	if t.there {
		mood = widgets.Good
	}
	c.sign.Objects = []fyne.CanvasObject{widgets.Sign(mood, fynetheme.Size(fynetheme.SizeNameInlineIcon)*1.2)}
	c.failed.Objects = nil
	if t.failed != "" {
		c.failed.Objects = []fyne.CanvasObject{widgets.Notice(widgets.Bad, "", widgets.Paragraph(t.failed))}
	}
	show(c.failed, t.failed != "")
	set(c.place, t.place)
	set(c.explains, t.explains)
	if c.move.Text != t.move {
		c.move.SetText(t.move)
	}
	facts := widgets.NewFacts()
	for _, code := range t.codes {
		facts.AddObject(code.name, codeRow(code))
	}
	c.facts.Objects = []fyne.CanvasObject{facts.Object()}
	for _, o := range c.cie {
		show(o, t.isCIE)
	}
	show(c.other, !t.isCIE)
	choose(c.card, t.card)
	choose(c.family, t.family)
	choose(c.codes, t.state)
	choose(c.fault, t.fault)
	if c.realistic.Checked != t.realistic {
		c.realistic.SetChecked(t.realistic)
	}
	c.object.Refresh()
}

// codeRow is a code in digits, and its tries as marks and in words.
func codeRow(c code) fyne.CanvasObject {
	digits := widgets.Strong(c.digits)
	digits.Wrapping = fyne.TextWrapOff
	marks := widgets.Padded(0, 0, 10, 6, container.NewCenter(widgets.NewTries(c.left, c.max)))
	return container.NewBorder(nil, nil, container.NewHBox(digits, marks), nil, widgets.Paragraph(c.tries))
}

func set(label *widgets.Text, words string) {
	if label.Text != words {
		label.SetText(words)
	}
}

func choose(s *widgets.Select, number int) {
	if s.SelectedIndex() != number {
		s.SetSelectedIndex(number)
	}
}
