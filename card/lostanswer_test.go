package card_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/virtual"
)

// TestLostAnswerIsNeverRepeated loses the answer to each PIN command in each
// way and looks at what went out, what is said, and what the card holds.
func TestLostAnswerIsNeverRepeated(t *testing.T) {
	losses := []virtual.FaultKind{virtual.FaultLostBefore, virtual.FaultLostAfter, virtual.FaultReset,
		virtual.FaultResetAfter, virtual.FaultRemove, virtual.FaultRemoveAfter, virtual.FaultBadMAC, virtual.FaultBadSSC}
	for _, tc := range []struct {
		command string
		ins     virtual.Instruction
		at      int
		run     func(*desk) error
		want    counts
	}{
		{"VERIFY", 0x20, 1, func(d *desk) error { _, err := d.verify(rightPIN); return err }, counts{verify: 1}},
		{"VERIFY", 0x20, 1, func(d *desk) error { _, err := d.verify(wrongPIN); return err }, counts{verify: 1}},
		{"VERIFY", 0x20, 1, func(d *desk) error { _, err := d.unblock(wrongPUK, newPIN); return err }, counts{verify: 1}},
		{"CHANGE REFERENCE DATA", 0x24, 1, func(d *desk) error { _, err := d.change(rightPIN, newPIN); return err }, counts{verify: 1, change: 1}},
		{"RESET RETRY COUNTER", 0x2C, 1, func(d *desk) error { _, err := d.unblock(rightPUK, newPIN); return err }, counts{verify: 1, reset: 1}},
	} {
		for _, loss := range losses {
			t.Run(tc.command+"/"+string(loss), func(t *testing.T) {
				d := newDesk(t, "gemalto")
				require.NoError(t, d.chip.Arm(virtual.Fault{Kind: loss, INS: tc.ins, At: tc.at}))
				err := tc.run(d)
				var outcome *card.OutcomeError
				require.ErrorAs(t, err, &outcome)
				assert.Equal(t, tc.command, outcome.Command)
				assert.Equal(t, tc.want, d.counted())

				gone := loss == virtual.FaultRemove || loss == virtual.FaultRemoveAfter
				if gone {
					assert.Nil(t, outcome.Now)
					assert.ErrorIs(t, err, iso7816.ErrRemoved)
					require.NoError(t, d.chip.Insert())
				} else {
					require.NotNil(t, outcome.Now, "the counter is read again")
					state := d.chip.State()
					left := state.PINTries
					if outcome.Reference == card.PUKReference {
						left = state.PUKTries
					}
					assert.Equal(t, left, outcome.Now.Left)
				}
				assert.Equal(t, tc.want, d.counted(), "nor later")
				tries, err := d.verify(d.chip.State().PIN)
				require.NoError(t, err, "the card is usable")
				assert.Equal(t, 3, tries.Left)
			})
		}
	}
}

// TestKilledProgramLeavesTheCarefulVersion: what is written down before a PIN
// goes out is what stands if the program dies there.
func TestKilledProgramLeavesTheCarefulVersion(t *testing.T) {
	d := newDesk(t, "gemalto")
	record := d.record()
	looked := false
	d.chip.Observe(func(e virtual.Exchange) {
		if e.INS != 0x20 {
			return
		}
		looked = true
		seen, ok := record.Counter(byte(card.PINReference))
		assert.True(t, ok)
		assert.True(t, seen.FailedSince)
		assert.NoError(t, d.memory.Close()) // as the kernel does at a kill
		assert.True(t, d.shelf().WasLeftVerified())
	})
	_, err := d.verify(rightPIN)
	require.NoError(t, err)
	assert.True(t, looked)
	seen, _ := record.Counter(byte(card.PINReference))
	assert.False(t, seen.FailedSince)
	assert.False(t, d.shelf().WasLeftVerified())
}
