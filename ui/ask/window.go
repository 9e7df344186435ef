package ask

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/theme"
	"cientro/ui/widgets"
)

// width of the window in Fyne's units, at the usual text size.
const width = 540

// view is the window of a question.
type view struct {
	p      *presenter
	window fyne.Window

	sure          *widgets.Check
	deny, consent *widgets.Button
	countdown     *widget.Label
	bar           *widgets.TimeBar
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
	v.countdown = widget.NewLabel("")
	v.countdown.SizeName = fynetheme.SizeNameCaptionText
	v.countdown.Wrapping = fyne.TextWrapWord
	v.bar = widgets.NewTimeBar()

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
	content := v.window.Content()
	content.Resize(fyne.NewSize(width, 1))
	v.window.Resize(fyne.NewSize(width, content.MinSize().Height))
}

func (v *view) content(t texts) fyne.CanvasObject {
	above := container.NewVBox()
	if t.demo != "" {
		above.Add(widgets.NewBand(theme.ColorNameDemo, theme.ColorNameOnDemo, t.demo))
	}
	above.Add(container.New(layout.NewCustomPaddedLayout(12, 4, 16, 16), container.NewVBox(
		heading(t),
		facts(t),
		notice(t),
	)))
	below := container.New(layout.NewCustomPaddedLayout(0, 14, 16, 16), container.NewVBox(
		v.sure,
		v.bar,
		container.NewBorder(nil, nil, nil, container.NewHBox(v.consent, v.deny), v.countdown),
	))
	return container.NewVBox(above, below)
}

func heading(t texts) fyne.CanvasObject {
	icon := widget.NewIcon(fynetheme.NewWarningThemedResource(fynetheme.WarningIcon()))
	title := wrapped(t.heading)
	title.SizeName = fynetheme.SizeNameSubHeadingText
	title.TextStyle.Bold = true
	return container.NewVBox(
		container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSquareSize(34), icon), nil, title),
		wrapped(t.asks),
	)
}

func facts(t texts) fyne.CanvasObject {
	rows := container.New(layout.NewFormLayout())
	row := func(name string, is fyne.CanvasObject) {
		label := widget.NewLabel(name)
		label.Importance = widget.LowImportance
		rows.Add(label)
		rows.Add(is)
	}
	row(t.program, wrapped(t.programIs))
	if t.fileIs != "" {
		file := widget.NewLabel(t.fileIs)
		file.Wrapping = fyne.TextWrapBreak // a path has no words
		row(t.file, file)
	}
	if t.readerIs != "" {
		row(t.reader, wrapped(t.readerIs))
	}
	row(t.tries, tries(t))
	return widgets.NewPanel(theme.ColorNameSurface, fynetheme.ColorNameSeparator, rows)
}

func tries(t texts) fyne.CanvasObject {
	words := wrapped(t.triesAre)
	if t.triesMax == 0 {
		return words
	}
	marks := container.New(layout.NewCustomPaddedLayout(0, 0, 8, 0), container.NewCenter(widgets.NewTries(t.triesLeft, t.triesMax)))
	return container.NewBorder(nil, nil, marks, nil, words)
}

func notice(t texts) fyne.CanvasObject {
	warning := wrapped(t.warning)
	warning.TextStyle.Bold = true
	return widgets.NewPanel(theme.ColorNameNotice, fynetheme.ColorNameWarning,
		container.NewVBox(warning, wrapped(t.advice)))
}

func wrapped(text string) *widget.Label {
	label := widget.NewLabel(text)
	label.Wrapping = fyne.TextWrapWord
	return label
}
