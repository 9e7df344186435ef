package token_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

// told are readers whose watch tells what a test puts down, and then no more.
type told []token.Event

func (e told) Watch(ctx context.Context, tell func(token.Event)) error {
	for _, event := range e {
		tell(event)
	}
	<-ctx.Done()
	return ctx.Err()
}

func (told) Connect(context.Context, string) (token.Connection, error) {
	return nil, &iso7816.LinkError{Kind: iso7816.LinkRemoved}
}

// TestEventRightBehindTheStart: what was there is no event; what comes in the
// very next moment is one.
func TestEventRightBehindTheStart(t *testing.T) {
	m := token.New(token.Options{Readers: told{
		{Kind: token.ReaderAdded, Reader: "A"}, {Kind: token.CardInserted, Reader: "A", Insertion: 1},
		{Kind: token.ReaderAdded, Reader: "B"}, {Kind: token.Settled},
		{Kind: token.CardInserted, Reader: "B", Insertion: 2},
		{Kind: token.ServiceFound}, {Kind: token.CardRemoved, Reader: "never heard of"},
		{Kind: token.ReaderRemoved, Reader: "never heard of"}, {Kind: token.CardMute, Reader: ""},
	}})
	require.NoError(t, m.Initialize(ctx, nil))
	t.Cleanup(func() { _ = m.Close() })
	id, err := m.WaitForSlotEvent(ctx, 0)
	require.NoError(t, err)
	assert.Equal(t, ck.SlotID(2), id)
	_, err = m.WaitForSlotEvent(ctx, ck.DontBlock)
	assert.Equal(t, ck.RVNoEvent, err)
}

// TestCardInAReaderNeverAnnounced: the reader comes with its card.
func TestCardInAReaderNeverAnnounced(t *testing.T) {
	m := token.New(token.Options{Readers: told{{Kind: token.CardInserted, Reader: "A", Insertion: 1}, {Kind: token.Settled}}})
	require.NoError(t, m.Initialize(ctx, nil))
	t.Cleanup(func() { _ = m.Close() })
	ids, err := m.GetSlotList(ctx, true, true)
	require.NoError(t, err)
	assert.Equal(t, []ck.SlotID{1}, ids)
}

// TestSameStayToldTwice: a reader that reports its card again has not changed it.
func TestSameStayToldTwice(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	s.rack.mu.Lock()
	s.rack.emit(token.Event{Kind: token.CardInserted, Reader: firstReader, Insertion: s.rack.insertions})
	s.rack.emit(token.Event{Kind: token.ReaderAdded, Reader: firstReader})
	s.rack.mu.Unlock()
	s.rack.plug(secondReader)
	s.rack.insert(secondReader, newCard(t, "nxp"))
	require.Equal(t, ck.SlotID(2), s.event())
	assert.Equal(t, ck.StateROUser, s.state(h))
}

// TestCardSwapped: another stay without a word of the first one's end.
func TestCardSwapped(t *testing.T) {
	s := newStand(t)
	h := s.logIn()
	s.rack.mu.Lock()
	s.rack.insertions++
	s.rack.emit(token.Event{Kind: token.CardInserted, Reader: firstReader, Insertion: s.rack.insertions})
	s.rack.mu.Unlock()
	require.Equal(t, ck.SlotID(1), s.event())
	_, err := s.m.GetSessionInfo(ctx, h)
	assert.Equal(t, ck.RVSessionHandleInvalid, err)
	assert.Equal(t, ck.StateROPublic, s.state(s.open()))
	assert.Equal(t, int64(1), s.rack.open.Load(), "the old connection is closed")
}

// TestDeadLinkOfACardThatLeft: what fails on the old card's connection is
// nothing to the card that lies there by then.
func TestDeadLinkOfACardThatLeft(t *testing.T) {
	var s *stand
	chip := &fakeChip{}
	s = standWith(t, chip)
	h := s.open()
	chip.inspect = func(context.Context) error {
		s.layAgain(h)
		s.event()
		return &iso7816.LinkError{Kind: iso7816.LinkRemoved}
	}
	assert.Equal(t, ck.RVDeviceRemoved, s.login(h, rightPIN))
	_, err := s.m.WaitForSlotEvent(ctx, ck.DontBlock)
	assert.Equal(t, ck.RVNoEvent, err)
	s.open()
}
