package card_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/sod"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// The specimen's codes and some others, none of them weak.
const (
	rightPIN = "41739628"
	wrongPIN = "90817263"
	newPIN   = "62840317"
	rightPUK = "85206317"
	wrongPUK = "31415927"
)

var ctx = context.Background()

// desk is a virtual card on a reader and a program in front of it.
type desk struct {
	t      testing.TB
	chip   *virtual.Card
	reader *virtuallink.Reader
	memory *store.Store
	o      card.Options
	apdus  int
}

// newDesk lays a fresh card of a family on the reader.
func newDesk(t testing.TB, profile string, change ...func(*virtual.Settings)) *desk {
	t.Helper()
	p, ok := virtual.ProfileByName(profile)
	require.True(t, ok, profile)
	settings := p.Defaults()
	for _, f := range change {
		f(&settings)
	}
	chip, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: p, Settings: &settings})
	require.NoError(t, err)
	d := &desk{t: t, chip: chip, reader: virtuallink.NewReader(chip), memory: store.Memory()}
	d.o = card.Options{Store: d.memory, QueryTries: true, Trace: func(iso7816.Entry) { d.apdus++ }}
	return d
}

// open connects as one program would.
func (d *desk) open() *card.Card {
	d.t.Helper()
	link, err := d.reader.Connect()
	require.NoError(d.t, err)
	c := card.New(link, d.o)
	d.t.Cleanup(func() { _ = c.Close() })
	return c
}

func (d *desk) pin(digits string) card.PIN {
	d.t.Helper()
	p, err := card.ParsePIN([]byte(digits))
	require.NoError(d.t, err)
	return p
}

func (d *desk) puk(digits string) card.PUK {
	d.t.Helper()
	p, err := card.ParsePUK([]byte(digits))
	require.NoError(d.t, err)
	return p
}

// agreed is a consent that says yes to whatever is asked.
func agreed(r *card.Report, ref card.Reference) card.Consent {
	consent := r.Consent(ref)
	consent.LastTry = true
	consent.PUKTries = consent.Shown().ConfirmNumber()
	return consent
}

func (d *desk) verify(digits string) (card.Tries, error) {
	d.t.Helper()
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(d.t, err)
	return c.VerifyPIN(ctx, d.pin(digits), agreed(r, card.PINReference))
}

func (d *desk) unblock(puk, pin string) (card.Tries, error) {
	d.t.Helper()
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(d.t, err)
	return c.UnblockPIN(ctx, d.puk(puk), d.pin(pin), agreed(r, card.PUKReference))
}

func (d *desk) change(old, new string) (card.Tries, error) {
	d.t.Helper()
	c := d.open()
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(d.t, err)
	return c.ChangePIN(ctx, d.pin(old), d.pin(new), agreed(r, card.PINReference))
}

// counts are VERIFY (with data), CHANGE and RESET RETRY COUNTER commands that
// reached the card, and empty VERIFYs.
type counts struct{ verify, change, reset, empty int }

func (d *desk) counted() counts {
	n := d.chip.Counters()
	sum := func(m map[virtual.Reference]int) (total int) {
		for _, v := range m {
			total += v
		}
		return total
	}
	return counts{sum(n.Verify), sum(n.Change), sum(n.Reset), sum(n.EmptyVerify)}
}

func TestFirstMeeting(t *testing.T) {
	d := newDesk(t, "gemalto")
	r, err := d.open().Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(t, err)
	assert.Equal(t, "gemalto", r.Family)
	assert.True(t, r.ChipAuthenticated)
	assert.Equal(t, sod.LevelSelfConsistent, r.Authenticity)
	assert.Nil(t, r.Refusal)
	assert.Equal(t, 3, r.PIN.Left)
	assert.Equal(t, 10, r.PUK.Left)
	assert.Equal(t, card.SourceCard, r.PIN.Source)
	t.Logf("%d APDUs", d.apdus)
	tries, err := d.verify(rightPIN)
	require.NoError(t, err)
	assert.Equal(t, 3, tries.Left)
}
