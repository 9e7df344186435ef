//go:build linux

package screentest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// trainingPIN is that of the card which the program brings along.
const trainingPIN = "41739628"

// TestTraining: the band is there as long as a card of software is, and what is
// done then never reaches the real card.
func TestTraining(t *testing.T) {
	t.Parallel()
	d := atHome(t)
	before := d.card.Counters().APDUs
	d.goes("training")
	d.sees(d.text("training.off.title"))
	d.press("Return")
	d.sees(d.text("training.on"), "DEMO")
	d.presses(d.text("training.home"))
	d.sees(begin(d.text("shell.demo.chosen"), 6), d.text("home.cie.title"))
	d.picture("training-home")
	d.tile("verify")
	d.sees(d.text("operations.heading.verify.type-pin"), begin(d.text("shell.demo.chosen"), 6))
	d.types(trainingPIN)
	d.press("Return")
	d.sees(d.text("operations.done.verify.title"))
	d.spent(0, 0)
	assert.Equal(t, before, d.card.Counters().APDUs, "the real card was spoken to")
	d.goes("training")
	d.presses(d.text("training.stop"))
	d.sees(d.text("training.off.title"))
	d.home()
	d.sees(d.text("home.cie.title"))
	d.picture("training-over")
	assert.False(t, d.reads("DEMO"), "the band is still there")
	d.quit()
}
