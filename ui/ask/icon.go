package ask

import (
	"context"
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Icon finds the icon of the program at a path, (app/programicon). It may take its
// time, and must not touch a window.
type Icon func(ctx context.Context, program string) (image.Image, error)

// iconTime is how long an icon is looked for. The question is on screen meanwhile.
const iconTime = 2 * time.Second

// find looks for the icon of a program beside everything else. The icon comes at
// most once, and never too late.
func find(ctx context.Context, icon Icon, program string) <-chan image.Image {
	if icon == nil || program == "" {
		return nil
	}
	found := make(chan image.Image, 1)
	ctx, cancel := context.WithTimeout(ctx, iconTime)
	go func() {
		defer cancel()
		if picture, err := icon(ctx, program); err == nil && ctx.Err() == nil {
			found <- picture
		}
	}()
	return found
}

// programIcon is the place of an icon, no higher than the name beside it: nothing
// below moves when it comes, least of all a button under a finger.
func programIcon() (icon *canvas.Image, place *fyne.Container) {
	icon = &canvas.Image{FillMode: canvas.ImageFillContain}
	icon.SetMinSize(fyne.NewSquareSize(fynetheme.Size(fynetheme.SizeNameText) * 1.5))
	place = padded(0, 0, 3, 0, icon) // begins where the texts do
	place.Hide()
	return icon, place
}

// showIcon puts the program's icon beside its name. It says nothing that the words
// do not say.
func (v *view) showIcon(picture image.Image) {
	v.icon.Image = picture
	v.iconPlace.Show()
	v.icon.Refresh()
	v.sentences.Refresh()
}
