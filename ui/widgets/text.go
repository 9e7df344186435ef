package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"cientro/ui/theme"
)

// Heading is the title of a page.
func Heading(words string) *widget.Label {
	l := Paragraph(words)
	l.SizeName = fynetheme.SizeNameHeadingText
	l.TextStyle.Bold = true
	return l
}

// Subheading is the title of a part of a page.
func Subheading(words string) *widget.Label {
	l := Paragraph(words)
	l.SizeName = fynetheme.SizeNameSubHeadingText
	l.TextStyle.Bold = true
	return l
}

// Paragraph is text that is broken where its place ends.
func Paragraph(words string) *widget.Label {
	l := widget.NewLabel(words)
	l.Wrapping = fyne.TextWrapWord
	return l
}

// Strong is a paragraph in bold.
func Strong(words string) *widget.Label {
	l := Paragraph(words)
	l.TextStyle.Bold = true
	return l
}

// Caption is small text of lesser weight.
func Caption(words string) *widget.Label {
	l := Paragraph(words)
	l.SizeName = fynetheme.SizeNameCaptionText
	l.Importance = widget.LowImportance
	return l
}

// Padded puts room around content, in Fyne's units.
func Padded(top, bottom, left, right float32, content fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), content)
}

// Close sets lines closer together than Fyne does by itself: for sentences that
// belong together, and for tables.
func Close(content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewThemeOverride(content, theme.Dense())
}

// Column sets things below each other, gap units apart.
func Column(gap float32, content ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), content...)
}

// Row sets things beside each other, gap units apart.
func Row(gap float32, content ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedHBoxLayout(gap), content...)
}
