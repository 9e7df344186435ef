//go:build linux

package screentest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/card/virtual"
)

// atHome opens the program with a card on the reader, and waits until it is ready.
func atHome(t testing.TB) *desk {
	t.Helper()
	d := openDesk(t)
	d.lay()
	d.open()
	d.sees(d.text("home.cie.title"))
	return d
}

// triesLeft is how a number of tries is said.
func (d *desk) triesLeft(n, of int) string {
	return d.words.Count("tries.of", n, messages.Values{"Max": of})
}

// home goes there by key.
func (d *desk) home() {
	d.t.Helper()
	d.goes("home")
}

// tile presses one of the big actions of the home page.
func (d *desk) tile(name string) {
	d.t.Helper()
	d.presses(d.text("home.tile." + name + ".title"))
}

// TestVerifyByKeys: from the start to the end without the pointer.
func TestVerifyByKeys(t *testing.T) {
	t.Parallel()
	d := atHome(t)
	d.spent(0, 0)
	d.press("F6", "F6", "Return") // into the navigation, and over to the page
	d.sees(d.text("operations.heading.verify.type-pin"), d.triesLeft(3, 3))
	d.types(pin[:7])
	d.press("Return") // seven digits are no PIN
	d.quiet()
	d.types(pin[7:])
	d.quiet() // nothing goes out before it is confirmed
	d.spent(0, 0)
	d.press("Return")
	d.sees(d.text("operations.done.verify.title"))
	d.spent(1, 0)
	d.press("Return")
	d.sees(d.text("home.cie.title"))
	d.quit()
	d.spent(1, 0)
}

// TestThreeWrongPINs: the counter falls on the screen as it does on the card, the
// last try wants a second yes, and the PUK makes all good. Then the PIN is changed.
func TestThreeWrongPINs(t *testing.T) {
	t.Parallel()
	d := atHome(t)
	d.tile("verify")
	for left := 2; left > 0; left-- {
		d.sees(d.text("operations.heading.verify.type-pin"))
		d.types(wrong)
		d.press("Return")
		d.sees(begin(d.text("meaning.one_spent"), 4), d.triesLeft(left, 3))
		d.spent(3-left, 0)
		d.picture("wrong-" + string(rune('0'+left)))
		d.press("Return") // begin again
	}
	d.sees(d.text("operations.lasttry.heading.last"), d.triesLeft(1, 3))
	d.picture("last-try")
	d.press("Return") // the way out has the focus
	d.sees(d.text("home.cie.last.title"))
	d.spent(2, 0)

	d.tile("verify")
	d.presses(d.text("operations.lasttry.go")) // does nothing yet
	d.sees(d.text("operations.lasttry.heading.last"))
	d.presses(d.text("operations.lasttry.sure"))
	d.presses(d.text("operations.lasttry.go"))
	d.sees(d.text("operations.heading.verify.type-pin"))
	d.spent(2, 0)
	d.types(wrong)
	d.press("Return")
	d.sees(d.text("tries.blocked"), d.text("operations.offer.unblock"))
	d.spent(3, 0)
	d.picture("blocked")
	assert.Zero(t, d.card.State().PINTries)

	d.press("Return") // what helps now has the focus
	d.unblocks()
	d.spent(3, 1)
	n := d.card.Counters()
	assert.Equal(t, 1, n.Reset[refPIN])

	d.home()
	d.sees(d.text("home.cie.title"))
	d.tile("change")
	d.changes()
	d.spent(4, 1)
	n = d.card.Counters()
	assert.Equal(t, 1, n.Change[refPIN])
	assert.Equal(t, wrong, d.card.State().PIN, "what was a wrong PIN is the PIN now")
	assert.Equal(t, 3, d.card.State().PINTries)
	d.close()
	d.spent(4, 1)
}

// unblocks goes through unblocking, and errs on the way.
func (d *desk) unblocks() {
	d.t.Helper()
	d.sees(d.text("operations.heading.unblock.type-puk"), d.text("operations.tenth.title"))
	d.types(puk)
	d.press("Return")
	for _, easy := range []struct{ pin, refusal string }{
		{"12345678", "weak-ascending"}, {"11111111", "weak-equal-digits"},
	} {
		d.sees(d.text("operations.heading.unblock.type-new-pin"))
		d.types(easy.pin)
		d.press("Return")
		d.sees(begin(d.text("operations.refused."+easy.refusal), 4))
	}
	d.types(fresh)
	d.press("Return")
	d.sees(d.text("operations.heading.unblock.type-again"))
	d.types(pin)
	d.press("Return")
	d.sees(begin(d.text("operations.refused.different"), 4))
	before := d.card.Counters()
	require.Zero(d.t, before.Verify[refPUK], "something was sent before all was typed")
	for range 2 {
		d.types(fresh)
		d.press("Return")
		d.still()
	}
	d.sees(d.text("operations.done.unblock.title"))
	assert.Equal(d.t, fresh, d.card.State().PIN)
}

// changes changes the PIN that was just set into the one that was wrong.
func (d *desk) changes() {
	d.t.Helper()
	d.sees(d.text("operations.heading.change.type-pin"))
	d.types(fresh)
	d.press("Return")
	d.sees(d.text("operations.heading.change.type-new-pin"))
	d.types(fresh)
	d.press("Return")
	d.sees(begin(d.text("operations.refused.weak-same-as-old"), 4))
	d.types(wrong)
	d.press("Return")
	d.sees(d.text("operations.heading.change.type-again"))
	d.types(wrong)
	d.press("Return")
	d.sees(d.text("operations.done.change.title"))
}

// TestCardPulled: in the middle of typing nothing is spent; in the middle of the
// work nobody knows, and the window says so.
func TestCardPulled(t *testing.T) {
	t.Parallel()
	d := atHome(t)
	d.tile("verify")
	d.sees(d.text("operations.heading.verify.type-pin"))
	d.types(pin)
	d.card.Remove()
	d.sees(d.text("problem.card_removed.title"), begin(d.text("meaning.nothing_sent"), 4))
	d.picture("pulled-typing")
	d.spent(0, 0)
	d.home()
	d.sees(d.text("home.empty.title"))
	require.NoError(t, d.card.Insert())
	d.sees(d.text("home.cie.title"))
	d.spent(0, 0)

	const verify = virtual.Instruction(0x20)
	for i, fault := range []virtual.FaultKind{virtual.FaultRemove, virtual.FaultRemoveAfter} {
		require.NoError(t, d.card.Arm(virtual.Fault{Kind: fault, INS: verify, At: d.untilVerify()}))
		d.tile("verify")
		d.sees(d.text("operations.heading.verify.type-pin"))
		d.types(pin)
		d.press("Return")
		d.sees(d.text("operations.end.next"), begin(d.text("meaning.unknown"), 4))
		d.picture("pulled-" + string(fault))
		d.spent(i+1, 0)
		d.quiet() // nothing is tried again by itself
		d.home()
		require.NoError(t, d.card.Insert())
		d.sees(d.text("home.cie.title"))
		d.spent(i+1, 0)
	}
	d.quit()
}

// untilVerify is the number of the VERIFY that carries the PIN, among those to
// come: this card tells its tries otherwise, so it is the first.
func (d *desk) untilVerify() int {
	require.Empty(d.t, d.card.Counters().EmptyVerify)
	return 1
}
