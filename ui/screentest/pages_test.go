//go:build linux

package screentest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/pkcs11module/builttest"
)

// looks are the colours that can be chosen.
func looks() []settings.Look {
	return []settings.Look{settings.LookLight, settings.LookDark, settings.LookHighContrast}
}

// pages are the lines of the navigation, in the order of their keys.
func pages() []string {
	return []string{"home", "certificate", "browsers", "trylogin", "doctor", "guide", "training", "settings", "about"}
}

// TestEveryPage visits every page of the navigation in every look, by keys.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.lay()
	for _, look := range looks() {
		d.choose(func(s *settings.Settings) { s.Look = look })
		d.open()
		d.sees(d.text("home.cie.title"))
		before := map[string]string{}
		for _, page := range pages() {
			d.goes(page)
			picture := d.still()
			name := fmt.Sprintf("page-%s-%s", page, look)
			d.picture(name)
			assert.Greater(t, colours(picture), 50, "%s is empty", name)
			assert.Equal(t, look != settings.LookLight, dark(picture), "%s: light or dark?", name)
			seen := string(picture.Pix)
			assert.Empty(t, before[seen], "%s looks as another page", name)
			before[seen] = name
		}
		d.quit()
		d.spent(0, 0)
		if !builttest.All() {
			break // the first look
		}
	}
}

// dark tells whether the middle of the screen is.
func dark(picture *image.RGBA) bool {
	sum, n := 0, 0
	for y := picture.Rect.Dy() / 4; y < picture.Rect.Dy()*3/4; y += 3 {
		for x := picture.Rect.Dx() / 4; x < picture.Rect.Dx()*3/4; x += 3 {
			sum += int(color.GrayModel.Convert(picture.RGBAAt(x, y)).(color.Gray).Y)
			n++
		}
	}
	return sum/n < 0x80
}

// TestScreenshots writes the pictures of docs/screenshots: make screenshots.
func TestScreenshots(t *testing.T) {
	if os.Getenv("CIENTRO_SCREENSHOTS") == "" {
		t.Skip("writes docs/screenshots anew: make screenshots does")
	}
	program := installed(t)
	parts := map[string]func(*desk, func(string)){
		"welcome": (*desk).shootWelcome, "pages": (*desk).shootPages, "computer": (*desk).shootComputer,
		"wizards": (*desk).shootWizards, "work": (*desk).shootWork, "guide": (*desk).shootGuide, "training": (*desk).shootTraining,
	}
	for _, look := range looks() {
		for name, take := range parts {
			t.Run(string(look)+"/"+name, func(t *testing.T) {
				t.Parallel()
				d := openDesk(t)
				d.program = program
				d.lay()
				d.choose(func(s *settings.Settings) { s.Look = look })
				take(d, func(name string) { t.Helper(); d.shoot(name + "-" + string(look)) })
				d.quit()
			})
		}
	}
	t.Run("english", func(t *testing.T) {
		t.Parallel()
		d := openDesk(t)
		d.program = program
		d.lay()
		d.choose(func(s *settings.Settings) { s.Language = settings.LanguageEnglish })
		d.speak(messages.English)
		d.open()
		d.sees(d.text("home.cie.title"))
		d.shoot("home-english")
		d.quit()
	})
}

// installed copies the programs to where pictures may say that they are: the
// folder in which somebody builds them is nobody's business.
func installed(t *testing.T) string {
	t.Helper()
	const target = "/var/tmp/cientro"
	require.NoError(t, os.Mkdir(target, 0o700))
	t.Cleanup(func() { _ = os.RemoveAll(target) })
	for _, name := range []string{"cientro", "cientro-desktop", "libcientro-pkcs11.so"} {
		content, err := os.ReadFile(builttest.File(t, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(target, name), content, 0o700))
	}
	return filepath.Join(target, "cientro-desktop")
}

func (d *desk) shootWelcome(shoot func(string)) {
	d.t.Helper()
	d.choose(func(s *settings.Settings) { s.Welcomed = false })
	d.open()
	d.still()
	shoot("welcome")
}

// shootPages takes the pages of the navigation, and Home without a card.
func (d *desk) shootPages(shoot func(string)) {
	d.t.Helper()
	d.withHome() // what is in the home folder of who takes pictures is nobody's business
	d.card.Remove()
	d.open()
	d.sees(d.text("home.empty.title"))
	shoot("home-empty")
	require.NoError(d.t, d.card.Insert())
	d.sees(d.text("home.cie.title"))
	for _, page := range pages() {
		if slices.Contains([]string{"browsers", "trylogin", "doctor"}, page) {
			continue // those of shootComputer
		}
		d.goes(page)
		if page == "certificate" {
			d.sees(begin(d.text("operations.heading.certificate.type-pin"), 4))
		}
		shoot(page)
	}
}

// shootWizards takes the wizards at their steps.
func (d *desk) shootWizards(shoot func(string)) {
	d.t.Helper()
	enter := func(code string) { d.types(code); d.press("Return") }
	d.open()
	d.tile("verify")
	d.sees(d.text("operations.heading.verify.type-pin"))
	d.types(pin[:5])
	shoot("verify")
	d.types(pin[5:])
	d.press("Return")
	d.sees(d.text("operations.done.verify.title"))
	shoot("verify-done")
	d.home()
	d.tile("change")
	d.sees(d.text("operations.heading.change.type-pin"))
	enter(pin)
	d.sees(d.text("operations.heading.change.type-new-pin"))
	enter("12345678")
	d.sees(begin(d.text("operations.refused.weak-ascending"), 4))
	shoot("change-refused")
	d.home()
	d.tile("verify")
	for left := 2; left > 0; left-- {
		d.sees(d.text("operations.heading.verify.type-pin"))
		enter(wrong)
		d.sees(begin(d.text("meaning.one_spent"), 4), d.triesLeft(left, 3))
		shoot(fmt.Sprintf("verify-wrong-%d-left", left))
		d.press("Return")
	}
	d.sees(d.text("operations.lasttry.heading.last"))
	shoot("last-try")
	d.presses(d.text("operations.lasttry.sure"))
	d.presses(d.text("operations.lasttry.go"))
	d.sees(d.text("operations.heading.verify.type-pin"))
	enter(wrong)
	d.sees(d.text("operations.offer.unblock"))
	shoot("pin-blocked")
	d.home()
	d.sees(d.text("home.cie.blocked.title"))
	shoot("home-blocked")
	d.tile("unblock")
	d.sees(d.text("operations.heading.unblock.type-puk"))
	d.types(puk[:5])
	shoot("unblock")
	d.types(puk[5:])
	d.press("Return")
	for _, heading := range []string{"unblock.type-new-pin", "unblock.type-again"} {
		d.sees(d.text("operations.heading." + heading))
		enter(pin)
	}
	d.sees(d.text("operations.done.unblock.title"))
	shoot("unblock-done")
	d.goes("certificate")
	d.sees(begin(d.text("operations.heading.certificate.type-pin"), 4))
	enter(pin)
	d.sees(d.text("certificate.page.title"))
	shoot("certificate-read")
}

// shootWork takes the card at work.
func (d *desk) shootWork(shoot func(string)) {
	d.t.Helper()
	d.open()
	d.tile("verify")
	d.sees(d.text("operations.heading.verify.type-pin"))
	d.types(pin)
	d.slow.Store(int64(patience)) // few commands are left: each takes until it was seen
	d.press("Return")
	d.sees(d.text("progress.keep-still"))
	shoot("verify-working")
	d.slow.Store(0)
	d.sees(d.text("operations.done.verify.title"))
}

// shootComputer takes the pages about the computer, whose default browser is there
// and knows the module.
func (d *desk) shootComputer(shoot func(string)) {
	d.t.Helper()
	d.moveIn()
	d.open()
	d.sees(d.text("home.cie.title"))
	d.goes("trylogin")
	d.sees(d.text("trylogin.verdict.prepared"))
	shoot("trylogin")
	d.goes("browsers")
	d.sees(begin(d.text("browsers.lead"), 4))
	shoot("browsers")
	d.goes("doctor")
	shoot("doctor")
	d.press("Return")
	d.where(d.text("checkup.again"))
	shoot("doctor-report")
	d.turnTo(d.text("checkup.code.title"))
	const wheelDown = "5"
	d.wheel(wheelDown, 30)
	shoot("doctor-code")
}

func (d *desk) shootGuide(shoot func(string)) {
	d.t.Helper()
	d.open()
	d.goes("guide")
	d.presses(begin(d.text("guide.topic.booking.title"), 4))
	d.still()
	d.showCode()
	shoot("guide-code")
}

func (d *desk) shootTraining(shoot func(string)) {
	d.t.Helper()
	d.card.Remove() // the one of the training is the only one then
	d.open()
	d.goes("training")
	d.sees(d.text("training.off.title"))
	d.press("Return")
	d.sees(d.text("training.on"))
	shoot("training-card")
	for _, part := range []string{"journal", "exercises"} {
		d.nextTab()
		d.sees(begin(d.text("training."+part+".lead"), 3))
		shoot("training-" + part)
	}
	d.home()
	d.sees(d.text("home.cie.title"))
	shoot("home-demo")
	d.goes("training")
	d.presses(d.text("training.stop"))
	d.still()
}

// nextTab chooses the part of the training beside the one that is shown, by keys:
// whoever comes back to the page has the chosen tab under the fingers.
func (d *desk) nextTab() {
	d.t.Helper()
	d.home()
	d.goes("training")
	d.press("Tab", "space")
}

// largest is how many bytes a picture in docs may have.
const largest = 100_000

// shoot writes what the window shows into docs/screenshots, in few colours.
func (d *desk) shoot(name string) {
	d.t.Helper()
	time.Sleep(time.Second) // what is drawn last
	picture := d.still().SubImage(d.place(d.app.number))
	var content bytes.Buffer
	require.NoError(d.t, png.Encode(&content, picture))
	target := filepath.Join(root(d.t), "docs", "screenshots")
	require.NoError(d.t, os.MkdirAll(target, 0o750))
	target = filepath.Join(target, name+".png")
	convert := exec.Command("convert", "png:-", "+dither", "-colors", "200", "-strip", "-define", "png:compression-level=9",
		"PNG8:"+target)
	convert.Stdin = &content
	said, err := convert.CombinedOutput()
	require.NoError(d.t, err, string(said))
	made, err := os.Stat(target)
	require.NoError(d.t, err)
	assert.Less(d.t, made.Size(), int64(largest), name)
}
