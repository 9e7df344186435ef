package welcome

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/app/browsers"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// steps are the pages, in order.
func steps() []string { return []string{"need", "never", stepBrowser} }

// stepBrowser is the step about browsers.
const stepBrowser = "browser"

// view is the page.
type view struct {
	window page.Window
	words  *messages.Printer
	done   func() // the steps were read or skipped
	look   func() browsers.Overview
	do     func(func())
	at     int
	stage  *fyne.Container
	next   *widgets.Button

	browsers *browsers.Overview // nil: not known yet
}

// New makes the page; done is called once the steps were read or skipped. look
// says what is true of the browsers, from another goroutine, and do brings that to
// Fyne's.
func New(w page.Window, done func(), look func() browsers.Overview, do func(func())) page.Page {
	v := &view{window: w, words: w.Words(), done: done, look: look, do: do, stage: container.NewStack()}
	v.show(0)
	return v
}

// Content is part of page.Page.
func (v *view) Content() fyne.CanvasObject { return v.stage }

// Shown is part of page.Page: Enter goes on.
func (v *view) Shown() fyne.Focusable {
	go func() {
		seen := v.look()
		v.do(func() {
			v.browsers = &seen
			if v.last() {
				v.turn(v.at)
			}
		})
	}()
	return v.next
}

// Hidden is part of page.Page.
func (v *view) Hidden() {}

// Key is part of page.Keyed.
func (v *view) Key(key fyne.KeyName) {
	switch key {
	case fyne.KeyEscape:
		v.leave(page.Home)
	case fyne.KeyReturn, fyne.KeyEnter:
		v.forward()
	}
}

func (v *view) text(key string) string { return v.words.Text(key, nil) }

// show shows a step.
func (v *view) show(at int) {
	v.at = at
	v.stage.Objects = []fyne.CanvasObject{container.New(centred{}, v.step(steps()[at]))}
	v.stage.Refresh()
}

// last says whether the last step is shown.
func (v *view) last() bool { return v.at+1 == len(steps()) }

// turn shows a step, with the focus where Enter goes on.
func (v *view) turn(to int) {
	v.show(to)
	v.window.Fyne().Canvas().Focus(v.next)
}

func (v *view) forward() {
	if v.last() {
		v.leave(page.Home)
		return
	}
	v.turn(v.at + 1)
}

func (v *view) backward() {
	if v.at > 0 {
		v.turn(v.at - 1)
	}
}

func (v *view) leave(to page.Name) {
	v.done()
	v.window.Go(to, "")
}

func (v *view) step(name string) fyne.CanvasObject {
	lines := widgets.Column(12, widgets.Close(widgets.Caption(v.words.Text("welcome.step", messages.Values{"At": v.at + 1, "Of": len(steps())}))),
		widgets.Close(widgets.Paragraph(v.text("welcome.lead."+name))))
	for i, sign := range signs(name) {
		number := []string{"1", "2", "3"}[i]
		if name == stepBrowser && i == 0 {
			lines.Add(v.browserRow(sign))
			continue
		}
		lines.Add(row(sign, v.text("welcome.title."+name+"."+number), v.text("welcome.more."+name+"."+number)))
	}
	key := "welcome.next"
	if v.last() {
		key = "welcome.begin"
	}
	v.next = widgets.NewButton(v.text(key), widget.HighImportance, v.forward)
	var back fyne.CanvasObject
	if v.at > 0 {
		back = widgets.NewButton(v.text("welcome.back"), widget.MediumImportance, v.backward)
	}
	other := widgets.NewButton(v.text("welcome.skip"), widget.MediumImportance, func() { v.leave(page.Home) })
	if v.last() {
		other = widgets.NewButton(v.text("welcome.browsers"), widget.MediumImportance, func() { v.leave(page.Browsers) })
	}
	return widgets.Frame(v.text("welcome.heading."+name), lines, widgets.Actions(back, other, v.next))
}

// browserRow says what is true of the browsers. Nothing is set up here: the page
// for that shows first what it changes.
func (v *view) browserRow(sign fyne.Resource) fyne.CanvasObject {
	now := "looking"
	if v.browsers != nil {
		now = string(*v.browsers)
	}
	return row(sign, v.text("welcome.browser."+now+".title"), v.text("welcome.browser."+now+".more"))
}

// signs are those of the lines of a step.
func signs(step string) []fyne.Resource {
	switch step {
	case "need":
		return []fyne.Resource{fynetheme.StorageIcon(), fynetheme.AccountIcon(), fynetheme.GridIcon()}
	case "never":
		return []fyne.Resource{fynetheme.CancelIcon(), fynetheme.CancelIcon(), fynetheme.CancelIcon()}
	}
	return []fyne.Resource{fynetheme.LoginIcon(), fynetheme.HelpIcon()}
}

// row is a sign, what it stands for, and more about it.
func row(sign fyne.Resource, title, more string) fyne.CanvasObject {
	icon := canvas.NewImageFromResource(fynetheme.NewPrimaryThemedResource(sign))
	icon.FillMode = canvas.ImageFillContain
	icon.SetMinSize(fyne.NewSquareSize(fynetheme.Size(fynetheme.SizeNameInlineIcon) * 1.6))
	return widgets.Card(container.NewBorder(nil, nil, container.NewVBox(widgets.Padded(4, 0, 2, 14, icon)), nil,
		widgets.Close(widgets.Column(2, widgets.Strong(title), widgets.Paragraph(more)))))
}

// centred keeps the page, which stands alone in the window, to a readable width in
// the middle of it.
type centred struct{}

func (centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	const usual = 808 // what a frame fills
	width := min(size.Width, usual*fynetheme.Size(fynetheme.SizeNameText)/14)
	for _, o := range objects {
		o.Move(fyne.NewPos((size.Width-width)/2, 0))
		o.Resize(fyne.NewSize(width, size.Height))
	}
}

func (centred) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(0, 0)
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least
}
