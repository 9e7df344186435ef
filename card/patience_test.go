package card_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
)

// TestEndlessCardIsGivenUp: a card that gives a byte at a time, and announces
// more for ever, is not followed for ever.
func TestEndlessCardIsGivenUp(t *testing.T) {
	d := newDesk(t, "gemalto")
	c := d.bend(func(l *crooked) {
		l.transmit = func(command []byte, next func([]byte) ([]byte, error)) ([]byte, error) {
			switch command[1] {
			case 0xB0:
				return []byte{0x77, 0x61, 0x01}, nil
			case 0xC0:
				return []byte{0x82, 0x61, 0x01}, nil
			}
			return next(command)
		}
	})
	_, err := c.Inspect(ctx, card.PINReference)
	var channel *card.ChannelError
	require.ErrorAs(t, err, &channel)
	assert.LessOrEqual(t, d.apdus, 2001)
}
