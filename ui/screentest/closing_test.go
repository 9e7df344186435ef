//go:build linux

package screentest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/builttest"
)

// TestWindowClosed: whenever the window is closed, the program ends, and the card
// hears no code that was not on its way.
func TestWindowClosed(t *testing.T) {
	t.Parallel()
	const slow = time.Second
	typed := func(heading, code string) func(*desk) {
		return func(d *desk) {
			d.sees(d.text("operations.heading." + heading))
			d.types(code)
		}
	}
	enter := func(d *desk) { d.press("Return") }
	steps := []struct {
		name     string
		pin, puk int // tries left
		always   bool
		acts     []func(*desk)
		most     int // VERIFY that may be on its way
	}{
		{"home", 3, 10, false, nil, 0},
		{"looking", 3, 10, false, []func(*desk){func(d *desk) {
			d.slow.Store(int64(slow))
			d.tile("verify")
			d.sees(d.text("progress.keep-still"))
		}}, 0},
		{"typed", 3, 10, true, []func(*desk){tile("verify"), typed("verify.type-pin", pin)}, 0},
		{"sending", 3, 10, true, []func(*desk){tile("verify"), typed("verify.type-pin", pin), func(d *desk) {
			d.slow.Store(int64(slow))
			d.press("Return")
			d.sees(d.text("progress.keep-still"))
		}}, 1},
		{"ended", 3, 10, false, []func(*desk){tile("verify"), typed("verify.type-pin", pin), enter, func(d *desk) {
			d.sees(d.text("operations.done.verify.title"))
		}}, 0},
		{"last-try", 1, 10, false, []func(*desk){tile("verify"), func(d *desk) {
			d.sees(d.text("operations.lasttry.heading.last"))
		}}, 0},
		{"change-typed", 3, 10, false, []func(*desk){
			tile("change"), typed("change.type-pin", pin), enter, typed("change.type-new-pin", fresh),
		}, 0},
		{"change-again", 3, 10, false, []func(*desk){
			tile("change"), typed("change.type-pin", pin), enter, typed("change.type-new-pin", fresh), enter,
			typed("change.type-again", fresh),
		}, 0},
		{"puk-gate", 0, 3, false, []func(*desk){tile("unblock"), func(d *desk) {
			d.sees(d.text("operations.pukgate.heading.known"))
		}}, 0},
		{"puk-typed", 0, 10, false, []func(*desk){tile("unblock"), typed("unblock.type-puk", puk)}, 0},
		{"unblock-again", 0, 10, false, []func(*desk){
			tile("unblock"), typed("unblock.type-puk", puk), enter, typed("unblock.type-new-pin", fresh), enter,
			typed("unblock.type-again", fresh),
		}, 0},
	}
	d := openDesk(t)
	d.lay()
	for _, s := range steps {
		if !s.always && !builttest.All() {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			d.t = t
			d.slow.Store(0)
			require.NoError(t, d.card.ResetToFactory())
			require.NoError(t, d.card.SetTries(s.pin, s.puk))
			d.open()
			d.sees(d.text("home.fact.authenticity"))
			for _, act := range s.acts {
				act(d)
			}
			d.picture("closed-" + s.name)
			before := d.card.Counters()
			d.close()
			d.slow.Store(0)
			d.quiet()
			after := d.card.Counters()
			assert.LessOrEqual(t, after.Verify[refPIN]-before.Verify[refPIN], s.most)
			assert.Equal(t, before.Verify[refPUK], after.Verify[refPUK])
			assert.Equal(t, before.Change[refPIN], after.Change[refPIN])
			assert.Equal(t, before.Reset[refPIN], after.Reset[refPIN])
			assert.LessOrEqual(t, after.Verify[refPIN], max(s.most, before.Verify[refPIN]))
		})
	}
}

func tile(name string) func(*desk) { return func(d *desk) { d.tile(name) } }
