package operations

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// drawWaiting says why no card can be used yet, and changes as the desk does.
func (v *view) drawWaiting(w waiting) sheet {
	switch {
	case w.problem != nil:
		return v.drawDeskProblem(w)
	case len(w.choices) > 0:
		return v.drawChoices(w)
	}
	cancel := v.cancelButton()
	parts := []fyne.CanvasObject{v.atReader(w.reader), widgets.Notice(widgets.Plain,
		v.text("operations.desk."+w.what+".title"), widgets.Paragraph(v.text("operations.desk."+w.what+".text")))}
	actions := widgets.Actions(cancel)
	if w.what == saysContact {
		actions = widgets.Actions(cancel, v.button("operations.readers", widget.MediumImportance,
			func() { v.p.leave(page.Guide, topicReaders) }))
	}
	if w.what == saysPlace {
		parts = append(parts, paragraph(v.text("operations.before."+string(v.p.kind))))
	}
	return sheet{content: lay("", v.title(), parts, actions), focus: cancel}
}

// atReader names a reader, where it is not plain which is meant.
func (v *view) atReader(name string) fyne.CanvasObject {
	if name == "" {
		return nil
	}
	return widgets.NewFacts().Add(v.text("operations.which.reader"), name).Object()
}

// drawDeskProblem says what is wrong on the desk; where the card may be accepted
// all the same, that wants a box ticked and a button.
func (v *view) drawDeskProblem(w waiting) sheet {
	words := w.problem.SentencesInWindow(v.words)
	cancel := v.cancelButton()
	mood := widgets.Warning
	if w.problem.Kind == app.KindNotGenuine {
		mood = widgets.Bad
	}
	parts := []fyne.CanvasObject{
		v.atReader(w.reader),
		widgets.Notice(mood, words.Title, widgets.Paragraph(words.What)),
		paragraph(words.Next),
		v.details(*w.problem, words),
	}
	if !w.accept {
		return sheet{content: lay("", v.title(), parts, widgets.Actions(cancel, v.without(*w.problem)...)), focus: cancel}
	}
	accept := v.button("operations.accept", widget.MediumImportance, func() { v.p.accept(w.reader) })
	accept.Disable()
	sure := widgets.NewCheck(v.text("operations.accept.sure"), func(sure bool) {
		if sure {
			accept.Enable()
		} else {
			accept.Disable()
		}
	})
	parts = append(parts, container.NewHBox(sure))
	return sheet{content: lay("", v.title(), parts, widgets.Actions(cancel, accept)), focus: cancel}
}

// without are ways on for somebody who has no reader that works.
func (v *view) without(p app.Problem) []fyne.CanvasObject {
	readers := v.button("operations.readers", widget.MediumImportance, func() { v.p.leave(page.Guide, topicReaders) })
	training := v.button("operations.training", widget.MediumImportance, func() { v.p.leave(page.Training, "") })
	switch p.Kind {
	case app.KindNoReader:
		return []fyne.CanvasObject{training, readers}
	case app.KindNoService, app.KindServiceDenied:
		return []fyne.CanvasObject{training}
	}
	return nil
}

// drawChoices asks which of several cards is meant.
func (v *view) drawChoices(w waiting) sheet {
	cancel := v.cancelButton()
	tiles := widgets.Column(10)
	for _, c := range w.choices {
		more := v.text("operations.desk.choose.card")
		if c.demo {
			more = v.text("operations.desk.choose.demo")
		}
		tiles.Add(widgets.NewTile(fynetheme.AccountIcon(), c.reader, more, func() { v.p.choose(c.reader) }))
	}
	parts := []fyne.CanvasObject{paragraph(v.text("operations.desk.choose.text")), tiles}
	return sheet{content: lay("", v.text("operations.desk.choose.title"), parts, widgets.Actions(cancel))}
}

// drawNotBlocked stands before unblocking a PIN that can still be used: the PUK
// is not for that, and its tries are few for a whole life.
func (v *view) drawNotBlocked() sheet {
	verify := v.button("operations.offer.verify", widget.HighImportance, func() { v.p.leave(page.Verify, "") })
	goOn := v.button("operations.notblocked.go", widget.MediumImportance, v.p.insist)
	tries := v.words.Text("operations.notblocked.text", messages.Values{"Tries": v.triesWords(v.p.pinOnDesk())})
	parts := []fyne.CanvasObject{
		widgets.Notice(widgets.Plain, v.text("operations.notblocked.title"), widgets.Paragraph(tries)),
		paragraph(v.text("operations.notblocked.lost")),
		v.tenth(),
	}
	return sheet{
		content: lay("", v.title(), parts, widgets.Actions(v.cancelButton(), goOn, verify)),
		focus:   verify, primary: verify,
	}
}

// drawProblem is a card that could not be had.
func (v *view) drawProblem(p app.Problem) sheet {
	words := p.SentencesInWindow(v.words)
	again := v.button("operations.offer.again", widget.HighImportance, v.p.again)
	parts := []fyne.CanvasObject{
		widgets.Notice(widgets.Warning, words.Title, widgets.Paragraph(words.What), widgets.Paragraph(words.Meaning)),
		paragraph(words.Next),
		v.details(p, words),
	}
	return sheet{content: lay("", v.title(), parts, widgets.Actions(v.cancelButton(), again)), focus: again, primary: again}
}
