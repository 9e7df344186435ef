package guide

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/page"
	"cientro/ui/widgets"
)

// guidePage is the page of the guide. It satisfies page.Page and page.Topical.
type guidePage struct {
	p      *presenter
	window page.Window

	search  *widgets.Entry
	rows    *fyne.Container // of the list
	lines   []line          // that they show
	back    *widgets.Button // to the list, where the article is in front of it
	stage   *fyne.Container // of the article
	article *article
	listed  *container.Scroll
	panes   *panes
	content *fyne.Container
}

// New makes the page.
func New(w page.Window) page.Page {
	g := &guidePage{p: newPresenter(w.Words()), window: w}
	say := func(key string) string { return w.Words().Text(key, nil) }
	g.search = widgets.NewEntry(say("guide.search"))
	g.search.Icon = fynetheme.SearchIcon()
	g.search.OnChanged = func(query string) {
		g.p.search(query)
		g.relist()
	}
	g.search.OnSubmitted = func(string) { g.open(g.p.first()) }
	g.search.Keys = g.searchKey
	g.rows, g.stage = widgets.Column(1), container.NewStack()
	g.back = widgets.NewButton(say("guide.all"), widget.MediumImportance, g.showList)
	g.back.SetIcon(fynetheme.NavigateBackIcon())
	g.back.Unused = g.key

	const edge = 20
	head := widgets.Padded(32, 8, edge, 12, widgets.Column(6, widgets.Close(widgets.Heading(say("guide.title"))),
		widgets.Close(widgets.Caption(say("guide.lead"))), g.search))
	g.listed = container.NewVScroll(widgets.Padded(0, edge, edge-6, 12, g.rows))
	list := container.NewBorder(head, nil, nil, nil, g.listed)
	reading := container.NewBorder(g.backRow(), nil, nil, nil, g.stage)
	g.panes = &panes{list: list, article: reading, back: g.back, reading: func() bool { return g.p.reading }}
	g.panes.line = widget.NewSeparator()
	g.content = container.New(g.panes, list, g.panes.line, reading)
	g.read()
	g.relist()
	return g
}

func (g *guidePage) backRow() fyne.CanvasObject {
	return widgets.Padded(10, 0, 24, 24, widgets.Actions(g.back))
}

// Content is part of page.Page.
func (g *guidePage) Content() fyne.CanvasObject { return g.content }

// Shown is part of page.Page.
func (g *guidePage) Shown() fyne.Focusable {
	g.reveal()
	if g.p.reading && !g.panes.wide {
		return g.back
	}
	return g.search
}

// reveal scrolls the list to the line of the topic that is read.
func (g *guidePage) reveal() {
	if r := g.currentRow(); r != nil {
		widgets.Reveal(r)
	}
}

func (g *guidePage) currentRow() *widgets.Way {
	for _, o := range g.rows.Objects {
		if r, ok := o.(*widgets.Way); ok && r.Current() {
			return r
		}
	}
	return nil
}

// Hidden is part of page.Page: what was typed is wiped.
func (g *guidePage) Hidden() { g.article.wipe() }

// Topic is part of page.Topical. One that is not there leaves the page as it is.
func (g *guidePage) Topic(id string) {
	if g.p.open(id) {
		g.search.SetText("")
		g.p.open(id) // typing, also by us, puts the list in front
		g.read()
		g.relist()
		g.reveal()
	}
}

// open reads a topic that was chosen. Whoever works with keys goes on at the way
// back, or at the topic's line: what had the focus may be gone.
func (g *guidePage) open(id string) {
	byKeys := g.window.Fyne().Canvas().Focused()
	if !g.p.open(id) {
		return
	}
	g.read()
	g.relist()
	g.reveal()
	switch r := g.currentRow(); {
	case byKeys == nil || byKeys == fyne.Focusable(g.search) && g.panes.wide:
	case !g.panes.wide:
		g.focus(g.back)
	case r != nil:
		g.focus(r)
	default:
		g.focus(g.search)
	}
}

// showList goes back to the list, and to the line it came from.
func (g *guidePage) showList() {
	g.p.list()
	g.content.Refresh()
	if r := g.currentRow(); r != nil {
		g.focus(r)
	}
}

// read puts the article of the topic on its stage; relist shows it.
func (g *guidePage) read() {
	if g.article != nil {
		g.article.wipe()
	}
	g.article = newArticle(g)
	g.stage.Objects = []fyne.CanvasObject{g.article.scroll}
}

// relist shows the lines of the list, and all that has changed with them. Where
// only another one is current, the rows stay, and with them the focus.
func (g *guidePage) relist() {
	lines := g.p.lines()
	if g.mark(lines) {
		return
	}
	g.rows.Objects, g.lines = nil, lines
	for _, l := range lines {
		switch {
		case l.heading != "":
			g.rows.Add(widgets.Padded(10, 0, 6, 0, widgets.Close(group(l.heading))))
		case l.remark != "":
			g.rows.Add(widgets.Padded(4, 4, 6, 0, widgets.Close(widgets.Caption(l.remark))))
		default:
			g.rows.Add(newRow(l, g.open, g.step, g.key))
		}
	}
	g.listed.ScrollToTop()
	g.content.Refresh()
}

// mark marks the current line, and returns whether the lines are those that are
// shown.
func (g *guidePage) mark(lines []line) bool {
	same := slices.EqualFunc(lines, g.lines, func(l, shown line) bool {
		shown.current = l.current
		return l == shown && l.remark == ""
	})
	if !same {
		return false
	}
	for i, o := range g.rows.Objects {
		if r, ok := o.(*widgets.Way); ok {
			r.Mark(lines[i].current)
		}
	}
	g.content.Refresh()
	return true
}

// group is the heading of a group.
func group(words string) *widgets.Text {
	l := widgets.Strong(words)
	l.SizeName = fynetheme.SizeNameCaptionText
	l.Importance = widget.HighImportance
	return l
}

func (g *guidePage) focus(o fyne.Focusable) { g.window.Fyne().Canvas().Focus(o) }
