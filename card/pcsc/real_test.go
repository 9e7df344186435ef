//go:build linux && cgo

package pcsc

import (
	"context"
	"encoding/hex"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest/pcscdtest"
	"cientro/card/iso7816"
)

// These tests go through libpcsclite and a pcscd of their own to a virtual
// reader; see pcscdtest for what they need.

const realReader = "Virtual PCD 00 00"

func nxpATR(t testing.TB) []byte {
	atr, err := hex.DecodeString("3B8E80018031806549544E5850120FFF8290F0")
	require.NoError(t, err)
	return atr
}

func realService(t testing.TB) *Service {
	t.Helper()
	s, err := Open(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// waitForCard waits until pcscd has seen the card.
func waitForCard(t testing.TB, s *Service, index int) Reader {
	t.Helper()
	var reader Reader
	require.Eventually(t, func() bool {
		readers, err := s.Readers()
		if err != nil || len(readers) <= index {
			return false
		}
		reader = readers[index]
		return reader.CardPresent && len(reader.ATR) > 0
	}, waitFor, 10*time.Millisecond)
	return reader
}

func connectReal(t testing.TB, s *Service) *Card {
	t.Helper()
	card, err := s.Connect(context.Background(), realReader)
	require.NoError(t, err)
	t.Cleanup(func() { _ = card.Close(Leave) })
	return card
}

func TestRealServiceIsNotRunning(t *testing.T) {
	pcscdtest.Prepare(t)
	_, err := Open(context.Background())
	var failure *ServiceError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, StateStopped, failure.State)
	assert.Equal(t, ReasonNotRunning, failure.Reason)
	assert.Equal(t, os.Getenv("PCSCLITE_CSOCK_NAME"), failure.Detail)
}

func TestRealReadersAndCard(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	readers, err := s.Readers()
	require.NoError(t, err)
	assert.Equal(t, []Reader{
		{Name: "Virtual PCD 00 00", Index: 0, Kind: KindVirtual},
		{Name: "Virtual PCD 00 01", Index: 1, Kind: KindVirtual},
	}, readers)
	_, err = s.Connect(context.Background(), realReader)
	assert.ErrorIs(t, err, iso7816.ErrRemoved, "no card yet")
	_, err = s.Connect(context.Background(), "Nobody's Reader")
	assert.ErrorIs(t, err, ErrUnknownReader)

	v := putCard(t, d.VPCDAddr, nxpATR(t))
	assert.Equal(t, nxpATR(t), waitForCard(t, s, 0).ATR)
	card := connectReal(t, s)
	assert.Equal(t, nxpATR(t), card.ATR())
	assert.False(t, card.T0())

	long := make([]byte, 300)
	v.replyWith(func([]byte) []byte { return append(long, 0x90, 0) })
	require.NoError(t, card.Begin(context.Background()))
	for _, command := range [][]byte{{0, 0xA4, 0, 0}, {0, 0xA4, 4, 0x0C, 1, 0xA0}, {0, 0xB0, 0, 0, 0, 1, 0x2C}} {
		answer, err := card.Transmit(command)
		require.NoError(t, err)
		assert.Len(t, answer, 302)
		assert.Equal(t, command, v.seen()[len(v.seen())-1])
	}
	before := v.resetCount()
	require.NoError(t, card.End(Reset))
	assert.Greater(t, v.resetCount(), before)
	require.NoError(t, card.Begin(context.Background()), "our own reset is no news")
	require.NoError(t, card.End(Leave))
	readers, err = s.Readers()
	require.NoError(t, err)
	assert.True(t, readers[0].InUse)
	require.NoError(t, card.Close(Leave))
}

func TestRealForeignReset(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	v := putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	ours, theirs := connectReal(t, s), connectReal(t, s)
	ctx := context.Background()

	require.NoError(t, ours.Begin(ctx))
	require.NoError(t, ours.End(Leave))
	require.NoError(t, theirs.Begin(ctx))
	require.NoError(t, theirs.End(Reset))
	assert.ErrorIs(t, ours.Begin(ctx), iso7816.ErrReset)
	require.NoError(t, ours.Begin(ctx), "the handle serves again")
	_, err := ours.Transmit([]byte{0, 0xB0, 0, 0, 0})
	require.NoError(t, err)
	require.NoError(t, ours.End(Leave))

	// Outside a transaction the reset meets the next command: it stays here.
	require.NoError(t, theirs.Begin(ctx))
	require.NoError(t, theirs.End(Reset))
	sent := len(v.seen())
	_, err = ours.Transmit([]byte{0, 0x20, 0, 0x81, 1, 0x31})
	assert.ErrorIs(t, err, iso7816.ErrReset)
	assert.False(t, linkOf(t, err).Sent)
	assert.Len(t, v.seen(), sent, "the command did not reach the card")
	require.NoError(t, ours.Reconnect(context.Background()))
	_, err = ours.Transmit([]byte{0, 0xB0, 0, 0, 0})
	require.NoError(t, err)
}

func TestRealWaitForATransactionOfOthers(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	v := putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	ours, theirs := connectReal(t, s), connectReal(t, s)
	require.NoError(t, theirs.Begin(context.Background()))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	assert.ErrorIs(t, ours.Begin(ctx), context.DeadlineExceeded)
	assert.Less(t, time.Since(start), waitFor)
	_, err := theirs.Transmit([]byte{0, 0xB0, 0, 0, 0})
	require.NoError(t, err, "the owner is not disturbed")
	require.NoError(t, theirs.End(Leave))
	require.NoError(t, ours.Begin(context.Background()))
	require.NoError(t, ours.End(Leave))
	assert.Len(t, v.seen(), 1)
}

func TestRealCardLeavesDuringACommand(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	v := putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	card := connectReal(t, s)
	require.NoError(t, card.Begin(context.Background()))
	v.replyWith(func([]byte) []byte { v.take(); return []byte{0x90, 0} })
	_, err := card.Transmit([]byte{0, 0x20, 0, 0x81, 1, 0x31})
	link := linkOf(t, err)
	assert.True(t, link.Sent, "%v", err)
	assert.Contains(t, []iso7816.LinkKind{iso7816.LinkLost, iso7816.LinkRemoved}, link.Kind)
	assert.Len(t, v.seen(), 1)
	require.Eventually(t, func() bool {
		readers, err := s.Readers()
		return err == nil && !readers[0].CardPresent
	}, waitFor, 10*time.Millisecond)
	_, err = card.Transmit([]byte{0, 0x20, 0, 0x81, 1, 0x31})
	link = linkOf(t, err)
	assert.Equal(t, iso7816.LinkRemoved, link.Kind)
	assert.False(t, link.Sent)
	assert.Len(t, v.seen(), 1)
	_ = card.Close(Reset)

	putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	again := connectReal(t, s)
	require.NoError(t, again.Begin(context.Background()), "nothing of the old connection is in the way")
}

func TestRealServiceEndsDuringACommand(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	v := putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	card := connectReal(t, s)
	v.replyWith(func([]byte) []byte { assert.NoError(t, d.Stop()); return []byte{0x90, 0} })
	_, err := card.Transmit([]byte{0, 0x20, 0, 0x81, 1, 0x31})
	assert.True(t, linkOf(t, err).Sent, "%v", err)
	assert.ErrorIs(t, err, iso7816.ErrLost)
	assert.Error(t, card.Begin(context.Background()))
	_, err = s.Readers()
	var failure *ServiceError
	assert.ErrorAs(t, err, &failure)
	pcscdtest.Restart(t, d)
	readers, err := s.Readers()
	require.NoError(t, err, "the service object outlives the daemon")
	assert.Len(t, readers, 2)
}

func TestRealWatch(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	var waits atomic.Int64
	establish := s.platform.establish
	s.platform.establish = func() (scardContext, error) {
		sc, err := establish()
		return &countingContext{sc, &waits}, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	v := &watching{t, newWorld(), make(chan Event, 64), cancel, make(chan error, 1)}
	go func() { v.ended <- s.Watch(ctx, func(e Event) { v.events <- e }) }()
	second := "Virtual PCD 00 01"
	v.expect(ReaderAdded, realReader)
	v.expect(ReaderAdded, second)

	card := putCard(t, d.VPCDAddr, nxpATR(t))
	inserted := v.expect(CardInserted, realReader)
	assert.Equal(t, nxpATR(t), inserted.ATR)
	card.take()
	assert.Equal(t, inserted.Insertion, v.expect(CardRemoved, realReader).Insertion)
	other := putCard(t, d.SecondAddr, nxpATR(t))
	assert.Equal(t, inserted.Insertion+1, v.expect(CardInserted, second).Insertion)

	c, err := s.Connect(ctx, second) // other programs' comings and goings are no events
	require.NoError(t, err)
	require.NoError(t, c.Begin(ctx))
	require.NoError(t, c.Close(Reset))

	require.NoError(t, d.Stop())
	v.expect(ReaderRemoved, realReader)
	v.expect(CardRemoved, second)
	v.expect(ReaderRemoved, second)
	lost := v.expect(ServiceLost, "")
	var failure *ServiceError
	require.ErrorAs(t, lost.Err, &failure)
	assert.Equal(t, StateStopped, failure.State)
	other.take()
	pcscdtest.Restart(t, d)
	v.expect(ServiceBack, "")
	v.expect(ReaderAdded, realReader)
	v.expect(ReaderAdded, second)

	calm := waits.Load()
	time.Sleep(500 * time.Millisecond)
	assert.LessOrEqual(t, waits.Load()-calm, int64(2), "the watch does not sleep")
	start := time.Now()
	v.finish()
	assert.Less(t, time.Since(start), waitFor)
}

type countingContext struct {
	scardContext
	waits *atomic.Int64
}

func (c *countingContext) getStatusChange(s []readerState, d time.Duration) error {
	c.waits.Add(1)
	return c.scardContext.getStatusChange(s, d)
}

// Several watches, and looks in between, on the same readers: the binding's
// table of names is shared by all of them.
func TestRealWatchesSideBySide(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var all []*watching
	for range 4 {
		v := &watching{t, newWorld(), make(chan Event, 64), cancel, make(chan error, 1)}
		go func() { v.ended <- s.Watch(ctx, func(e Event) { v.events <- e }) }()
		all = append(all, v)
	}
	for _, v := range all {
		v.expect(ReaderAdded, realReader)
		v.expect(ReaderAdded, "Virtual PCD 00 01")
	}
	for range 3 {
		card := putCard(t, d.VPCDAddr, nxpATR(t))
		for _, v := range all {
			v.expect(CardInserted, realReader)
		}
		_, err := s.Readers()
		require.NoError(t, err)
		card.take()
		for _, v := range all {
			v.expect(CardRemoved, realReader)
		}
	}
	for _, v := range all {
		v.finish()
	}
}

// TestRealCardThatIsKept: another program, here one of the same process, keeps the
// card. Connecting and beginning are given up in time, a reset by that program does
// not change it, and neither locks this process out of PC/SC meanwhile.
func TestRealCardThatIsKept(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	ours, theirs := connectReal(t, s), connectReal(t, s)
	ctx := context.Background()
	soon := func() context.Context {
		limited, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		t.Cleanup(cancel)
		return limited
	}
	require.NoError(t, theirs.Begin(ctx))
	require.NoError(t, theirs.End(Reset))
	require.NoError(t, theirs.Begin(ctx))
	let := make(chan error, 1)
	late := time.AfterFunc(30*time.Second, func() { let <- theirs.End(Leave) }) // rather red than for ever
	defer late.Stop()

	assert.ErrorIs(t, ours.Begin(soon()), context.DeadlineExceeded)
	for range 2 {
		_, err := s.Connect(soon(), realReader)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
	}
	_, err := s.Readers()
	require.NoError(t, err)
	_, err = theirs.Transmit([]byte{0, 0xB0, 0, 0, 0})
	require.NoError(t, err)
	require.True(t, late.Stop(), "it took as long as the other program")
	require.NoError(t, theirs.End(Leave))

	assert.ErrorIs(t, ours.Begin(ctx), iso7816.ErrReset, "which nobody was told of")
	require.NoError(t, ours.Begin(ctx))
	require.NoError(t, ours.End(Leave))
	card, err := s.Connect(ctx, realReader)
	require.NoError(t, err)
	require.NoError(t, card.Close(Leave))
}

// leaves gives up a Begin and a Connect while another program keeps the card, and
// counts the contexts that are open.
func leaves(t *testing.T, s *Service) (ours, theirs *Card, contexts *atomic.Int64) {
	t.Helper()
	contexts = new(atomic.Int64)
	establish := s.platform.establish
	s.platform.establish = func() (scardContext, error) {
		sc, err := establish()
		if err == nil {
			contexts.Add(1)
			sc = &releasedContext{sc, contexts}
		}
		return sc, err
	}
	ours, theirs = connectReal(t, s), connectReal(t, s)
	require.NoError(t, theirs.Begin(context.Background()))
	giveUp := func(call func(context.Context) error) {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, call(ctx), context.DeadlineExceeded)
	}
	for range 2 {
		giveUp(ours.Begin)
		giveUp(func(ctx context.Context) error { _, err := s.Connect(ctx, realReader); return err })
	}
	require.EqualValues(t, 3, contexts.Load(), "ours, theirs and the one that is waited in")
	return ours, theirs, contexts
}

type releasedContext struct {
	scardContext
	open *atomic.Int64
}

func (c *releasedContext) release() error {
	defer c.open.Add(-1)
	return c.scardContext.release()
}

// TestRealServiceEndsWhileCallsAreLeft: they come home with it, and leave nothing.
func TestRealServiceEndsWhileCallsAreLeft(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	ours, theirs, contexts := leaves(t, s)
	require.NoError(t, d.Stop())
	require.Eventually(t, func() bool { return ours.usable() == nil && contexts.Load() == 2 }, waitFor, tick)
	assert.ErrorIs(t, ours.Begin(context.Background()), iso7816.ErrLost)
	_ = ours.Close(Leave)
	_ = theirs.Close(Leave)
	assert.Zero(t, contexts.Load())

	pcscdtest.Restart(t, d)
	putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	require.NoError(t, connectReal(t, s).Begin(context.Background()))
}

// TestRealCardLeavesWhileCallsAreLeft: the Begin hears of it; the Connect waits on,
// and has the next card.
func TestRealCardLeavesWhileCallsAreLeft(t *testing.T) {
	d := pcscdtest.Start(t)
	s := realService(t)
	v := putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	ours, theirs, contexts := leaves(t, s)
	v.take()
	require.Eventually(t, func() bool { return ours.usable() == nil }, waitFor, tick)
	assert.ErrorIs(t, ours.Begin(context.Background()), iso7816.ErrRemoved)
	require.NoError(t, ours.Close(Leave))
	putCard(t, d.VPCDAddr, nxpATR(t))
	waitForCard(t, s, 0)
	assert.ErrorIs(t, theirs.Close(Leave), iso7816.ErrRemoved)
	card := connectReal(t, s)
	require.NoError(t, card.Begin(context.Background()))
	require.NoError(t, card.Close(Leave))
	require.Eventually(t, func() bool { return contexts.Load() == 0 }, waitFor, tick)
}
