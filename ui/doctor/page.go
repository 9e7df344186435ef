package doctor

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"cientro/app"
	"cientro/app/checkup"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/savefile"
	"cientro/ui/widgets"
)

// chooser asks where to save a file under a name that is proposed.
type chooser func(name string, chosen func(fyne.URIWriteCloser, error)) savefile.Question

// Page is the page of the check-up.
type Page struct {
	window page.Window
	c      *checkup.Checkup
	p      presenter
	choose chooser

	content                  fyne.CanvasObject
	stage, said              *fyne.Container // what changes
	begin, stop, again, home *widgets.Button
	seen                     *running // of a run under way
	drawn                    *drawn   // of a report
	question                 savefile.Question

	unfollow func() // nil while out of sight
	news     *page.News
	shown    form
}

// form is what the page looks like.
type form int

const (
	unknown form = iota
	before
	during
	after
)

var (
	_ page.Page    = (*Page)(nil)
	_ page.Topical = (*Page)(nil)
	_ page.Keyed   = (*Page)(nil)
)

// New makes the page of a check-up, which may have run before.
func New(w page.Window, c *checkup.Checkup) *Page {
	v := &Page{window: w, c: c, p: presenter{w.Words()}}
	v.choose = v.ask
	v.news = page.NewNews(func() {
		if v.unfollow != nil {
			v.refresh()
		}
	})
	button := func(key string, importance widget.Importance, tapped func()) *widgets.Button {
		return widgets.NewButton(v.p.text(key), importance, tapped)
	}
	v.begin = button("checkup.begin", widget.HighImportance, v.start)
	v.again = button("checkup.again", widget.HighImportance, v.start)
	v.stop = button("checkup.stop", widget.HighImportance, v.cease)
	v.home = button("checkup.home", widget.LowImportance, func() { w.Go(page.Home, "") })
	v.stage, v.said = widgets.Column(gap), widgets.Column(0)
	v.content = widgets.Frame(v.p.text("checkup.title"), v.stage,
		container.NewVBox(v.said, widgets.Actions(v.home, v.begin, v.stop, v.again)))
	v.refresh()
	return v
}

// gap between the parts of the page, in Fyne's units.
const gap = 14

// Content is part of page.Page.
func (v *Page) Content() fyne.CanvasObject { return v.content }

// Topic is part of page.Topical: page.Now starts a check-up.
func (v *Page) Topic(topic string) {
	if topic == page.Now {
		v.start()
	}
}

// Shown is part of page.Page.
func (v *Page) Shown() fyne.Focusable {
	if v.unfollow == nil {
		v.unfollow = v.c.Listen(v.news.Tell)
	}
	v.refresh()
	return v.main()
}

// Hidden is part of page.Page: a run is stopped, what it found before stays.
func (v *Page) Hidden() {
	if v.unfollow != nil {
		v.unfollow()
		v.unfollow = nil
	}
	v.c.Stop()
	v.hideQuestion()
	v.say(nil)
}

// Key is part of page.Keyed: Escape stops, Enter does what helps most.
func (v *Page) Key(key fyne.KeyName) {
	switch {
	case key == fyne.KeyEscape && v.shown == during:
		v.cease()
	case key == fyne.KeyEscape:
		v.window.Go(page.Home, "")
	case v.shown == before:
		v.start()
	}
}

// main is the button that helps most now.
func (v *Page) main() *widgets.Button {
	switch v.shown {
	case during:
		return v.stop
	case after:
		return v.again
	}
	return v.begin
}

func (v *Page) start() {
	v.say(nil)
	v.c.Start()
	v.refresh()
}

func (v *Page) cease() {
	v.c.Stop()
	v.refresh()
}

// refresh shows what the presenter says now.
func (v *Page) refresh() {
	s := v.c.State()
	t := v.p.texts(s)
	was := v.shown
	switch {
	case t.running != nil:
		if v.shown = during; was != during {
			v.seen = newRunning(v.p, t)
			v.put(v.seen.object)
		}
		v.seen.tell(*t.running)
	case t.report != nil:
		if v.shown = after; was != after || v.drawn.of != s.Report {
			v.drawn = v.draw(t, s.Report)
			v.put(v.drawn.object)
		}
	default:
		if v.shown = before; was != before {
			v.put(intro(v.p))
		}
	}
	if was != v.shown {
		show(v.begin, v.shown == before)
		show(v.stop, v.shown == during)
		show(v.again, v.shown == after)
		v.content.Refresh()
		if v.unfollow != nil {
			v.window.Fyne().Canvas().Focus(v.main()) // what had the focus is gone
		}
	}
}

func (v *Page) put(what fyne.CanvasObject) {
	v.stage.Objects = []fyne.CanvasObject{what}
	v.stage.Refresh()
}

// copy puts text on the clipboard, and says so.
func (v *Page) copy(text, said string) {
	fyne.CurrentApp().Clipboard().SetContent(text)
	v.say(widgets.Notice(widgets.Good, "", widgets.Paragraph(said)))
}

// say tells what became of a wish; nil is nothing.
func (v *Page) say(what fyne.CanvasObject) {
	if what == nil && len(v.said.Objects) == 0 {
		return
	}
	v.said.Objects = nil
	if what != nil {
		v.said.Objects = []fyne.CanvasObject{widgets.Padded(0, 8, 0, 0, what)}
	}
	v.said.Refresh()
	v.content.Refresh()
}

// ask asks where to save with Fyne's dialog.
func (v *Page) ask(name string, chosen func(fyne.URIWriteCloser, error)) savefile.Question {
	return savefile.Ask(v.window.Fyne(), savefile.Words{
		Title: v.p.text("checkup.save.where"), Save: v.p.text("checkup.save.do"), Dismiss: v.p.text("checkup.save.dont"),
	}, name, chosen)
}

func (v *Page) hideQuestion() {
	if v.question != nil {
		v.question.Hide()
		v.question = nil
	}
}

// save asks where, and writes the file there.
func (v *Page) save(f file, err error) {
	if err != nil {
		v.saved(f.name, err)
		return
	}
	v.hideQuestion()
	v.question = v.choose(f.name, func(to fyne.URIWriteCloser, err error) {
		v.question = nil
		switch {
		case err != nil:
			v.saved(f.name, err)
		case to != nil:
			v.saved(to.URI().Name(), savefile.Write(to, f.content))
		}
	})
}

// saved tells what became of saving. It says the file's name alone: the folder may
// tell who somebody is, and pictures of this page are sent around.
func (v *Page) saved(where string, err error) {
	if err != nil {
		s := app.ProblemOf(&app.FileError{Op: app.FileWrite, Path: where, Err: err}).SentencesInWindow(v.p.words)
		v.say(widgets.Notice(widgets.Bad, s.Title, widgets.Paragraph(s.What), widgets.Paragraph(s.Next)))
		return
	}
	v.say(widgets.Notice(widgets.Good, "", widgets.Paragraph(v.p.sentence("checkup.saved", messages.Values{"File": where}))))
}

func show(o fyne.CanvasObject, wanted bool) {
	if wanted {
		o.Show()
	} else {
		o.Hide()
	}
}
