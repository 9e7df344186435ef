package shell

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"

	"cientro/ui/page"
	"cientro/ui/widgets"
)

// newItem is a line of the navigation, named by its page: a sign and words. Those
// of the page in sight are bold.
func newItem(name page.Name, icon fyne.Resource, words string, tapped func()) *widgets.Way {
	i := widgets.NewWay(string(name), words, tapped)
	image, text := canvas.NewImageFromResource(nil), canvas.NewText(words, color.Transparent)
	image.FillMode = canvas.ImageFillContain
	line := container.NewHBox(widgets.Padded(0, 0, 0, 6, container.NewCenter(image)), container.New(boldRoom{}, text), layout.NewSpacer())
	i.Fill(container.NewBorder(nil, nil, widgets.Padded(5, 5, 0, 0, i.Bar()), nil, widgets.Padded(7, 7, 8, 10, line)),
		func(th fyne.Theme, variant fyne.ThemeVariant) {
			image.Resource = fynetheme.NewThemedResource(icon)
			image.SetMinSize(fyne.NewSquareSize(th.Size(fynetheme.SizeNameInlineIcon) * 1.1))
			text.TextSize = th.Size(fynetheme.SizeNameText)
			text.TextStyle = fyne.TextStyle{Bold: i.Current()}
			text.Color = th.Color(fynetheme.ColorNameForeground, variant)
		})
	return i
}

// boldRoom is as wide as the words would be in bold, so that marking a line moves
// nothing.
type boldRoom struct{}

func (boldRoom) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	least := objects[0].MinSize()
	objects[0].Resize(least)
	objects[0].Move(fyne.NewPos(0, (size.Height-least.Height)/2))
}

func (boldRoom) MinSize(objects []fyne.CanvasObject) fyne.Size {
	text := objects[0].(*canvas.Text)
	return text.MinSize().Max(fyne.MeasureText(text.Text, text.TextSize, fyne.TextStyle{Bold: true}))
}
