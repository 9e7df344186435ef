package latency

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
)

// One byte at 106 kbit/s, type A, is 9 bits of 128/13.56 MHz: 84.96 µs.
func TestAir(t *testing.T) {
	m := Assumed(Rate106)
	assert.Equal(t, 84955*time.Nanosecond, m.air(1))
	assert.Equal(t, 256*9*128*time.Second/carrier, m.air(256))
	m.BitsPerByte = 10
	assert.Equal(t, 94395*time.Nanosecond, m.air(1))
	for i, want := range []int64{128, 64, 32, 16} {
		assert.Equal(t, want, Rates()[i].periods())
	}
}

// With a byte of 1 ms on the air and turn-rounds of 1 s one can count: bytes in
// the milliseconds, blocks in the seconds.
func TestTransferCountsBlocks(t *testing.T) {
	m := Assumed(Rate106)
	m.TurnRound = time.Second
	for _, c := range []struct{ length, bytes, blocks int }{
		{0, 3, 1},
		{5, 8, 1},
		{253, 256, 1},                   // a full frame
		{254, 254 + 2*3 + 3, 3},         // I, R, I
		{2 * 253, 2*253 + 2*3 + 3, 3},   // still two
		{2*253 + 1, 507 + 3*3 + 2*3, 5}, // I, R, I, R, I
	} {
		want := m.air(c.bytes) + time.Duration(c.blocks)*time.Second
		assert.Equal(t, want, m.transfer(c.length, 256), "%d bytes", c.length)
	}
	assert.Equal(t, m.air(254+20*3+19*3)+39*time.Second, m.transfer(254, 16), "small frames")
}

func TestDuration(t *testing.T) {
	m := Assumed(Rate848)
	sign := m.Duration(Exchange{CommandLength: 71, ResponseLength: 258, Operation: RSAPrivate})
	assert.Equal(t, 3*time.Millisecond, sign.Reader)
	assert.Equal(t, 350*time.Millisecond, sign.Chip)
	assert.Equal(t, m.transfer(71, 256)+m.transfer(258, 256), sign.Radio)
	assert.Equal(t, sign.Reader+sign.Radio+sign.Chip, sign.Total())

	lost := m.Duration(Exchange{CommandLength: 71})
	assert.Equal(t, m.transfer(71, 256), lost.Radio, "no answer, no way back")
	assert.Zero(t, m.Duration(Exchange{Operation: operations}).Chip)
	assert.Zero(t, m.Duration(Exchange{Operation: -1}).Chip)
}

// An estimate made beforehand by hand for flows of this card, from counted APDUs
// and bytes and with a given sum of chip times. Ours must come within 20 ms of
// its rounded values at the slowest and the fastest rate.
func TestAgreesWithTheEstimateByHand(t *testing.T) {
	for _, c := range []struct {
		name         string
		apdus, bytes int
		chip         float64 // seconds
		at106, at848 float64 // seconds
	}{
		{"login with reading of parameters", 25, 3208, 0.67, 1.06, 0.81},
		{"official login", 63, 6788, 1.98, 2.87, 2.33},
		{"best login", 21, 2636, 0.99, 1.31, 1.11},
		{"second signature", 3, 412, 0.36, 0.41, 0.38},
	} {
		for rate, want := range map[Rate]float64{Rate106: c.at106, Rate848: c.at848} {
			m := Assumed(rate)
			m.Chip = [operations]time.Duration{}
			total := c.chip
			for i := range c.apdus { // of about equal size: the sum is what counts
				n := c.bytes*(i+1)/c.apdus - c.bytes*i/c.apdus
				total += m.Duration(Exchange{CommandLength: n / 2, ResponseLength: n - n/2}).Total().Seconds()
			}
			assert.InDelta(t, want, total, 0.02, "%s at %d", c.name, rate)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, r := range Rates() {
		assert.NoError(t, Assumed(r).Validate())
	}
	for name, spoil := range map[string]func(*Model){
		"bit rate":      func(m *Model) { m.Rate = 100 },
		"frame sizes":   func(m *Model) { m.FrameToCard = 3 },
		"16..4096":      func(m *Model) { m.FrameToReader = 1 << 20 },
		"bits per byte": func(m *Model) { m.BitsPerByte = 8 },
		"negative":      func(m *Model) { m.TurnRound = -1 },
		"a time":        func(m *Model) { m.Reader = -1 },
		"operation 4":   func(m *Model) { m.Chip[DH] = -1 },
	} {
		m := Assumed(Rate106)
		spoil(&m)
		assert.ErrorContains(t, m.Validate(), name)
		_, err := NewMeter(m)
		assert.ErrorContains(t, err, name)
		_, err = Delay(m, func(time.Duration) {})
		assert.ErrorContains(t, err, name)
	}
}

func TestMeter(t *testing.T) {
	m := Assumed(Rate424)
	meter, err := NewMeter(m)
	require.NoError(t, err)
	observe := meter.Observer()
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { observe(virtual.Exchange{CommandLength: 10, ResponseLength: 2, INS: 0x20}) })
	}
	all.Wait()
	one := m.Duration(Exchange{CommandLength: 10, ResponseLength: 2, Operation: Present})
	assert.Equal(t, Sum{Exchanges: 10, Bytes: 120,
		Duration: Duration{Reader: 10 * one.Reader, Radio: 10 * one.Radio, Chip: 400 * time.Millisecond}}, meter.Sum())
	meter.Reset()
	assert.Zero(t, meter.Sum())
}

func TestExchangeOf(t *testing.T) {
	for _, c := range []struct {
		operation virtual.Operation
		ins       virtual.Instruction
		want      Operation
	}{
		{virtual.OperationNone, 0xB0, Small},
		{virtual.OperationNone, 0x20, Present},
		{virtual.OperationNone, 0x24, Present},
		{virtual.OperationNone, 0x2C, Present},
		{virtual.OperationDH, 0x22, DH},
		{virtual.OperationRSAPublic, 0x82, RSAPublic},
		{virtual.OperationRSAPrivate, 0x88, RSAPrivate},
	} {
		got := ExchangeOf(virtual.Exchange{CommandLength: 1, ResponseLength: 2, INS: c.ins, Operation: c.operation})
		assert.Equal(t, Exchange{1, 2, c.want}, got)
	}
}

func TestDelay(t *testing.T) {
	var slept []time.Duration
	m := Assumed(Rate106)
	observe, err := Delay(m, func(d time.Duration) { slept = append(slept, d) })
	require.NoError(t, err)
	observe(virtual.Exchange{CommandLength: 5, ResponseLength: 130})
	observe(virtual.Exchange{CommandLength: 5, ResponseLength: 258, Operation: virtual.OperationRSAPrivate})
	require.Len(t, slept, 2)
	assert.Equal(t, m.Duration(Exchange{CommandLength: 5, ResponseLength: 130}).Total(), slept[0])
	assert.Greater(t, slept[1], 350*time.Millisecond)
}
