//go:build linux

package screentest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/pkcs11module/builttest"
)

// TestTwoCards: of two cards none is taken for the one that is meant, and the one
// that was not chosen hears of no code.
func TestTwoCards(t *testing.T) {
	builttest.NeedAll(t, "two cards on two readers")
	t.Parallel()
	d := openDesk(t)
	d.lay()
	profile, ok := virtual.ProfileByName("nxp")
	require.True(t, ok)
	other, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
	require.NoError(t, err)
	builttest.Serve(t, d.daemon.SecondAddr, other)
	d.open()
	// By the chips: the names of the readers below them are too small to be read.
	first, second := "Carta d'identità elettronica (Gemalto)", "Carta d'identità elettronica (NXP)"
	d.sees(d.text("home.choose.title"), first, second)
	d.picture("two-cards")
	before := other.Counters().APDUs
	d.presses(first)
	d.sees(d.text("home.fact.authenticity"))
	d.tile("verify")
	d.sees(d.text("operations.heading.verify.type-pin"))
	d.types(pin)
	d.press("Return")
	d.sees(d.text("operations.done.verify.title"))
	d.spent(1, 0)
	assert.Empty(t, other.Counters().Verify)
	assert.Equal(t, before, other.Counters().APDUs, "the card that was not chosen was spoken to")
	d.quit()
}
