package card_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/virtual/latency"
)

// What a person waits for, whole commands as the command line runs them: from
// a fresh connection to the outcome, and, where a code is typed, how much of it
// comes after typing. APDUs and bytes are counted; the milliseconds are those
// of card/virtual/latency, whose times are assumptions. ns/op is this computer
// playing both sides, and of no interest.
var journeys = []struct {
	name string
	cold bool // the card was never seen on this computer
	ref  card.Reference
	run  func(*desk, *card.Card, *card.Report) error
}{
	{name: "status", run: func(_ *desk, c *card.Card, _ *card.Report) error {
		_, err := c.Recognise(ctx)
		return err
	}},
	{name: "card/cold", cold: true, run: look},
	{name: "card/warm", run: look},
	{name: "verify/cold", cold: true, ref: card.PINReference, run: verifyRight},
	{name: "verify/warm", ref: card.PINReference, run: verifyRight},
	{name: "change", ref: card.PINReference, run: func(d *desk, c *card.Card, r *card.Report) error {
		from, to := rightPIN, newPIN
		if d.chip.State().PIN != from {
			from, to = to, from
		}
		_, err := c.ChangePIN(ctx, d.pin(from), d.pin(to), agreed(r, card.PINReference))
		return err
	}},
	{name: "unblock", ref: card.PUKReference, run: func(d *desk, c *card.Card, r *card.Report) error {
		_, err := c.UnblockPIN(ctx, d.puk(rightPUK), d.pin(newPIN), agreed(r, card.PUKReference))
		return err
	}},
	{name: "certificate/cold", cold: true, ref: card.PINReference, run: func(d *desk, c *card.Card, r *card.Report) error {
		return c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
			_, err := h.Certificate(ctx)
			return err
		})
	}},
	{name: "sign", ref: card.PINReference, run: func(d *desk, c *card.Card, r *card.Report) error {
		return c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), signChallenge)
	}},
}

func look(_ *desk, c *card.Card, _ *card.Report) error {
	_, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
	return err
}

func verifyRight(d *desk, c *card.Card, r *card.Report) error {
	_, err := c.VerifyPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference))
	return err
}

// meters hear every exchange, one for each bit rate.
func (d *desk) meters(b *testing.B) []*latency.Meter {
	var all []*latency.Meter
	for _, rate := range latency.Rates() {
		m, err := latency.NewMeter(latency.Assumed(rate))
		require.NoError(b, err)
		d.chip.Observe(m.Observer())
		all = append(all, m)
	}
	return all
}

func BenchmarkJourney(b *testing.B) {
	for _, j := range journeys {
		b.Run(j.name, func(b *testing.B) {
			d := newDesk(b, "gemalto")
			d.inspect() // seen once
			meters := d.meters(b)
			typed := 0 // APDUs after the code was typed
			b.ReportAllocs()
			for b.Loop() {
				if j.cold {
					require.NoError(b, d.memory.Forget([]byte(specimenNIS)))
				}
				c := d.open()
				var r *card.Report
				if j.ref != 0 {
					var err error
					r, err = c.Inspect(ctx, j.ref)
					require.NoError(b, err)
				}
				before := d.apdus
				require.NoError(b, j.run(d, c, r))
				typed += d.apdus - before
				require.NoError(b, c.Close())
			}
			report(b, meters)
			if j.ref != 0 {
				b.ReportMetric(float64(typed)/float64(b.N), "APDUs-after-typing")
			}
		})
	}
	b.Run("sign/further", benchmarkFurtherSignature)
}

// benchmarkFurtherSignature is one more signature while the PIN is verified.
func benchmarkFurtherSignature(b *testing.B) {
	d := newDesk(b, "gemalto")
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(b, err)
	require.NoError(b, c.WithPIN(ctx, d.pin(rightPIN), agreed(r, card.PINReference), func(h *card.Holder) error {
		meters := d.meters(b)
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, signChallenge(h))
		}
		report(b, meters)
		return nil
	}))
}

func report(b *testing.B, meters []*latency.Meter) {
	n := float64(b.N)
	sum := meters[0].Sum()
	b.ReportMetric(float64(sum.Exchanges)/n, "APDUs")
	b.ReportMetric(float64(sum.Bytes)/n, "bytes")
	for i, m := range meters {
		ms := m.Sum().Total().Seconds() * 1000 / n
		b.ReportMetric(ms, fmt.Sprintf("ms@%d", latency.Rates()[i]))
	}
}
