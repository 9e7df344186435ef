package training

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/widgets"
)

// journalPart is what was said to the card, the latest on top.
type journalPart struct {
	p      *presenter
	object fyne.CanvasObject

	rows         *fyne.Container
	sums, copied *widgets.Text
	copy, clear  *widgets.Button
	more         *widgets.Button
	shown        []row
}

func newJournalPart(v *Page) *journalPart {
	p := v.p
	j := &journalPart{p: p, rows: widgets.Column(0)}
	j.sums, j.copied = widgets.Strong(""), widgets.Caption(p.text("training.journal.copied"))
	j.copy = widgets.NewButton(p.text("training.journal.copy"), widget.MediumImportance, v.act(func() {
		fyne.CurrentApp().Clipboard().SetContent(p.copy())
	}))
	j.clear = widgets.NewButton(p.text("training.journal.clear"), widget.LowImportance, v.act(p.clear))
	j.more = widgets.NewButton("", widget.MediumImportance, v.act(p.more))
	j.object = widgets.Column(10,
		widgets.Close(widgets.Column(4, widgets.Paragraph(p.text("training.journal.lead")), j.sums, j.copied)),
		widgets.Actions(nil, j.clear, j.copy),
		j.rows,
		container.NewHBox(j.more),
	)
	return j
}

func (j *journalPart) refresh() {
	rows, more := j.p.rows()
	set(j.sums, j.p.sums())
	show(j.copied, j.p.copied)
	show(j.more, more > 0)
	if more > 0 {
		if words := j.p.words.Count("training.journal.more", more, nil); j.more.Text != words {
			j.more.SetText(words)
		}
	}
	for _, b := range []*widgets.Button{j.copy, j.clear} {
		if len(rows) > 0 {
			b.Enable()
		} else {
			b.Disable()
		}
	}
	if !same(rows, j.shown) {
		j.shown = rows
		j.rows.Objects = nil
		for i, r := range rows {
			if i > 0 {
				j.rows.Add(widget.NewSeparator())
			}
			j.rows.Add(line(r))
		}
	}
	j.object.Refresh()
}

func same(a, b []row) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// line is how a row looks: its number, what was said, what came back, and the
// bytes of it for who wants them.
func line(r row) fyne.CanvasObject {
	if r.event {
		return widgets.Padded(5, 5, 0, 0, container.NewBorder(nil, nil,
			sign(widgets.Plain), nil, widgets.Close(widgets.Strong(r.what))))
	}
	words := widgets.Column(-3, widgets.Paragraph(r.what))
	answer := widgets.Paragraph(r.answer)
	mood := widgets.Good
	if r.trouble {
		mood = widgets.Warning
		answer.TextStyle.Bold = true
	}
	words.Add(answer)
	if r.fault != "" {
		fault := widgets.Strong(r.fault)
		fault.Importance = widget.WarningImportance
		words.Add(fault)
	}
	bytes := widgets.Caption(r.number + "   " + r.code)
	bytes.TextStyle.Monospace = true
	words.Add(bytes)
	return widgets.Padded(5, 5, 0, 0, container.NewBorder(nil, nil, sign(mood), nil, widgets.Close(words)))
}

// sign stands before a line.
func sign(m widgets.Mood) fyne.CanvasObject {
	return container.NewVBox(widgets.Padded(3, 0, 2, 8, widgets.Sign(m, fynetheme.Size(fynetheme.SizeNameInlineIcon)*0.9)))
}
