package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"cientro/ui/theme"
)

// Mood is what a notice is about: it chooses sign and colour, which never say
// more than the words do.
type Mood int

// The moods.
const (
	Plain   Mood = iota // something to know
	Good                // it went well
	Warning             // something to mind
	Bad                 // it went wrong
)

// look is how a mood is drawn.
func (m Mood) look() (sign fyne.Resource, ground, edge fyne.ThemeColorName) {
	switch m {
	case Good:
		return fynetheme.NewSuccessThemedResource(fynetheme.ConfirmIcon()), theme.ColorNameGood, fynetheme.ColorNameSuccess
	case Warning:
		return fynetheme.NewWarningThemedResource(fynetheme.WarningIcon()), theme.ColorNameNotice, fynetheme.ColorNameWarning
	case Bad:
		return fynetheme.NewErrorThemedResource(fynetheme.ErrorIcon()), theme.ColorNameBad, fynetheme.ColorNameError
	}
	return fynetheme.NewPrimaryThemedResource(fynetheme.InfoIcon()), theme.ColorNameSurface, fynetheme.ColorNameSeparator
}

// Sign is the sign of a mood, as high as size.
func Sign(m Mood, size float32) *canvas.Image {
	resource, _, _ := m.look()
	image := canvas.NewImageFromResource(resource)
	image.FillMode = canvas.ImageFillContain
	image.SetMinSize(fyne.NewSquareSize(size))
	return image
}

// Notice is a panel with a sign, a title (or "") and content below it.
func Notice(m Mood, title string, content ...fyne.CanvasObject) fyne.CanvasObject {
	_, ground, edge := m.look()
	lines := container.NewVBox()
	if title != "" {
		lines.Add(Strong(title))
	}
	for _, c := range content {
		lines.Add(c)
	}
	sign := container.NewVBox(Padded(3, 0, 2, 8, Sign(m, fynetheme.Size(fynetheme.SizeNameInlineIcon)*1.2)))
	return NewPanel(ground, edge, Padded(10, 10, 11, 11, Close(container.NewBorder(nil, nil, sign, nil, lines))))
}

// Verdict is a notice that is the answer of a whole page: its title is as large as
// a heading, and so is the sign.
func Verdict(m Mood, title string, content ...fyne.CanvasObject) fyne.CanvasObject {
	_, ground, edge := m.look()
	lines := container.NewVBox(Heading(title))
	for _, c := range content {
		lines.Add(c)
	}
	sign := container.NewVBox(Padded(4, 0, 2, 14, Sign(m, fynetheme.Size(fynetheme.SizeNameInlineIcon)*2)))
	return NewPanel(ground, edge, Padded(14, 14, 14, 14, Close(container.NewBorder(nil, nil, sign, nil, lines))))
}

// Card is a panel for what belongs together.
func Card(content ...fyne.CanvasObject) *Panel {
	return NewPanel(theme.ColorNameSurface, fynetheme.ColorNameSeparator,
		Padded(12, 12, 14, 14, Column(6, content...)))
}
