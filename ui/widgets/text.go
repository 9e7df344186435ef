package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Heading is the title of a page.
func Heading(words string) *Text {
	l := Paragraph(words)
	l.SizeName = fynetheme.SizeNameHeadingText
	l.TextStyle.Bold = true
	return l
}

// Subheading is the title of a part of a page.
func Subheading(words string) *Text {
	l := Paragraph(words)
	l.SizeName = fynetheme.SizeNameSubHeadingText
	l.TextStyle.Bold = true
	return l
}

// Paragraph is text that is broken where its place ends.
func Paragraph(words string) *Text {
	l := Line(words)
	l.Wrapping = fyne.TextWrapWord
	return l
}

// Strong is a paragraph in bold.
func Strong(words string) *Text {
	l := Paragraph(words)
	l.TextStyle.Bold = true
	return l
}

// Caption is small text of lesser weight.
func Caption(words string) *Text {
	l := Paragraph(words)
	l.SizeName = fynetheme.SizeNameCaptionText
	l.Importance = widget.LowImportance
	return l
}

// Padded puts room around content, in Fyne's units.
func Padded(top, bottom, left, right float32, content fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), content)
}

// Column sets things below each other, gap units apart.
func Column(gap float32, content ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), content...)
}

// Row sets things beside each other, gap units apart.
func Row(gap float32, content ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedHBoxLayout(gap), content...)
}
