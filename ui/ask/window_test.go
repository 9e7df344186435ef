package ask

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"

	"cientro/app/lasttry"
	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

func open(t testing.TB, r lasttry.Request, l messages.Language) (*asked, *view) {
	t.Helper()
	a := ask(t, r, l)
	v := newView(uitest.App(t, theme.Light, 1), a.presenter)
	v.show()
	return a, v
}

func TestNoIsReady(t *testing.T) {
	_, v := open(t, request(), messages.Italian)
	assert.Same(t, v.deny, v.window.Canvas().Focused())
	assert.True(t, v.consent.Disabled())
	assert.False(t, v.sure.Checked)
}

func TestKeysThatMeanNo(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		a, v := open(t, request(), messages.Italian)
		uitest.Press(v.window, key)
		assert.Equal(t, []lasttry.Answer{lasttry.Deny}, a.answers, key)

		if key == fyne.KeySpace {
			continue
		}
		a, v = open(t, request(), messages.Italian)
		v.window.Canvas().Unfocus()
		uitest.Press(v.window, key)
		assert.Equal(t, []lasttry.Answer{lasttry.Deny}, a.answers, "%s, with nothing focused", key)
	}
}

// TestEscapeIsNoEverywhere: whatever has the focus, also after the box is ticked.
func TestEscapeIsNoEverywhere(t *testing.T) {
	for _, focus := range []func(*view) fyne.Focusable{
		func(v *view) fyne.Focusable { return v.sure },
		func(v *view) fyne.Focusable { return v.consent },
		func(v *view) fyne.Focusable { return v.deny },
	} {
		a, v := open(t, request(), messages.Italian)
		test.Tap(v.sure)
		v.window.Canvas().Focus(focus(v))
		uitest.Press(v.window, fyne.KeyEscape)
		assert.Equal(t, []lasttry.Answer{lasttry.Deny}, a.answers)
	}
}

func TestOneKeyNeverConsents(t *testing.T) {
	keys := []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyY, fyne.KeyS, fyne.KeyF1, fyne.KeyDown, fyne.Key1}
	for _, first := range keys {
		for _, then := range keys {
			a, v := open(t, request(), messages.Italian)
			uitest.Press(v.window, first)
			uitest.Press(v.window, then)
			assert.NotContains(t, a.answers, lasttry.Consent, "%s %s", first, then)
		}
	}
}

func TestConsentByKeys(t *testing.T) {
	for _, press := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn} {
		a, v := open(t, request(), messages.Italian)
		uitest.Press(v.window, fyne.KeyTab)
		assert.Same(t, v.sure, v.window.Canvas().Focused(), "after the refusal comes the box")
		uitest.Press(v.window, fyne.KeyReturn)
		assert.False(t, v.sure.Checked, "Enter does not tick")
		assert.Empty(t, a.answers)
		uitest.Press(v.window, fyne.KeySpace)
		assert.True(t, v.sure.Checked)
		assert.Empty(t, a.answers)
		uitest.Press(v.window, fyne.KeyTab)
		assert.Same(t, v.consent, v.window.Canvas().Focused())
		uitest.Press(v.window, press)
		assert.Equal(t, []lasttry.Answer{lasttry.Consent}, a.answers)
	}
}

func TestConsentByPointer(t *testing.T) {
	a, v := open(t, request(), messages.Italian)
	test.Tap(v.consent)
	assert.Empty(t, a.answers, "the button is off")
	test.Tap(v.sure)
	assert.False(t, v.consent.Disabled())
	test.Tap(v.sure)
	assert.True(t, v.consent.Disabled())
	test.Tap(v.consent)
	assert.Empty(t, a.answers)
	test.Tap(v.sure)
	test.Tap(v.consent)
	assert.Equal(t, []lasttry.Answer{lasttry.Consent}, a.answers)
}

func TestRefusalByPointer(t *testing.T) {
	a, v := open(t, request(), messages.Italian)
	test.Tap(v.deny)
	assert.Equal(t, []lasttry.Answer{lasttry.Deny}, a.answers)
}

func TestTimeOverInTheWindow(t *testing.T) {
	a, v := open(t, request(), messages.English)
	test.Tap(v.sure)
	a.clock.pass(59 * time.Second)
	assert.True(t, a.tick())
	v.refresh()
	assert.Contains(t, uitest.Says(v.window), "nothing is sent: 1 second left.")
	a.clock.pass(time.Second)
	v.refresh()
	assert.True(t, v.consent.Disabled())
	test.Tap(v.consent)
	assert.False(t, a.tick())
	assert.Equal(t, []lasttry.Answer{lasttry.Deny}, a.answers)
}

func TestTheWindowSaysAllThatCounts(t *testing.T) {
	_, v := open(t, request(), messages.Italian)
	says := uitest.Says(v.window)
	for _, want := range []string{
		"Ultimo tentativo per il PIN",
		"Firefox vuole inviare alla carta il PIN che hai scritto. Finora non è stato inviato nulla.",
		"/usr/lib/firefox-esr/firefox-esr", "ACS ACR1252 1S CL Reader PICC 00 00", "resta 1 tentativo su 3",
		"Resta un solo tentativo: se il PIN che hai scritto è sbagliato, il PIN si blocca e servirà il PUK.",
		"Sono sicuro del PIN", "Non inviare", "Invia il PIN", "60 secondi",
	} {
		assert.Contains(t, says, want)
	}
	assert.NotContains(t, says, "DEMO")
	assert.NotContains(t, says, "[", "a key that has no sentence")
	assert.Equal(t, "CIEntro – conferma per il PIN", v.window.Title())
}

// TestAnswersStayInSight: neither a long name nor large letters push the warning
// and the buttons out of a small laptop's screen.
func TestAnswersStayInSight(t *testing.T) {
	for name, r := range scenes() {
		for _, text := range []float64{1, 1.5, 2} {
			a := ask(t, r, messages.Italian)
			v := newView(uitest.App(t, theme.Light, text), a.presenter)
			v.show()
			window := v.window.Canvas().Size()
			assert.LessOrEqual(t, window.Height, float32(mostHeight), "%s at %v", name, text)
			for _, o := range []fyne.CanvasObject{v.deny, v.consent, v.sure} {
				at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
				assert.LessOrEqual(t, at.Y+o.Size().Height, window.Height, "%s at %v", name, text)
			}
			warning := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.warning)
			answers := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.sure)
			assert.LessOrEqual(t, warning.Y+v.warning.Size().Height, answers.Y, "%s at %v", name, text)
			if text == 1 {
				assert.InDelta(t, v.sentences.MinSize().Height, v.scrolled.Size().Height, 1, "%s: nothing to scroll", name)
			}
		}
	}
}

// scenes are the forms that the window can take.
func scenes() map[string]lasttry.Request {
	demo, seen, unknown, long, nameless := request(), request(), request(), request(), request()
	demo.Demo = true
	seen.Tries.Source = lasttry.SourceLastSeen
	unknown.Tries = lasttry.Tries{Max: 3, Source: lasttry.SourceUnknown}
	long.Host.Name = "a program with a very long name that somebody gave it to push the rest out of sight"
	long.Host.Program = "/home/someone/" + strings.Repeat("a-long-folder/", 8) + "program"
	long.Reader = "Identiv uTrust 3700 F CL Reader [Identiv uTrust 3700 F Contactless Interface] (55001234567890) 00 00"
	nameless.Host = lasttry.Host{PID: 4711}
	nameless.Reader = ""
	return map[string]lasttry.Request{"last": request(), "demo": demo, "seen": seen, "unknown": unknown, "long": long, "nameless": nameless}
}

// TestNothingIsClipped draws each scene in each language, look and size; the
// pictures are in build/test/screens.
func TestNothingIsClipped(t *testing.T) {
	for name, r := range scenes() {
		for _, l := range messages.Languages() {
			for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
				for size, text := range map[string]float64{"100": 1, "150": 1.5, "200": 2} {
					if name != "last" && (look != theme.Light || l != messages.Italian) {
						continue
					}
					a := ask(t, r, l)
					v := newView(uitest.App(t, look, text), a.presenter)
					v.show()
					picture := strings.Join([]string{"ask", name, string(l), string(look), size}, "-")
					assert.Empty(t, uitest.Clipped(v.window), picture)
					uitest.Screen(t, v.window, picture)
				}
			}
		}
	}
}
