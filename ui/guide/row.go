package guide

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"cientro/ui/widgets"
)

// newRow is a topic in the list, named by its id. The one that is read has bold
// words.
func newRow(l line, open func(string), step func(*widgets.Way, int), unused func(*fyne.KeyEvent)) *widgets.Way {
	title, more := widgets.Paragraph(l.title), widgets.Caption(l.more)
	more.Hidden = l.more == ""
	r := widgets.NewWay(l.id, l.title, func() { open(l.id) })
	r.Step, r.Unused = step, unused
	words := widgets.Close(container.NewVBox(title, more))
	around := container.NewBorder(nil, nil, widgets.Padded(0, 0, 1, 0, r.Bar()), nil, widgets.Padded(1, 1, 0, 2, words))
	r.Fill(around, func(fyne.Theme, fyne.ThemeVariant) {
		if title.TextStyle.Bold != r.Current() {
			title.TextStyle.Bold = r.Current()
			title.Refresh()
		}
	})
	r.Mark(l.current)
	return r
}
