package training

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	course "cientro/app/training"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// Page is the trainer's page.
type Page struct {
	window page.Window
	p      *presenter

	content, head, middle *fyne.Container // the page, and its parts that change
	tabs                  []*widgets.Button
	strip, before         fyne.CanvasObject
	card                  *cardPart
	journal               *journalPart
	exercises             *exercisesPart
	begin, end, home      *widgets.Button

	stop func() // of listening, nil while out of sight
	news *page.News
}

var (
	_ page.Page    = (*Page)(nil)
	_ page.Topical = (*Page)(nil)
)

// New makes the page of a course, which may run already.
func New(w page.Window, c *course.Session) *Page {
	v := &Page{window: w, p: newPresenter(c, w.Words())}
	v.news = page.NewNews(func() {
		if v.stop != nil {
			v.refresh()
		}
	})
	say := v.p.text
	v.begin = widgets.NewButton(say("training.start"), widget.HighImportance, v.act(v.p.start))
	v.end = widgets.NewButton(say("training.stop"), widget.MediumImportance, v.act(v.p.stop))
	v.home = widgets.NewButton(say("training.home"), widget.HighImportance, func() {
		c.Prefer()
		w.Go(page.Home, "")
	})
	for _, name := range parts() {
		v.tabs = append(v.tabs, widgets.NewButton(say("training.tab."+string(name)), widget.MediumImportance,
			v.act(func() { v.p.show(name) })))
	}
	v.card, v.journal, v.exercises = newCardPart(v), newJournalPart(v), newExercisesPart(v)
	v.strip, v.before = newStrip(v.tabs), v.off()
	v.head, v.middle = container.NewStack(), container.NewStack()
	v.content = container.NewStack(widgets.Frame(say("training.title"),
		widgets.Column(14, v.head, v.middle), widgets.Actions(v.end, v.begin, v.home)))
	v.refresh()
	return v
}

// Content is part of page.Page.
func (v *Page) Content() fyne.CanvasObject { return v.content }

// Shown is part of page.Page.
func (v *Page) Shown() fyne.Focusable {
	if v.stop == nil {
		v.stop = v.p.course.Listen(v.news.Tell)
	}
	v.refresh()
	if !v.p.course.State().Running {
		return v.begin
	}
	return v.tabs[index(parts(), v.p.part)]
}

// Hidden is part of page.Page. The course goes on.
func (v *Page) Hidden() {
	if v.stop != nil {
		v.stop()
		v.stop = nil
	}
}

// Topic is part of page.Topical.
func (v *Page) Topic(topic string) { v.p.show(part(topic)) }

// act does something and shows what became of it.
func (v *Page) act(do func()) func() {
	return func() {
		do()
		v.refresh()
	}
}

// off is what there is to see before a course.
func (v *Page) off() fyne.CanvasObject {
	say := v.p.text
	return widgets.Column(14,
		widgets.Close(widgets.Paragraph(say("training.lead"))),
		widgets.Notice(widgets.Plain, say("training.off.title"),
			widgets.Paragraph(say("training.off.reader")),
			widgets.Paragraph(say("training.off.pages")),
			widgets.Paragraph(say("training.off.fresh"))),
	)
}

// refresh shows what the presenter says now.
func (v *Page) refresh() {
	t := v.p.texts()
	show(v.begin, !t.running)
	show(v.end, t.running)
	show(v.home, t.running)
	if !t.running {
		v.put(v.head, nil)
		v.put(v.middle, v.before)
		v.content.Refresh()
		return
	}
	v.put(v.head, v.strip)
	for i, name := range parts() {
		mark(v.tabs[i], name == v.p.part)
	}
	switch v.p.part {
	case partCard:
		v.card.refresh(t)
		v.put(v.middle, v.card.object)
	case partJournal:
		v.journal.refresh()
		v.put(v.middle, v.journal.object)
	case partExercises:
		v.exercises.refresh()
		v.put(v.middle, v.exercises.object)
	}
	v.content.Refresh()
}

// put sets what a place shows; nil shows nothing.
func (v *Page) put(place *fyne.Container, object fyne.CanvasObject) {
	switch {
	case object == nil:
		place.Objects = nil
	case len(place.Objects) == 1 && place.Objects[0] == object:
	default:
		place.Objects = []fyne.CanvasObject{object}
	}
	show(place, object != nil)
}

func show(o fyne.CanvasObject, wanted bool) {
	if o.Visible() == wanted {
		return
	}
	if wanted {
		o.Show()
	} else {
		o.Hide()
	}
}

// mark shows which tab is chosen: it alone is filled.
func mark(tab *widgets.Button, chosen bool) {
	importance := widget.LowImportance
	if chosen {
		importance = widget.HighImportance
	}
	if tab.Importance != importance {
		tab.Importance = importance
		tab.Refresh()
	}
}
