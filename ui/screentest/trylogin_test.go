//go:build linux

package screentest

import (
	"image"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/builttest"
)

// TestTryTheLogin: a person tries the login in the default browser, from the page
// of the app, and reads there that all is ready. The card hears one VERIFY.
func TestTryTheLogin(t *testing.T) {
	builttest.NeedAll(t, "logs in with the default browser, from the page of the app")
	t.Parallel()
	d := openDesk(t)
	d.lay()
	d.moveIn()
	d.open()
	d.sees(d.text("home.cie.title"))
	d.goes("trylogin")
	d.sees(d.text("trylogin.verdict.prepared"))
	d.picture("trylogin-prepared")
	d.spent(0, 0)
	d.presses(d.text("trylogin.own.title"))

	d.window("Mozilla Firefox")
	advanced := d.where("Advanced")
	d.picture("trylogin-warning")

	// What to do there is told in the app.
	browser := d.turnsTo(d.app.number)
	d.sees(d.text("trylogin.verdict.running"), "«Procedi su localhost")
	d.picture("trylogin-steps")
	d.spent(0, 0)
	d.turnsTo(browser)

	d.clickAt(advanced.Min.Add(advanced.Size().Div(2)))
	d.passes("(Risky)", "Accept the Risk and Continue")
	d.window("^Password Required")
	d.picture("trylogin-pin")
	d.spent(0, 0)
	d.types(pin)
	d.press("Return")
	d.sees(d.text("browserdemo.in.heading"))
	d.picture("trylogin-in")

	d.turnsTo(d.app.number)
	d.sees(begin(d.text("trylogin.verdict.ready"), 6))
	d.picture("trylogin-ready")
	d.presses(d.text("trylogin.done"))
	d.sees(d.text("trylogin.again"), begin(d.text("trylogin.verdict.ready"), 6))
	d.picture("trylogin-closed")
	d.spent(1, 0)
	assert.Equal(t, 3, d.card.State().PINTries)
}

// turnsTo brings a window to the front, and returns which one was there.
func (d *desk) turnsTo(number string) string {
	d.t.Helper()
	before, err := d.do("getwindowfocus")
	require.NoError(d.t, err)
	_, err = d.do("windowactivate", "--sync", number)
	require.NoError(d.t, err)
	return before
}

// passes presses what leads past the warning of the browser, in the words of today's
// Firefox ("Proceed to localhost:PORT (Risky)") or of an older one. It stands below
// all that the browser has to say, which may be more than fits the screen.
func (d *desk) passes(ways ...string) {
	d.t.Helper()
	const wheelDown = "5"
	d.wheel(wheelDown, 40)
	var proceed image.Rectangle
	d.wait(2, func(lines []line) bool {
		for _, words := range ways {
			if found := findAlone(lines, words); found != nil {
				proceed = found[0]
			}
		}
		return !proceed.Empty()
	}, "a way past the warning")
	d.picture("trylogin-advanced")
	d.clickAt(proceed.Min.Add(proceed.Size().Div(2)))
}
