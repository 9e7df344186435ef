package operations

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app"
	"cientro/app/messages"
	"cientro/app/wizard"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// drawEnd is how it ended: what happened, what it means for the card, and what
// may be done next.
func (v *view) drawEnd(s wizard.State) sheet {
	if certificate := s.Outcome.Certificate; certificate != nil && v.showCertificate != nil {
		return sheet{content: v.showCertificate(certificate)}
	}
	buttons, first := v.offers(s.Outcome.Offers)
	heading := v.endTitle(s)
	home := v.button("operations.finish", widget.MediumImportance, func() { v.p.leave(page.Home, "") })
	if first == nil {
		home.Importance = widget.HighImportance
		return sheet{
			content: lay(v.endStep(s), heading, v.report(s, true), widgets.Actions(nil, home)),
			focus:   home, primary: home,
		}
	}
	return sheet{
		content: lay(v.endStep(s), heading, v.report(s, true), widgets.Actions(home, buttons...)),
		focus:   first, primary: first,
	}
}

// endTitle says in a few words how it ended.
func (v *view) endTitle(s wizard.State) string {
	if s.Outcome.Problem == nil {
		return v.text("operations.done." + string(s.Kind) + ".title")
	}
	return s.Outcome.Problem.SentencesInWindow(v.words).Title
}

// endStep says of what it is the end.
func (v *view) endStep(s wizard.State) string {
	if step := v.step(s); step != "" {
		return step
	}
	return v.title()
}

// offers makes the buttons for what may be done next, the best of them last,
// where the main one stands.
func (v *view) offers(offers []wizard.Offer) (buttons []fyne.CanvasObject, first *widgets.Button) {
	for i, o := range offers {
		importance := widget.MediumImportance
		if i == 0 {
			importance = widget.HighImportance
		}
		b := v.button("operations.offer."+string(o), importance, func() { v.p.follow(o) })
		if i == 0 {
			first = b
		}
		buttons = append([]fyne.CanvasObject{b}, buttons...)
	}
	return buttons, first
}

// report says how it ended; next adds what to do.
func (v *view) report(s wizard.State, next bool) []fyne.CanvasObject {
	if s.Outcome.Problem == nil {
		return v.done(s)
	}
	words := s.Outcome.Problem.SentencesInWindow(v.words)
	facts := widgets.NewFacts()
	if !saysSpent(*s.Outcome) {
		facts.Add(v.text("operations.end.spent"), v.text("operations.spent."+string(s.Outcome.Spent)))
	}
	if row := v.triesRow(s.Tries); row != nil && s.Of > 0 {
		facts.AddObject(v.text("operations.end.left"), row)
	}
	parts := []fyne.CanvasObject{
		widgets.Notice(mood(s.Outcome), words.Meaning, widgets.Paragraph(words.What)),
		facts.Object(),
	}
	if next {
		parts = append(parts, widgets.Close(container.NewVBox(
			widgets.Subheading(v.text("operations.end.next")), widgets.Paragraph(words.Next))),
			v.details(*s.Outcome.Problem, words))
	}
	return parts
}

// saysSpent says of an end whether what it means for the card, which stands above,
// says already how many tries were spent: once is enough.
func saysSpent(o wizard.Outcome) bool {
	switch o.Problem.Meaning {
	case app.MeansOneSpent:
		return o.Spent == wizard.SpentOne
	case app.MeansUnknown:
		return o.Spent == wizard.SpentUnknown
	case app.MeansNothingSent, app.MeansVerified, app.MeansPUKRight:
		return o.Spent == wizard.SpentNone
	}
	return false
}

func mood(o *wizard.Outcome) widgets.Mood {
	switch {
	case o.Problem.Kind == app.KindCancelled:
		return widgets.Plain
	case o.Spent == wizard.SpentOne || o.Problem.Meaning == app.MeansPINBlocked || o.Problem.Meaning == app.MeansPUKBlocked,
		o.Problem.Kind == app.KindNotGenuine:
		return widgets.Bad
	}
	return widgets.Warning
}

// done says that it is done.
func (v *view) done(s wizard.State) []fyne.CanvasObject {
	facts := widgets.NewFacts().Add(v.text("operations.end.spent"), v.text("operations.spent."+string(s.Outcome.Spent)))
	if row := v.triesRow(s.Tries); row != nil {
		facts.AddObject(v.text("operations.end.left"), row)
	}
	return []fyne.CanvasObject{
		widgets.Notice(widgets.Good, "", widgets.Paragraph(v.text("operations.done."+string(s.Kind)+".text"))),
		facts.Object(),
		paragraph(v.text("operations.done.remove")),
	}
}

// details are for who helps: the code of the problem always, the rest behind a
// button.
func (v *view) details(p app.Problem, words app.Sentences) fyne.CanvasObject {
	more := container.NewVBox(widgets.Paragraph(words.HelpDesk))
	if p.Err != nil {
		more.Add(widgets.Caption(v.words.Text("operations.end.detail", messages.Values{"Detail": p.Err.Error()})))
	}
	more.Hide()
	all := container.NewVBox()
	open := v.button("operations.end.helpdesk", widget.LowImportance, nil)
	open.Icon = fynetheme.MenuDropDownIcon()
	open.OnTapped = func() {
		if more.Visible() {
			more.Hide()
		} else {
			more.Show()
		}
		all.Refresh()
	}
	code := widgets.Caption(v.words.Text("operations.end.code", messages.Values{"Code": p.Code}))
	code.Wrapping = fyne.TextWrapOff
	all.Add(container.NewHBox(container.NewCenter(code), open))
	all.Add(more)
	return widgets.Close(all)
}

// tellUnseen shows an end over whatever page there is now: the person left while
// the card worked, and has to know what came of it.
func (v *view) tellUnseen(s wizard.State) {
	window := v.w.Fyne()
	if window == nil {
		return
	}
	var d dialog.Dialog
	v.drawn = time.Now() // a key that was pressed on the page below is not for this
	closes := v.button("operations.unseen.close", widget.HighImportance, func() { d.Hide() })
	report := widgets.Padded(2, 2, 4, 4, widgets.Column(10, v.report(s, false)...)) // lines at its edge are not cut
	content := container.NewBorder(nil, widgets.Padded(8, 0, 0, 0, container.NewCenter(closes)), nil, nil, container.NewVScroll(report))
	d = dialog.NewCustomWithoutButtons(v.endTitle(s), content, window)
	within := window.Canvas().Size()
	width := min(unseenWidth*fynetheme.Size(fynetheme.SizeNameText)/14, within.Width-2*unseenEdge)
	for range 2 { // words that wrap know their height once they have a width
		report.Resize(fyne.NewSize(width-6*fynetheme.Size(fynetheme.SizeNamePadding), report.MinSize().Height))
	}
	d.Resize(fyne.NewSize(width, min(d.MinSize().Height+report.MinSize().Height, within.Height-2*unseenEdge)))
	d.Show()
	window.Canvas().Focus(closes)
}

// How wide that is at the usual text size, and what is left around it at least.
const (
	unseenWidth = 520
	unseenEdge  = 24
)
