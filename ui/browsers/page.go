package browsers

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/browsers"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// Page is the page.
type Page struct {
	window page.Window
	p      presenter
	locate func() (browsers.Config, error)
	do     func(func())

	content                                     fyne.CanvasObject
	stage, said                                 *fyne.Container
	home, again, back, remove, install, confirm *widgets.Button
	try                                         *widgets.Tile

	m       model
	visible bool
	work    int // counts what was begun, so that what is old is not heard
}

var (
	_ page.Page  = (*Page)(nil)
	_ page.Keyed = (*Page)(nil)
)

// New makes the page. locate says where things are: it is asked each time that the
// page looks, from another goroutine. do brings a result to Fyne's goroutine.
func New(w page.Window, locate func() (browsers.Config, error), do func(func())) *Page {
	v := &Page{window: w, p: presenter{w.Words()}, locate: locate, do: do}
	button := func(key string, importance widget.Importance, tapped func()) *widgets.Button {
		return widgets.NewButton(v.p.text(key), importance, tapped)
	}
	v.home = button("browsers.home", widget.LowImportance, func() { w.Go(page.Home, "") })
	v.again = button("browsers.again", widget.MediumImportance, v.look)
	v.back = button("browsers.back", widget.MediumImportance, v.look)
	v.remove = button("browsers.remove", widget.MediumImportance, func() { v.plan(true) })
	v.install = button("browsers.install", widget.HighImportance, func() { v.plan(false) })
	v.confirm = button("browsers.install.do", widget.HighImportance, v.change)
	v.try = widgets.NewTile(fynetheme.LoginIcon(), v.p.text("browsers.try.title"), v.p.text("browsers.try.more"),
		func() { w.Go(page.TryLogin, "") })
	v.stage, v.said = widgets.Column(gap), widgets.Column(0)
	v.content = widgets.Frame(v.p.text("browsers.title"), v.stage,
		container.NewVBox(v.said, widgets.Actions(v.home, v.back, v.again, v.remove, v.install, v.confirm)))
	v.show()
	return v
}

// gap between the parts of the page, in Fyne's units.
const gap = 14

// Content is part of page.Page.
func (v *Page) Content() fyne.CanvasObject { return v.content }

// Shown is part of page.Page: it looks at what is there.
func (v *Page) Shown() fyne.Focusable {
	v.visible = true
	if v.m.phase != working {
		v.look()
	}
	return v.home
}

// Hidden is part of page.Page. What is being changed comes to its end: nothing is
// left half done.
func (v *Page) Hidden() {
	v.visible = false
	v.tell("")
}

// Key is part of page.Keyed: Escape goes back.
func (v *Page) Key(key fyne.KeyName) {
	switch {
	case key != fyne.KeyEscape || v.m.phase == working:
	case v.m.phase == planning || v.m.phase == finished:
		v.look()
	default:
		v.window.Go(page.Home, "")
	}
}

// begin has something done beside the window, and shows what came of it.
func (v *Page) begin(at phase, remove bool, task func(*model)) {
	v.work++
	number := v.work
	v.m.phase = at
	v.tell("")
	v.show()
	m := model{phase: status, remove: remove}
	go func() {
		if m.config, m.err = v.locate(); m.err == nil {
			task(&m)
		}
		v.do(func() {
			if number == v.work {
				v.m = m
				v.show()
			}
		})
	}()
}

// look sees what is there. Nothing is changed.
func (v *Page) look() {
	v.begin(looking, false, func(m *model) { m.phase, m.places = status, m.config.Places() })
}

// plan finds out what would be changed.
func (v *Page) plan(remove bool) {
	v.begin(looking, remove, func(m *model) {
		m.phase = planning
		if remove {
			m.done, m.err = m.config.PlanRemove()
		} else {
			m.done, m.err = m.config.PlanInstall()
		}
	})
}

// change does what was planned, as far as it still can be done.
func (v *Page) change() {
	remove := v.m.remove
	v.begin(working, remove, func(m *model) {
		m.phase = finished
		if remove {
			m.done, m.err = m.config.Remove(context.Background())
		} else {
			m.done, m.err = m.config.Install(context.Background())
		}
	})
}

// show shows what the presenter says now.
func (v *Page) show() {
	t := v.p.texts(v.m)
	for b, wanted := range map[*widgets.Button]bool{
		v.home: t.home, v.again: t.again, v.back: t.back, v.remove: t.remove, v.install: t.install, v.confirm: t.confirm,
	} {
		seen(b, wanted)
	}
	v.install.Importance = widget.MediumImportance
	if t.mainInstall {
		v.install.Importance = widget.HighImportance
	}
	v.confirm.Text = t.doIt
	v.stage.Objects = v.draw(t)
	v.content.Refresh()
	if to := v.main(t); v.visible && to != nil {
		v.window.Fyne().Canvas().Focus(to) // what had the focus is gone
	}
}

// main is what helps most now.
func (v *Page) main(t texts) fyne.Focusable {
	switch {
	case t.waiting != "":
		return nil // in a moment
	case t.confirm:
		return v.confirm
	case t.back:
		return v.back
	case t.mainInstall:
		return v.install
	case t.try:
		return v.try
	case t.again:
		return v.again
	case t.home:
		return v.home
	}
	return nil
}

// draw makes the objects.
func (v *Page) draw(t texts) []fyne.CanvasObject {
	if t.waiting != "" {
		return []fyne.CanvasObject{widgets.Close(widgets.Paragraph(t.waiting))}
	}
	var all, more []fyne.CanvasObject
	if v.m.phase == status && v.m.err == nil {
		all = append(all, widgets.Close(widgets.Paragraph(v.p.text("browsers.lead"))))
	}
	for _, sentence := range t.more {
		more = append(more, widgets.Paragraph(sentence))
	}
	all = append(all, widgets.Verdict(t.mood, t.verdict, more...))
	if t.try {
		all = append(all, v.try)
	}
	for _, one := range t.parts {
		all = append(all, card(one))
	}
	if t.command != "" {
		all = append(all, v.forAdministrators(t.lead, t.command))
	}
	return all
}

// card is places that belong together.
func card(p part) fyne.CanvasObject {
	lines := widgets.Column(10)
	if p.title != "" {
		lines.Add(widgets.Close(widgets.Subheading(p.title)))
	}
	for _, r := range p.rows {
		words := widgets.Column(-2, widgets.Strong(r.name))
		for _, line := range r.lines {
			words.Add(widgets.Paragraph(line))
		}
		if r.path != "" {
			words.Add(widgets.Caption(r.path))
		}
		lines.Add(container.NewBorder(nil, nil, container.NewVBox(widgets.Padded(3, 0, 2, 8, sign(r))), nil, widgets.Close(words)))
	}
	for _, sentence := range p.advice {
		lines.Add(widgets.Notice(widgets.Plain, "", widgets.Paragraph(sentence)))
	}
	return widgets.Card(lines)
}

func sign(r row) fyne.CanvasObject {
	image := widgets.Sign(r.mood, fynetheme.Size(fynetheme.SizeNameInlineIcon))
	if r.faint {
		image.Resource = fynetheme.NewDisabledResource(fynetheme.ContentRemoveIcon())
	}
	return image
}

// forAdministrators is the command that does it for all users.
func (v *Page) forAdministrators(lead, command string) fyne.CanvasObject {
	words := widgets.Line(command)
	words.TextStyle.Monospace = true
	words.Wrapping = fyne.TextWrapWord
	b := widgets.NewButton(v.p.text("browsers.command.copy"), widget.MediumImportance, func() {
		fyne.CurrentApp().Clipboard().SetContent(command)
		v.tell(v.p.text("browsers.command.copied"))
	})
	b.Icon = fynetheme.ContentCopyIcon()
	return widgets.Card(widgets.Close(widgets.Paragraph(lead)),
		container.NewBorder(nil, nil, nil, container.NewVBox(b), container.NewVBox(widgets.Padded(6, 0, 0, 8, words))))
}

// tell says what became of a press; "" is nothing.
func (v *Page) tell(what string) {
	if what == "" && len(v.said.Objects) == 0 {
		return
	}
	v.said.Objects = nil
	if what != "" {
		v.said.Objects = []fyne.CanvasObject{widgets.Padded(0, 8, 0, 0, widgets.Notice(widgets.Good, "", widgets.Paragraph(what)))}
	}
	v.said.Refresh()
	v.content.Refresh()
}

func seen(o fyne.CanvasObject, wanted bool) {
	if wanted {
		o.Show()
	} else {
		o.Hide()
	}
}
