package home

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

var pictures = flag.Bool("pictures", false, "draw every state in every look and size, for eyes")

// TestPictures draws what the page looks like; with -pictures all of it.
func TestPictures(t *testing.T) {
	some := representative()
	for _, name := range slices.Sorted(maps.Keys(states())) {
		if !*pictures && !slices.Contains(some, name) {
			continue
		}
		for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
			for _, text := range []float64{1, 2} {
				if (look != theme.Light || text != 1) && !slices.Contains(some, name) || !*pictures && (look != theme.Light || text != 1) && name != "ready" {
					continue
				}
				uitest.App(t, look, text)
				st := stage(t, uitest.Words(t, messages.Italian), states()[name])
				if text == 2 {
					st.window.resize(1000, 700)
				}
				uitest.Screen(t, st.window.window, fmt.Sprintf("home-%s-%s-%.0f", name, look, 100*text))
			}
		}
	}
}

// representative are states that look different from each other.
func representative() []string {
	return []string{"no-reader", "empty", "foreign-cns", "ready", "ready-blocked", "refused-hash", "three"}
}

// TestNothingIsClipped in any state, language and size of text, at the width that
// the window leaves: beside the navigation, and below it where the text is large.
// In its short form every state is seen with the longer sentences only, which
// leave less room than ours.
func TestNothingIsClipped(t *testing.T) {
	printers := uitest.Languages(t)
	for text, width := range map[float64]float32{1: 760, 1.5: 800, 2: 1000} {
		uitest.App(t, theme.Light, text)
		for language, p := range printers {
			for name, state := range states() {
				if os.Getenv("CIENTRO_TEST_ALL") == "" && language != "longer" && !slices.Contains(representative(), name) {
					continue
				}
				st := stage(t, p, state)
				st.window.resize(width, 700)
				assert.Empty(t, uitest.Clipped(st.window.window), "%s %s at %v", name, language, text)
				st.Hidden()
			}
		}
	}
}

// TestEveryControlIsReachedByTab, top to bottom, and only those that do
// something.
func TestEveryControlIsReachedByTab(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	for name, state := range states() {
		st := stage(t, uitest.Words(t, messages.Italian), state)
		w := st.window.window
		reached := map[fyne.Focusable]bool{}
		for range 2 * (len(st.drawn.controls) + 1) {
			uitest.Press(w, fyne.KeyTab)
			if f := w.Canvas().Focused(); f != nil {
				reached[f] = true
			}
		}
		for control, object := range st.drawn.controls {
			if d, ok := object.(fyne.Disableable); ok && d.Disabled() {
				assert.False(t, reached[object], "%s: %s cannot be used", name, control)
				continue
			}
			assert.True(t, reached[object], "%s: %s", name, control)
		}
		assert.LessOrEqual(t, len(reached), len(st.drawn.controls), name)
	}
}

func TestTilesGoTheirWay(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	st := stage(t, uitest.Words(t, messages.Italian), lying(ready(nil)))
	for _, id := range []string{"verify", "change", "unblock", "certificate", "trylogin"} {
		st.window.window.Canvas().Focus(st.drawn.controls["tile "+id])
		uitest.Press(st.window.window, fyne.KeyReturn)
	}
	assert.Equal(t, []string{"verify ", "change ", "unblock ", "certificate ", "trylogin "}, st.window.went)

	st = stage(t, uitest.Words(t, messages.Italian), states()["ready-blocked"])
	for _, id := range []string{"verify", "change", "certificate", "trylogin"} {
		test.Tap(st.drawn.controls["tile "+id].(*widgets.Tile))
	}
	assert.Empty(t, st.window.went, "not while the PIN is blocked")
	test.Tap(st.drawn.controls["tile lost"].(*widgets.Tile))
	assert.Equal(t, []string{"guide lost-codes"}, st.window.went)
}

// TestThePageFollowsTheDesk, and keeps the focus where it can.
func TestThePageFollowsTheDesk(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	st := stage(t, uitest.Words(t, messages.Italian), lying())
	w := st.window.window
	assert.Contains(t, uitest.Says(w), "Collega un lettore")
	st.desk.tell(lying(at(desk.LookEmpty)))
	assert.Contains(t, uitest.Says(w), "Appoggia la carta")
	st.desk.tell(lying(at(desk.LookReading)))
	assert.Contains(t, uitest.Says(w), "Leggo la carta…")
	st.desk.tell(lying(ready(nil)))
	says := uitest.Says(w)
	for _, sentence := range []string{
		"La tua CIE è pronta", "restano 3 tentativi su 3", "restano 10 tentativi su 10", "••••4207", "Gemalto",
		"Sì, provata fino allo Stato che l'ha emessa", "Il chip ha dimostrato di possedere la sua chiave segreta",
		"non ancora letto: si legge con il PIN", "Verifica il PIN", "Cambia il PIN", "Sblocca con il PUK", "Prova l'accesso",
	} {
		assert.Contains(t, says, sentence)
	}
	assert.Nil(t, w.Canvas().Focused(), "nobody asked for it")

	w.Canvas().Focus(st.drawn.controls["tile unblock"])
	st.desk.tell(lying(ready(func(c *desk.Card) { c.PIN = code(0, 3) })))
	assert.Contains(t, uitest.Says(w), "Il PIN è bloccato")
	assert.Equal(t, "unblock", st.p.screen().tiles[0].id)
	assert.Same(t, st.drawn.controls["tile unblock"], w.Canvas().Focused())
	st.desk.tell(lying(at(desk.LookEmpty)))
	assert.Equal(t, widgets.First(st.drawn.content), w.Canvas().Focused(), "what had it is gone")

	before := st.drawn.content
	st.desk.tell(lying(at(desk.LookEmpty)))
	assert.Same(t, before, st.drawn.content, "the same is not drawn again")
	st.Hidden()
	st.Hidden()
	st.desk.tell(lying(ready(nil)))
	assert.Contains(t, uitest.Says(w), "Appoggia la carta", "out of sight nothing moves")
	st.Shown()
	assert.Contains(t, uitest.Says(w), "La tua CIE è pronta")
	assert.Empty(t, st.desk.done(), "a page that is looked at does nothing by itself")
}

func TestChoosing(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	st := stage(t, uitest.Words(t, messages.Italian), states()["three"])
	test.Tap(st.drawn.controls["row "+readerC].(*widgets.Tile))
	assert.Empty(t, st.desk.done(), "what is no CIE is shown only")
	assert.Contains(t, uitest.Says(st.window.window), "Sul lettore c'è una Tessera Sanitaria (TS-CNS)")
	test.Tap(st.drawn.controls["row "+readerB].(*widgets.Tile))
	assert.Equal(t, []string{"choose " + readerB}, st.desk.done())
}

func TestLookingAgain(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	for _, name := range []string{"mute", "ready", "trouble-lost", "foreign-unknown", "refused-hash", "refused-chip"} {
		st := stage(t, uitest.Words(t, messages.Italian), states()[name])
		test.Tap(st.drawn.controls["again"].(*widgets.Button))
		assert.Equal(t, []string{"again " + readerA}, st.desk.done(), name)
	}
}

func TestCommandIsCopied(t *testing.T) {
	a := uitest.App(t, theme.Light, 1)
	st := stage(t, uitest.Words(t, messages.Italian), states()["service-missing"])
	test.Tap(st.drawn.controls["copy"].(*widgets.Button))
	assert.Equal(t, "sudo apt install pcscd", a.Clipboard().Content())
}

// TestAccepting takes a tick and a press.
func TestAccepting(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	st := stage(t, uitest.Words(t, messages.Italian), states()["refused-hash"])
	st.desk.acceptErr = errors.New("it went wrong")
	accept, understood := st.drawn.controls["accept"].(*widgets.Button), st.drawn.controls["understood"].(*widgets.Check)
	test.Tap(accept)
	test.Tap(understood)
	test.Tap(understood)
	test.Tap(accept)
	assert.Empty(t, st.desk.done(), "not understood")
	test.Tap(understood)
	test.Tap(accept)
	<-st.desk.accepted
	assert.Equal(t, []string{"accept " + readerA}, st.desk.done())
	require.Eventually(t, func() bool {
		said := ""
		fyne.DoAndWait(func() { said = uitest.Says(st.window.window) })
		return strings.Contains(said, "La carta non è stata accettata:")
	}, 5*time.Second, 10*time.Millisecond)

	unseen := newHome(st.window, st.desk, "linux", now)
	unseen.accept(readerA) // nobody sees the page, and nothing happens
	assert.Len(t, st.desk.done(), 1)
}

// TestPageOfADesk is the page as the program makes it.
func TestPageOfADesk(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	w := &fakeWindow{words: uitest.Words(t, messages.English), window: test.NewWindow(nil)}
	p := New(w, desk.New(desk.Config{}))
	w.window.SetContent(p.Content())
	assert.Contains(t, uitest.Says(w.window), "One moment…")
	assert.Nil(t, p.Shown())
	p.Hidden()
}

// TestCardFace compares with testdata: what the card shows, and where.
func TestCardFace(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	for name, f := range map[string]face{
		"ready":   {name: "Carta d'identità elettronica", nis: "••••4207", mood: good},
		"refused": {name: "Carta d'identità elettronica", mood: bad},
		"demo":    {name: "Carta d'identità elettronica", nis: "••••4207", demo: "DEMO", mood: warning},
	} {
		c := newCardFace(f)
		w := test.NewWindow(c)
		w.SetPadded(false)
		w.Resize(c.MinSize())
		test.AssertObjectRendersToMarkup(t, "cardface-"+name+".xml", c)
		assert.Empty(t, uitest.Clipped(w), name)
		w.Close()
	}
}

// TestCardFaceFollowsTheTheme: colours and size.
func TestCardFaceFollowsTheTheme(t *testing.T) {
	a := uitest.App(t, theme.Light, 1)
	c := newCardFace(face{name: "CIE", nis: "••••4207", demo: "DEMO", mood: good})
	w := test.NewWindow(c)
	defer w.Close()
	r := test.WidgetRenderer(c).(*cardFaceRenderer)
	light, small := r.disc.FillColor, c.MinSize()
	a.Settings().SetTheme(theme.New(theme.Dark, 2))
	c.Refresh()
	assert.NotEqual(t, light, r.disc.FillColor)
	assert.InDelta(t, 2*small.Width, c.MinSize().Width, 0.01)
}

// TestPicturesAreThere, and have no colour that is not the theme's.
func TestPicturesAreThere(t *testing.T) {
	a := uitest.App(t, theme.HighContrast, 1)
	colours := inks(a.Settings().Theme(), a.Settings().ThemeVariant())
	for _, name := range []scene{"face", sceneService, sceneReader, sceneContact, sceneEmpty, sceneReading, sceneMoving, sceneMute, sceneForeign, sceneTrouble} {
		raw := string(painted(string(name), colours).Content())
		assert.NotRegexp(t, `#00000[1-9]"`, raw, "%s: a colour that stands for none of the theme's", name)
		assert.Regexp(t, `#ffe600|#ffffff`, raw, name)
	}
	assert.Panics(t, func() { painted("no such picture", colours) })
}
