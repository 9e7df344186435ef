package trylogin

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/logintest"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// Page is the page of the test.
type Page struct {
	window page.Window
	p      *presenter

	content                 fyne.CanvasObject
	top, checks             *fyne.Container // what changes
	ways                    fyne.CanvasObject
	own, apart              *widgets.Tile
	look, stop, again, home *widgets.Button

	unfollow func() // nil while out of sight
	news     *page.News
	busy     context.CancelFunc // of looking
	shown    *texts             // what is seen
}

var _ page.Page = (*Page)(nil)

// New makes the page of a test, which may be under way.
func New(w page.Window, t *logintest.Test) *Page {
	v := &Page{window: w, p: &presenter{t, w.Words()}}
	say := v.p.text
	v.news = page.NewNews(func() {
		if v.unfollow != nil {
			v.refresh()
		}
	})
	v.own = widgets.NewTile(fynetheme.ComputerIcon(), say("trylogin.own.title"), say("trylogin.own.more"),
		func() { t.Start(logintest.WayOwn) })
	v.apart = widgets.NewTile(fynetheme.FolderNewIcon(), say("trylogin.apart.title"), say("trylogin.apart.more"),
		func() { t.Start(logintest.WayApart) })
	v.ways = widgets.Column(8, v.own, v.apart)
	v.look = widgets.NewButton(say("trylogin.look"), widget.MediumImportance, v.lookAgain)
	v.again = widgets.NewButton(say("trylogin.again"), widget.MediumImportance, t.Again)
	v.stop = widgets.NewButton(say("trylogin.stop"), widget.HighImportance, func() {
		go t.Stop() // a browser takes a moment to close
	})
	v.home = widgets.NewButton(say("trylogin.home"), widget.LowImportance, func() { w.Go(page.Home, "") })
	v.top, v.checks = widgets.Column(14), widgets.Column(14)
	v.content = widgets.Frame(say("trylogin.title"),
		widgets.Column(14, widgets.Close(widgets.Paragraph(say("trylogin.lead"))), v.top, v.checks),
		widgets.Actions(v.home, v.look, v.again, v.stop))
	v.refresh()
	return v
}

// Content is part of page.Page.
func (v *Page) Content() fyne.CanvasObject { return v.content }

// Shown is part of page.Page: it looks at what is there.
func (v *Page) Shown() fyne.Focusable {
	if v.unfollow == nil {
		v.unfollow = v.p.test.Listen(v.news.Tell)
		if v.p.texts().ways {
			v.lookAgain()
		}
	}
	v.refresh()
	return v.next(v.p.texts())
}

// next is what can be done now: stop the test, begin one, or look again.
func (v *Page) next(t texts) fyne.Focusable {
	switch {
	case t.stop:
		return v.stop
	case t.mayTry:
		return v.own
	}
	return v.look
}

// Hidden is part of page.Page. A test goes on: the person may be in her browser.
func (v *Page) Hidden() {
	if v.unfollow != nil {
		v.unfollow()
		v.unfollow = nil
	}
	if v.busy != nil {
		v.busy()
		v.busy = nil
	}
}

// lookAgain makes the checks that need no login.
func (v *Page) lookAgain() {
	if v.busy != nil {
		v.busy()
	}
	ctx, cancel := context.WithCancel(context.Background())
	v.busy = cancel
	go v.p.test.Look(ctx)
}

// refresh shows what the presenter says now.
func (v *Page) refresh() {
	t := v.p.texts()
	if v.shown != nil && same(*v.shown, t) {
		return
	}
	before := v.shown
	v.shown = &t
	able(v.own, t.mayTry)
	able(v.apart, t.mayTry)
	show(v.look, !t.stop)
	able(v.look, t.canLook)
	show(v.stop, t.stop)
	v.stop.SetText(t.end)
	show(v.again, t.again)

	v.top.Objects = []fyne.CanvasObject{verdict(t)}
	if t.failed != "" {
		v.top.Add(widgets.Notice(widgets.Bad, v.p.text("trylogin.failed.title"), widgets.Paragraph(t.failed)))
	}
	if len(t.steps) > 0 {
		v.top.Add(steps(v.p.text("trylogin.steps.title"), t.steps))
	}
	if t.ways {
		v.top.Add(v.ways)
	}
	ahead := rows(v.p.text("trylogin.checks.before"), t.before)
	during := rows(v.p.text("trylogin.checks.during"), t.after)
	v.checks.Objects = []fyne.CanvasObject{ahead, during}
	if t.duringFirst {
		v.checks.Objects = []fyne.CanvasObject{during, ahead}
	}
	v.content.Refresh()
	// Whoever works with keys stays at what can be done now: what had the focus is
	// gone, or off.
	if v.unfollow != nil && before != nil && (before.stop != t.stop || before.mayTry && !t.mayTry) {
		v.window.Fyne().Canvas().Focus(v.next(t))
	}
}

func verdict(t texts) fyne.CanvasObject {
	var more []fyne.CanvasObject
	for _, sentence := range t.more {
		more = append(more, widgets.Paragraph(sentence))
	}
	title := widgets.Subheading(t.verdict)
	return widgets.Notice(t.mood, "", append([]fyne.CanvasObject{title}, more...)...)
}

func steps(title string, sentences []string) fyne.CanvasObject {
	lines := widgets.Column(4, widgets.Strong(title))
	for _, s := range sentences {
		lines.Add(widgets.Paragraph(s))
	}
	return widgets.Card(widgets.Close(lines))
}

// rows are checks below each other.
func rows(title string, all []row) fyne.CanvasObject {
	lines := widgets.Column(10, widgets.Close(widgets.Subheading(title)))
	for _, r := range all {
		lines.Add(line(r))
	}
	return widgets.Card(lines)
}

// line is a check: a sign, what it is and how it came out, what was found, and
// what to do.
func line(r row) fyne.CanvasObject {
	words := widgets.Column(-2, widgets.Strong(r.name), widgets.Paragraph(r.found))
	if r.do != "" {
		todo := widgets.Paragraph(r.do)
		todo.Importance = widget.HighImportance
		words.Add(todo)
	}
	sign := container.NewVBox(widgets.Padded(3, 0, 2, 8, sign(r.result)))
	return container.NewBorder(nil, nil, sign, nil, widgets.Close(words))
}

func sign(r logintest.Result) fyne.CanvasObject {
	size := fynetheme.Size(fynetheme.SizeNameInlineIcon)
	switch r {
	case logintest.OK:
		return widgets.Sign(widgets.Good, size)
	case logintest.Problem:
		return widgets.Sign(widgets.Bad, size)
	case logintest.Unknown:
		return widgets.Sign(widgets.Warning, size)
	}
	image := widgets.Sign(widgets.Plain, size)
	image.Resource = fynetheme.NewDisabledResource(fynetheme.RadioButtonIcon())
	return image
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

func able(o fyne.Disableable, wanted bool) {
	switch {
	case wanted && o.Disabled():
		o.Enable()
	case !wanted && !o.Disabled():
		o.Disable()
	}
}

// same says whether nothing changed: a page that is built anew loses its place.
func same(a, b texts) bool {
	return a.mood == b.mood && a.verdict == b.verdict && a.failed == b.failed &&
		a.ways == b.ways && a.mayTry == b.mayTry && a.canLook == b.canLook && a.stop == b.stop && a.end == b.end && a.again == b.again && a.duringFirst == b.duringFirst && slices.Equal(a.more, b.more) &&
		slices.Equal(a.steps, b.steps) && slices.Equal(a.before, b.before) && slices.Equal(a.after, b.after)
}
