package operations

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cientro/app/messages"
	"cientro/app/wizard"
	"cientro/ui/widgets"
)

// text says a sentence of the page.
func (v *view) text(key string) string { return v.words.Text(key, nil) }

// title is what the page is for.
func (v *view) title() string { return v.text("operations.title." + string(v.p.kind)) }

// step says "step 2 of 4"; nothing where that is not known yet.
func (v *view) step(s wizard.State) string {
	if s.Of == 0 {
		return ""
	}
	return v.words.Text("operations.step", messages.Values{"Title": v.title(), "Number": s.Number, "Of": s.Of})
}

// triesWords says how many tries are left, and how that is known.
func (v *view) triesWords(t wizard.Tries) string {
	switch {
	case !t.Known && t.Doubtful:
		return v.text("operations.tries.doubtful")
	case !t.Known:
		return v.text("operations.tries.unknown")
	}
	words := v.text("tries.blocked")
	if t.Left > 0 {
		words = v.words.Count("tries.of", t.Left, messages.Values{"Max": t.Max})
	}
	if t.Seen.IsZero() {
		return words
	}
	return v.words.Text("tries.last-seen", messages.Values{"Tries": words, "When": date(v.words.Language(), t.Seen)})
}

// date writes a day as the language does.
func date(l messages.Language, day time.Time) string {
	if l == messages.English {
		return day.Local().Format("2 January 2006")
	}
	return day.Local().Format("02/01/2006")
}

// triesRow shows the tries as marks and in words, with the name of the code.
func (v *view) triesRow(t wizard.Tries) fyne.CanvasObject {
	if t.Code == "" {
		return nil
	}
	words := widgets.Strong(v.words.Text("operations.tries", messages.Values{
		"Code": v.text("operations.code." + string(t.Code)), "Tries": v.triesWords(t),
	}))
	if !t.Known {
		return words
	}
	marks := container.NewCenter(widgets.NewTries(t.Left, t.Max))
	return container.NewBorder(nil, nil, widgets.Padded(0, 0, 4, 6, marks), nil, words)
}

// below sets the tries above the actions, where they are in sight whatever is
// scrolled, and beside the button that spends one.
func (v *view) below(t wizard.Tries, actions fyne.CanvasObject) fyne.CanvasObject {
	row := v.triesRow(t)
	if row == nil {
		return actions
	}
	return widgets.Column(8, widgets.Close(row), actions)
}

// which says which card is meant, where that is not plain.
func (v *view) which(c wizard.Card) fyne.CanvasObject {
	if !c.OneOfSeveral {
		return nil
	}
	return widgets.Card(widgets.NewFacts().
		Add(v.text("operations.which.reader"), c.Reader).
		Add(v.text("operations.which.card"), c.NIS).Object())
}

// minded are the things to be minded about a card.
func (v *view) minded(c wizard.Card) []fyne.CanvasObject {
	var all []fyne.CanvasObject
	if c.TakenOn {
		all = append(all, widgets.Notice(widgets.Warning, "", widgets.Paragraph(v.text("note.taken-on"))))
	}
	if c.QueryUnsafe {
		all = append(all, widgets.Notice(widgets.Plain, "", widgets.Paragraph(v.text("note.query-unsafe"))))
	}
	return all
}

// paragraph is a text whose edge is where headings have theirs.
func paragraph(words string) fyne.CanvasObject { return widgets.Close(widgets.Paragraph(words)) }

// lay puts a page together: which step, the heading, what belongs to it and the
// actions. What is nil is left out.
func lay(step, heading string, parts []fyne.CanvasObject, actions fyne.CanvasObject) fyne.CanvasObject {
	head := container.NewVBox()
	if step != "" {
		head.Add(widgets.Caption(step))
	}
	head.Add(widgets.Heading(heading))
	lines := widgets.Column(14, widgets.Close(head))
	for _, part := range parts {
		if part != nil {
			lines.Add(part)
		}
	}
	return widgets.Frame("", lines, actions)
}
