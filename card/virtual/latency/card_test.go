package latency_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/card/virtual/latency"
	"cientro/card/virtual/specimen"
)

// A card with a meter and a delay: both see each exchange once, in bytes.
func TestOnACard(t *testing.T) {
	model := latency.Assumed(latency.Rate106)
	meter, err := latency.NewMeter(model)
	require.NoError(t, err)
	var slept time.Duration
	delay, err := latency.Delay(model, func(d time.Duration) { slept += d })
	require.NoError(t, err)
	card, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: virtual.Profiles()[0],
		Observers: []virtual.Observer{meter.Observer(), delay}})
	require.NoError(t, err)

	for _, command := range [][]byte{
		{0x00, 0xA4, 0x00, 0x00},
		{0x00, 0xA4, 0x04, 0x0C, 0x06, 0xA0, 0x00, 0x00, 0x00, 0x00, 0x39},
		{0x00, 0xB0, 0x81, 0x00, 0x0C}, // 12 bytes of EF.ID_Servizi
	} {
		_, err := card.Transmit(command)
		require.NoError(t, err)
	}
	sum := meter.Sum()
	assert.Equal(t, 3, sum.Exchanges)
	assert.Equal(t, 4+2+11+2+5+14, sum.Bytes)
	assert.Equal(t, sum.Total(), slept)

	card.Remove()
	_, err = card.Transmit([]byte{0x00, 0xA4, 0x00, 0x00})
	assert.ErrorIs(t, err, virtual.NewError(virtual.Removed))
	assert.Equal(t, 3, meter.Sum().Exchanges, "nothing was exchanged")
}
