package ask

import (
	"context"
	"errors"
	"image"
	"image/color"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/lasttry"
	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// sign is a picture that no program has: a disc with a quarter of another colour.
func sign(width, height int) image.Image {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			dx, dy := 2*float64(x)/float64(width)-1, 2*float64(y)/float64(height)-1
			switch {
			case dx*dx+dy*dy > 1:
			case dx > 0 && dy < 0:
				picture.Set(x, y, color.NRGBA{R: 255, G: 176, A: 255})
			default:
				picture.Set(x, y, color.NRGBA{R: 96, G: 32, B: 160, A: 255})
			}
		}
	}
	return picture
}

// TestTheIconMovesNothing: it comes while somebody may be about to press a button.
func TestTheIconMovesNothing(t *testing.T) {
	for name, r := range scenes() {
		for _, text := range []float64{1, 1.5, 2} {
			v := newView(uitest.App(t, theme.Light, text), ask(t, r, messages.Italian).presenter)
			v.show()
			places := func() (all []fyne.Position) {
				for _, o := range []fyne.CanvasObject{v.warning, v.sure, v.deny, v.consent} {
					all = append(all, fyne.CurrentApp().Driver().AbsolutePositionForObject(o))
				}
				return all
			}
			before, high := places(), v.sentences.MinSize().Height
			assert.False(t, v.iconPlace.Visible(), "no icon, no place for one")
			v.showIcon(sign(128, 128))
			assert.True(t, v.iconPlace.Visible())
			assert.Equal(t, before, places(), "%s at %v", name, text)
			if name != "long" { // that name needs another line
				assert.InDelta(t, high, v.sentences.MinSize().Height, 0.01, "%s at %v", name, text)
			}
		}
	}
}

func TestTheIconIsBesideTheName(t *testing.T) {
	_, v := open(t, request(), messages.Italian)
	before := uitest.Says(v.window)
	v.showIcon(sign(256, 128))
	assert.Equal(t, before, uitest.Says(v.window), "the words stay")
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.icon)
	assert.Positive(t, v.icon.Size().Width)
	assert.Less(t, v.icon.Size().Width, float32(40), "however large the picture")
	assert.Less(t, v.icon.Size().Height, float32(40))
	warning := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.warning)
	assert.Greater(t, at.Y, warning.Y+v.warning.Size().Height, "with the facts, not with the warning")
}

func TestTheIconComesHome(t *testing.T) {
	r := request()
	asked := make(chan string, 1)
	heard, _, running := runWith(t, r, func(_ context.Context, program string) (image.Image, error) {
		asked <- program
		return sign(64, 64), nil
	}, func(w fyne.Window, _ func()) {
		assert.Equal(t, r.Host.Program, <-asked)
		uitest.Press(w, fyne.KeyEscape)
	})
	assert.Equal(t, lasttry.Deny, heard)
	require.NoError(t, running)
}

// TestAnIconThatNeverComes holds nothing up: neither the question nor the answer.
func TestAnIconThatNeverComes(t *testing.T) {
	never := make(chan struct{})
	defer close(never)
	begun := time.Now()
	heard, _, running := runWith(t, request(), func(context.Context, string) (image.Image, error) {
		<-never
		return nil, errors.New("never")
	}, func(w fyne.Window, _ func()) { uitest.Press(w, fyne.KeyEscape) })
	assert.Equal(t, lasttry.Deny, heard)
	require.NoError(t, running)
	assert.Less(t, time.Since(begun), 10*time.Second)
}

func TestWhenAnIconIsLookedFor(t *testing.T) {
	give := func(context.Context, string) (image.Image, error) { return sign(64, 64), nil }
	assert.Nil(t, find(t.Context(), nil, "/usr/bin/firefox"))
	assert.Nil(t, find(t.Context(), give, ""), "a program that nobody knows has no icon")
	assert.NotNil(t, <-find(t.Context(), give, "/usr/bin/firefox"))

	done := make(chan struct{})
	none := find(t.Context(), func(ctx context.Context, _ string) (image.Image, error) {
		defer close(done)
		limit, ok := ctx.Deadline()
		assert.True(t, ok)
		assert.LessOrEqual(t, time.Until(limit), iconTime)
		return nil, errors.New("none")
	}, "/usr/bin/firefox")
	<-done
	assert.Empty(t, none)
}

// TestPicturesWithAnIcon draws the window for eyes: build/test/screens/ask-icon-*.
func TestPicturesWithAnIcon(t *testing.T) {
	for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
		for size, text := range map[string]float64{"100": 1, "200": 2} {
			for name, shape := range map[string][2]int{"icon": {128, 128}, "wide-icon": {256, 64}, "long-icon": {128, 128}} {
				r := request()
				if name == "long-icon" {
					r = scenes()["long"]
				}
				v := newView(uitest.App(t, look, text), ask(t, r, messages.Italian).presenter)
				v.show()
				v.showIcon(sign(shape[0], shape[1]))
				picture := strings.Join([]string{"ask", name, string(look), size}, "-")
				assert.Empty(t, uitest.Clipped(v.window), picture)
				uitest.Screen(t, v.window, picture)
			}
		}
	}
}
