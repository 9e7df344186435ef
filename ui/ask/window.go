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
	content := v.window.Content()
	content.Resize(fyne.NewSize(width, 1))
	v.window.Resize(fyne.NewSize(width, content.MinSize().Height))
}

func (v *view) content(t texts) fyne.CanvasObject {
	const edge, gap = 18, 10
	asked := container.New(layout.NewCustomPaddedVBoxLayout(gap),
		heading(t), text(wrapped(t.asks)), facts(t), notice(t))
	answers := container.NewHBox(layout.NewSpacer(), v.consent, v.deny)
	waiting := container.NewVBox(v.bar, text(v.countdown))
	window := container.New(layout.NewCustomPaddedVBoxLayout(0))
	if t.demo != "" {
		window.Add(widgets.NewBand(theme.ColorNameDemo, theme.ColorNameOnDemo, t.demo))
	}
	window.Add(container.New(layout.NewCustomPaddedLayout(edge, 0, edge, edge), asked))
	window.Add(container.New(layout.NewCustomPaddedLayout(8, 6, edge-4, edge), v.sure))
	window.Add(container.New(layout.NewCustomPaddedLayout(0, edge, edge, edge),
		container.New(layout.NewCustomPaddedVBoxLayout(gap), waiting, answers)))
	return window
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

func facts(t texts) fyne.CanvasObject {
	rows := container.New(layout.NewFormLayout())
	row := func(name string, is fyne.CanvasObject) {
		label := widget.NewLabel(name)
		label.Importance = widget.LowImportance
		rows.Add(container.New(layout.NewCustomPaddedLayout(0, 0, 0, 10), label))
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
	return widgets.NewPanel(theme.ColorNameSurface, fynetheme.ColorNameSeparator, inside(rows))
}

func tries(t texts) fyne.CanvasObject {
	words := wrapped(t.triesAre)
	if t.triesMax == 0 {
		return words
	}
	marks := container.New(layout.NewCustomPaddedLayout(0, 0, 3, 2), container.NewCenter(widgets.NewTries(t.triesLeft, t.triesMax)))
	return container.NewBorder(nil, nil, marks, nil, words)
}

func notice(t texts) fyne.CanvasObject {
	warning := wrapped(t.warning)
	warning.TextStyle.Bold = true
	return widgets.NewPanel(theme.ColorNameNotice, fynetheme.ColorNameWarning,
		inside(container.NewVBox(warning, wrapped(t.advice))))
}

// inside is the room between the edge of a panel and what stands on it.
func inside(content fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(8, 8, 11, 11), text(content))
}

// text sets lines closer together than Fyne does by itself.
func text(content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewThemeOverride(content, theme.Dense())
}

func wrapped(text string) *widget.Label {
	label := widget.NewLabel(text)
	label.Wrapping = fyne.TextWrapWord
	return label
}
