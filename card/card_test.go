package card_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/cardtest/story"
	"cientro/card/iso7816"
	"cientro/card/sod"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

const (
	rightPIN = story.RightPIN
	wrongPIN = story.WrongPIN
	newPIN   = story.NewPIN
	rightPUK = story.RightPUK
	wrongPUK = story.WrongPUK
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

func (d *desk) pin(digits string) card.PIN { d.t.Helper(); return story.PIN(d.t, digits) }

func (d *desk) puk(digits string) card.PUK { d.t.Helper(); return story.PUK(d.t, digits) }

// stage is the desk as the story package wants it.
func (d *desk) stage() story.Stage {
	return story.Stage{
		Connect: func(t testing.TB) card.Link {
			t.Helper()
			link, err := d.reader.Connect()
			require.NoError(t, err)
			return link
		},
		Chip:    d.chip,
		Options: d.o,
	}
}

var agreed = story.Agreed

func (d *desk) verify(digits string) (card.Tries, error) {
	d.t.Helper()
	return d.stage().Verify(d.t, digits)
}

func (d *desk) unblock(puk, pin string) (card.Tries, error) {
	d.t.Helper()
	return d.stage().Unblock(d.t, puk, pin)
}

func (d *desk) change(old, new string) (card.Tries, error) {
	d.t.Helper()
	return d.stage().Change(d.t, old, new)
}

// counts are VERIFY (with data), CHANGE and RESET RETRY COUNTER commands that
// reached the card, and empty VERIFYs.
type counts struct{ verify, change, reset, empty int }

func (d *desk) counted() counts {
	n := d.stage().Counted()
	return counts{n.Verify, n.Change, n.Reset, n.Empty}
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
