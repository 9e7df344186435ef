package guide

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/guide"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// article is a topic as it is read.
type article struct {
	g       *guidePage
	topic   guide.Topic
	scroll  *container.Scroll
	checker *checker // nil where the topic has none
}

func newArticle(g *guidePage) *article {
	a := &article{g: g, topic: g.p.topic}
	lines := widgets.Column(12, widgets.Close(lead(a.sentence("lead"))))
	if a.topic.Picture != "" {
		lines.Add(a.picture())
	}
	for _, b := range a.topic.Blocks {
		lines.Add(a.block(b))
	}
	for _, part := range []fyne.CanvasObject{a.pages(), a.contacts(), a.links(), a.see(), a.end()} {
		if part != nil {
			lines.Add(part)
		}
	}
	a.scroll = widgets.Frame(a.sentence("title"), lines, nil).(*container.Scroll)
	return a
}

// sentence says a sentence of the topic.
func (a *article) sentence(name string) string { return a.words().Text(a.topic.Key(name), nil) }

func (a *article) words() *messages.Printer { return a.g.window.Words() }

// wipe forgets what was typed.
func (a *article) wipe() {
	if a.checker != nil {
		a.checker.wipe()
	}
}

// lead is what the topic comes to.
func lead(words string) *widgets.Text {
	l := widgets.Paragraph(words)
	l.SizeName = fynetheme.SizeNameSubHeadingText
	return l
}

// picture is the drawing, and in words what is on it.
func (a *article) picture() fyne.CanvasObject {
	return widgets.Card(newPicture(a.topic.Picture),
		widgets.Close(widgets.Caption(a.words().Text("guide.picture."+string(a.topic.Picture), nil))))
}

func (a *article) block(b guide.Block) fyne.CanvasObject {
	var all []string
	for _, name := range b.Names {
		all = append(all, a.sentence(name))
	}
	switch b.Kind {
	case guide.Heading:
		return widgets.Padded(8, 0, 0, 0, widgets.Close(widgets.Subheading(all[0])))
	case guide.Steps:
		return steps(all)
	case guide.Points:
		return points(all)
	case guide.Table:
		return table(all)
	case guide.Note:
		return widgets.Notice(widgets.Plain, "", widgets.Paragraph(all[0]))
	case guide.Warning:
		return widgets.Notice(widgets.Warning, "", widgets.Paragraph(all[0]))
	case guide.Checker:
		a.checker = newChecker(a.words(), a.g.key)
		return a.checker.object
	}
	return widgets.Close(widgets.Paragraph(all[0]))
}

// steps are sentences with a number before each.
func steps(sentences []string) fyne.CanvasObject {
	rows := widgets.Column(6)
	for i, s := range sentences {
		number := widgets.Line(strconv.Itoa(i + 1))
		number.TextStyle.Bold = true
		number.Importance = widget.HighImportance
		rows.Add(container.NewBorder(nil, nil, container.NewVBox(number), nil, widgets.Paragraph(s)))
	}
	return widgets.Close(rows)
}

// points are sentences with a dot before each.
func points(sentences []string) fyne.CanvasObject {
	rows := widgets.Column(2)
	for _, s := range sentences {
		rows.Add(container.NewBorder(nil, nil, container.NewVBox(widgets.Line("•")), nil, widgets.Paragraph(s)))
	}
	return widgets.Close(rows)
}

// table are names with what they are below each.
func table(cells []string) fyne.CanvasObject {
	rows := widgets.Column(8)
	for i := 0; i+1 < len(cells); i += 2 {
		if i > 0 {
			rows.Add(widget.NewSeparator())
		}
		rows.Add(widgets.Close(container.NewVBox(widgets.Strong(cells[i]), widgets.Paragraph(cells[i+1]))))
	}
	return widgets.Card(rows)
}

// pages are where the app itself does what the topic speaks of.
func (a *article) pages() fyne.CanvasObject {
	var buttons []fyne.CanvasObject
	for _, name := range a.topic.Pages {
		buttons = append(buttons, a.button(a.words().Text("guide.go."+name, nil), widget.HighImportance, func() {
			a.g.window.Go(page.Name(name), "")
		}))
	}
	if len(buttons) == 0 {
		return nil
	}
	return widgets.Column(6, heading(a.words().Text("guide.here", nil)), flow(buttons...))
}

// see are the topics that go on from here.
func (a *article) see() fyne.CanvasObject {
	ways := widgets.Column(1)
	for _, id := range a.topic.See {
		if t, ok := guide.Find(id); ok {
			ways.Add(a.way(id, a.words().Text(t.Key("title"), nil)+" →"))
		}
	}
	return widgets.Column(4, heading(a.words().Text("guide.see", nil)), ways)
}

// way is a line that leads to another topic.
func (a *article) way(id, words string) *widgets.Way {
	return newRow(line{id: id, title: words}, a.g.open, func(*widgets.Way, int) {}, a.g.key)
}

// end is the way on, and where the topic's facts come from.
func (a *article) end() fyne.CanvasObject {
	next := a.g.p.next()
	title := a.words().Text(next.Key("title"), nil)
	on := a.way(next.ID, a.words().Text("guide.next", messages.Values{"Title": title}))
	source := widgets.Caption(a.words().Text("guide.sources", messages.Values{
		"From": strconv.Itoa(a.topic.Years.From), "To": strconv.Itoa(a.topic.Years.To),
	}))
	return widgets.Padded(10, 0, 0, 0, widgets.Column(10, widget.NewSeparator(), on, widgets.Close(source)))
}

// button is a button whose keys the page gets where it has no use for them.
func (a *article) button(words string, importance widget.Importance, tapped func()) *widgets.Button {
	b := widgets.NewButton(words, importance, tapped)
	b.Unused = a.g.key
	return b
}

func heading(words string) fyne.CanvasObject {
	return widgets.Padded(10, 0, 0, 0, widgets.Close(widgets.Subheading(words)))
}
