//go:build linux

package screentest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/pkcs11module/builttest"
)

// TestChoicesAreFollowedAtOnce: language, colours and size of the text, with the
// pointer, and again after another start.
func TestChoicesAreFollowedAtOnce(t *testing.T) {
	builttest.NeedAll(t, "language, colours and size of the text, chosen with the pointer")
	t.Parallel()
	d := openDesk(t)
	d.open()
	d.sees(d.text("home.empty.title"))
	d.goes("settings")
	d.sees(d.text("settings.heading"))

	d.picks(d.text("settings.value.look.light"), d.text("settings.value.look.dark"))
	d.sees(d.text("settings.heading"))
	assert.True(t, dark(d.still()), "dark colours")
	d.picture("settings-dark")

	d.picks(d.words.Text("settings.percent", messages.Values{"Percent": 100}), d.words.Text("settings.percent", messages.Values{"Percent": 150}))
	before := d.where(d.text("settings.title.look"))
	assert.Greater(t, before.Dy(), 0)
	d.picture("settings-larger")

	d.picks(d.text("settings.value.language.it"), d.text("settings.value.language.en"))
	d.speak(messages.English)
	d.sees(d.text("settings.heading"))
	d.picture("settings-english")
	d.quit()

	now, _ := d.kept().Load()
	assert.Equal(t, []any{settings.LanguageEnglish, settings.LookDark, 150}, []any{now.Language, now.Look, now.TextSize})
	d.open()
	d.sees(d.text("home.empty.title"))
	assert.True(t, dark(d.still()), "dark colours after another start")
	d.picture("settings-again")
	d.quit()
}

// picks opens a list by what it shows, and takes another line of it.
func (d *desk) picks(now, wanted string) {
	d.t.Helper()
	d.presses(now)
	d.presses(wanted)
	d.still()
}
