package pcscreaders

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/iso7816"
	"cientro/card/pcsc"
)

func TestReadersErrorsArePutIntoTheWordsOfPeople(t *testing.T) {
	for code, err := range map[string]error{
		"READER-001": &pcsc.ServiceError{State: pcsc.StateMissing, Reason: pcsc.ReasonNotInstalled},
		"READER-002": &pcsc.ServiceError{State: pcsc.StateStopped, Reason: pcsc.ReasonNotRunning},
		"READER-003": &pcsc.ServiceError{State: pcsc.StateDenied, Reason: pcsc.ReasonPolkit},
		"READER-004": &iso7816.LinkError{Kind: iso7816.LinkBusy},
		"READER-005": &pcsc.ReaderError{Reader: "R", Err: pcsc.ErrUnknownReader},
		"CARD-001":   &iso7816.LinkError{Kind: iso7816.LinkRemoved},
		"CARD-002":   &iso7816.LinkError{Kind: iso7816.LinkMute},
		"CARD-009":   &iso7816.LinkError{Kind: iso7816.LinkLost},
		"STOP-001":   context.Canceled,
	} {
		got := app.ProblemOf(translate(err, "R"))
		assert.Equal(t, code, got.Code, "%v", err)
	}
	unsupported := app.ProblemOf(translate(&pcsc.ServiceError{State: pcsc.StateUnsupported, Reason: pcsc.ReasonNoCgo}, ""))
	assert.Equal(t, "READER-001", unsupported.Code)
}

// A service state of package pcsc that package app does not know would be told
// as something else.
func TestServiceStatesAreTheSame(t *testing.T) {
	for theirs, ours := range map[pcsc.State]app.ServiceState{
		pcsc.StateRunning: app.ServiceRunning, pcsc.StateMissing: app.ServiceMissing, pcsc.StateStopped: app.ServiceStopped,
		pcsc.StateDenied: app.ServiceDenied, pcsc.StateUnsupported: app.ServiceUnsupported,
	} {
		assert.Equal(t, string(theirs), string(ours))
	}
	for theirs, ours := range map[pcsc.Kind]app.ReaderKind{
		pcsc.KindContactless: app.ReaderContactless, pcsc.KindContact: app.ReaderContact, pcsc.KindSAM: app.ReaderSAM,
		pcsc.KindVirtual: app.ReaderVirtual, pcsc.KindUnknown: app.ReaderUnknown,
	} {
		assert.Equal(t, string(theirs), string(ours))
	}
}

// played is a service that answers from a script.
type played struct {
	list   []pcsc.Reader
	events []pcsc.Event
	err    error
	closed bool
}

func (p *played) Readers() ([]pcsc.Reader, error) { return p.list, p.err }

func (p *played) Watch(ctx context.Context, tell func(pcsc.Event)) error {
	for _, e := range p.events {
		tell(e)
	}
	if p.err != nil {
		return p.err
	}
	return ctx.Err()
}

func (p *played) Connect(context.Context, string) (*pcsc.Card, error) { return nil, p.err }

func (p *played) Close() error { p.closed = true; return nil }

func TestReadersAreTold(t *testing.T) {
	p := &played{list: []pcsc.Reader{
		{Name: "A", Kind: pcsc.KindContactless, CardPresent: true, ATR: []byte{0x3B}},
		{Name: "B", Kind: pcsc.KindContact, CardPresent: true, Mute: true},
		{Name: "C", Kind: pcsc.KindSAM},
	}}
	r := newReaders(p)
	got, err := r.Readers(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []app.Reader{
		{Name: "A", Kind: app.ReaderContactless, Present: true, ATR: []byte{0x3B}},
		{Name: "B", Kind: app.ReaderContact, Present: true, Mute: true},
		{Name: "C", Kind: app.ReaderSAM},
	}, got)
	require.NoError(t, r.Close())
	assert.True(t, p.closed)

	p.err = &pcsc.ServiceError{State: pcsc.StateStopped}
	_, err = r.Readers(t.Context())
	assert.Equal(t, app.ServiceStopped, app.StateOf(err))
	_, err = r.Connect(t.Context(), "A")
	assert.Equal(t, app.ServiceStopped, app.StateOf(err))
}

// A card that was taken and put back between two looks lies there for another
// stay, though the list looks the same.
func TestStaysAreTold(t *testing.T) {
	p := &played{
		list: []pcsc.Reader{{Name: "A", CardPresent: true}, {Name: "B", CardPresent: true, Mute: true}, {Name: "C"}},
		events: []pcsc.Event{
			{Kind: pcsc.ReaderAdded, Reader: "A"},
			{Kind: pcsc.CardInserted, Reader: "A", Insertion: 1},
			{Kind: pcsc.CardMute, Reader: "B", Insertion: 2},
			{Kind: pcsc.CardInserted, Reader: "C", Insertion: 3},
			{Kind: pcsc.CardRemoved, Reader: "C", Insertion: 3},
			{Kind: pcsc.CardSwapped, Reader: "A", Insertion: 4},
		},
	}
	r := newReaders(p)
	stays := func() (numbers []uint64) {
		list, err := r.Readers(t.Context())
		require.NoError(t, err)
		for _, reader := range list {
			numbers = append(numbers, reader.Stay)
		}
		return numbers
	}
	assert.Equal(t, []uint64{0, 0, 0}, stays(), "nobody watches")
	var told [][]uint64
	require.NoError(t, r.Watch(t.Context(), func() { told = append(told, stays()) }))
	assert.Equal(t, [][]uint64{{0, 0, 0}, {1, 0, 0}, {1, 2, 0}, {1, 2, 0}, {1, 2, 0}, {4, 2, 0}}, told)

	p.err = &pcsc.ServiceError{State: pcsc.StateUnsupported, Reason: pcsc.ReasonNoCgo}
	assert.Equal(t, app.ServiceUnsupported, app.StateOf(r.Watch(t.Context(), func() {})))
}

func TestOpenWithoutServiceSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := Open(ctx)
	if err == nil { // a service answers at once
		require.NoError(t, r.Close())
		return
	}
	var service *app.ServiceError
	assert.True(t, errors.As(err, &service) || errors.Is(err, context.Canceled), "%v", err)
}
