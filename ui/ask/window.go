package ask

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/theme"
	"cientro/ui/widgets"
)

// width of the window in Fyne's units at the usual text size, and the most that
// its height may be: what a small laptop shows. Where the sentences want more
// they are scrolled; the answers stay in sight, and the warning comes early.
const (
	usualWidth = 540
	mostHeight = 690
)

// view is the window of a question.
type view struct {
	p      *presenter
	window fyne.Window

	sure          *widgets.Check
	deny, consent *widgets.Button
	countdown     *widgets.Text
	bar           *widgets.TimeBar
	warning       fyne.CanvasObject
	icon          *canvas.Image     // beside the program's name
	iconPlace     *fyne.Container   // of the icon; hidden while there is none
	sentences     fyne.CanvasObject // all but the answers
	scrolled      *container.Scroll // around them
}

// newView makes the window; nothing is on screen yet.
func newView(a fyne.App, p *presenter) *view {
	v := &view{p: p}
	t := p.texts()
	v.window = a.NewWindow(t.title)
	v.sure = widgets.NewCheck(t.sure, func(sure bool) {
		p.tellSure(sure)
		v.refresh()
	})
	v.deny = widgets.NewButton(t.deny, widget.HighImportance, p.deny)
	v.consent = widgets.NewButton(t.consent, widget.MediumImportance, p.consent)
	v.countdown = widgets.Line("")
	v.countdown.SizeName = fynetheme.SizeNameCaptionText
	v.countdown.Wrapping = fyne.TextWrapWord
	v.bar = widgets.NewTimeBar()
	v.icon, v.iconPlace = programIcon()

	v.window.SetPadded(false)
	v.window.SetContent(v.content(t))
	v.window.SetCloseIntercept(p.deny)
	v.takeKeys()
	v.refresh()
	v.fit()
	if w, ok := v.window.(desktop.Window); ok {
		w.RequestAlwaysOnTop()
	}
	v.window.CenterOnScreen()
	return v
}

// show puts the window on screen, with the refusal ready.
func (v *view) show() {
	v.window.Show()
	v.window.RequestFocus()
	v.window.Canvas().Focus(v.deny)
}

// refresh shows what the presenter says now.
func (v *view) refresh() {
	part, words := v.p.left()
	v.bar.SetLeft(part)
	if v.countdown.Text != words {
		v.countdown.SetText(words)
	}
	if v.p.mayConsent() {
		v.consent.Enable()
	} else {
		v.consent.Disable()
	}
}

// takeKeys makes Escape mean no wherever the focus is, and Enter where nothing
// has it.
func (v *view) takeKeys() {
	unused := func(event *fyne.KeyEvent) {
		if event.Name == fyne.KeyEscape {
			v.p.deny()
		}
	}
	v.sure.Unused, v.deny.Unused, v.consent.Unused = unused, unused, unused
	v.window.Canvas().SetOnTypedKey(func(event *fyne.KeyEvent) {
		switch event.Name {
		case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
			v.p.deny()
		}
	})
}

// fit makes the window as high as its sentences want: the height of a wrapped
// text is known only once it has a width.
func (v *view) fit() {
	larger := fynetheme.Size(fynetheme.SizeNameText) - 14
	width := usualWidth + 20*larger
	content := v.window.Content()
	for round := range 3 { // what lies inside gets its width a round later
		content.Resize(fyne.NewSize(width, float32(4*mostHeight+round)))
	}
	wanted := content.MinSize().Height - v.scrolled.MinSize().Height + v.sentences.MinSize().Height
	v.window.Resize(fyne.NewSize(width, min(wanted, mostHeight)))
}

func (v *view) content(t texts) fyne.CanvasObject {
	const edge, gap = 18, 10
	v.warning = notice(t)
	v.sentences = padded(edge, gap, edge, edge, container.New(layout.NewCustomPaddedVBoxLayout(gap),
		heading(t), text(wrapped(t.asks)), v.warning, v.facts(t)))
	v.scrolled = container.NewVScroll(v.sentences)
	above := container.New(layout.NewCustomPaddedVBoxLayout(0))
	if t.demo != "" {
		above.Add(widgets.NewBand(theme.ColorNameDemo, theme.ColorNameOnDemo, t.demo))
	}
	below := container.New(layout.NewCustomPaddedVBoxLayout(0),
		padded(0, 8, edge-5, edge, container.NewHBox(v.sure)),
		padded(0, edge, edge, edge, container.New(layout.NewCustomPaddedVBoxLayout(gap),
			container.NewVBox(v.bar, text(v.countdown)),
			container.NewHBox(layout.NewSpacer(), v.consent, v.deny))))
	return container.NewBorder(above, below, nil, nil, v.scrolled)
}

func heading(t texts) fyne.CanvasObject {
	icon := canvas.NewImageFromResource(fynetheme.NewWarningThemedResource(fynetheme.WarningIcon()))
	icon.FillMode = canvas.ImageFillContain
	icon.SetMinSize(fyne.NewSquareSize(fynetheme.Size(fynetheme.SizeNameHeadingText) * 1.5))
	title := wrapped(t.heading)
	title.SizeName = fynetheme.SizeNameHeadingText
	title.TextStyle.Bold = true
	return container.NewBorder(nil, nil, container.NewCenter(icon), nil, text(title))
}

func (v *view) facts(t texts) fyne.CanvasObject {
	rows := container.New(layout.NewFormLayout())
	row := func(name string, is fyne.CanvasObject) {
		label := widgets.Line(name)
		label.Importance = widget.LowImportance
		rows.Add(padded(0, 0, 0, 10, label))
		rows.Add(is)
	}
	row(t.program, container.NewBorder(nil, nil, v.iconPlace, nil, wrapped(t.programIs)))
	if t.fileIs != "" {
		file := widgets.Line(t.fileIs)
		file.Wrapping = fyne.TextWrapBreak // a path has no words
		row(t.file, file)
	}
	if t.readerIs != "" {
		row(t.reader, wrapped(t.readerIs))
	}
	row(t.tries, tries(t))
	return widgets.NewPanel(theme.ColorNameSurface, fynetheme.ColorNameSeparator, inside(text(rows)))
}

func tries(t texts) fyne.CanvasObject {
	words := wrapped(t.triesAre)
	if t.triesMax == 0 {
		return words
	}
	marks := padded(0, 0, 3, 4, container.NewCenter(widgets.NewTries(t.triesLeft, t.triesMax)))
	return container.NewBorder(nil, nil, marks, nil, words)
}

func notice(t texts) fyne.CanvasObject {
	warning := wrapped(t.warning)
	warning.TextStyle.Bold = true
	return widgets.NewPanel(theme.ColorNameNotice, fynetheme.ColorNameWarning,
		inside(text(container.NewVBox(warning, wrapped(t.advice)))))
}

// inside is the room between the edge of a panel and what stands on it.
func inside(content fyne.CanvasObject) fyne.CanvasObject {
	return padded(8, 8, 11, 11, content)
}

func padded(top, bottom, left, right float32, content fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), content)
}

// text sets lines closer together than Fyne does by itself.
func text(content fyne.CanvasObject) fyne.CanvasObject {
	return widgets.Close(content)
}

func wrapped(text string) *widgets.Text { return widgets.Paragraph(text) }
