package token_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/card/virtuallink"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

// empty is a host with no reader at all.
func empty(t testing.TB, change ...func(*token.Options)) *stand {
	t.Helper()
	s := &stand{t: t, rack: newRack(t)}
	s.m = s.module(change...)
	require.NoError(t, s.m.Initialize(ctx, nil))
	return s
}

func (s *stand) slots(tokenPresent, refresh bool) []ck.SlotID {
	s.t.Helper()
	ids, err := s.m.GetSlotList(ctx, tokenPresent, refresh)
	require.NoError(s.t, err)
	return ids
}

func (s *stand) description(id ck.SlotID) string {
	s.t.Helper()
	info, err := s.m.GetSlotInfo(ctx, id)
	require.NoError(s.t, err)
	return info.Description
}

// event waits for the next slot event.
func (s *stand) event() ck.SlotID {
	s.t.Helper()
	short, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	id, err := s.m.WaitForSlotEvent(short, 0)
	require.NoError(s.t, err)
	return id
}

func TestSlotsFollowTheReaders(t *testing.T) {
	s := empty(t)
	assert.Equal(t, []ck.SlotID{1}, s.slots(false, true), "the spare")
	assert.Empty(t, s.slots(true, true))

	a := newCard(t, "gemalto")
	s.rack.plug("A")
	s.rack.insert("A", a)
	require.Equal(t, ck.SlotID(1), s.event(), "the spare takes the first reader")
	assert.Equal(t, []ck.SlotID{1}, s.slots(true, false), "also for who never lists anew")
	assert.Equal(t, []ck.SlotID{1}, s.slots(false, false))
	assert.Equal(t, []ck.SlotID{1, 2}, s.slots(false, true), "a new spare for who lists anew")

	s.rack.plug("B")
	s.rack.plug("C")
	s.rack.insert("C", newCard(t, "nxp"))
	require.Equal(t, ck.SlotID(3), s.event())
	assert.Equal(t, []ck.SlotID{1, 2}, s.slots(false, false))
	assert.Equal(t, []ck.SlotID{1, 2, 3, 4}, s.slots(false, true))
	assert.Equal(t, "B", s.description(2))
	assert.Equal(t, "C", s.description(3))

	s.rack.unplug("A")
	require.Equal(t, ck.SlotID(1), s.event())
	s.rack.plug("D")
	s.rack.insert("D", newCard(t, "nxp"))
	require.Equal(t, ck.SlotID(4), s.event(), "A's slot is A's for ever")
	s.rack.plug("A")
	s.rack.insert("A", a)
	require.Equal(t, ck.SlotID(1), s.event())
	assert.Equal(t, "A", s.description(1))
	assert.Equal(t, []ck.SlotID{1, 3, 4}, s.slots(true, true))
	assert.Equal(t, []ck.SlotID{1, 2, 3, 4, 5}, s.slots(false, true))
}

func TestSlotInfo(t *testing.T) {
	s := newStand(t)
	info, err := s.m.GetSlotInfo(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, firstReader, info.Description)
	assert.Equal(t, ck.SlotRemovableDevice|ck.SlotHardware|ck.SlotTokenPresent, info.Flags)
	for _, id := range []ck.SlotID{0, 7, ck.SlotID(ck.Unavailable)} {
		_, err = s.m.GetSlotInfo(ctx, id)
		assert.Equal(t, ck.RVSlotIDInvalid, err)
	}
	require.Equal(t, []ck.SlotID{1, 2}, s.slots(false, true))
	info, err = s.m.GetSlotInfo(ctx, 2)
	require.NoError(t, err)
	assert.Equal(t, ck.SlotRemovableDevice|ck.SlotHardware, info.Flags)

	long := strings.Repeat("è", 40)
	s.rack.plug(long)
	s.rack.insert(long, newCard(t, "nxp"))
	require.Equal(t, ck.SlotID(2), s.event())
	assert.Equal(t, strings.Repeat("è", 32), s.description(2))
	long = "x" + long
	s.rack.plug(long)
	s.rack.insert(long, newCard(t, "nxp"))
	id := s.event()
	assert.Equal(t, "x"+strings.Repeat("è", 31), s.description(id), "no half character")
}

func TestDemoReader(t *testing.T) {
	s := empty(t)
	s.rack.plugDemo("Lettore dimostrativo")
	s.rack.insert("Lettore dimostrativo", newCard(t, "gemalto"))
	require.Equal(t, []ck.SlotID{1}, s.slots(true, true))
	info, err := s.m.GetTokenInfo(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, "DEMO CIE (PIN di 8 cifre)", info.Label)
	slot, err := s.m.GetSlotInfo(ctx, 1)
	require.NoError(t, err)
	assert.Zero(t, slot.Flags&ck.SlotHardware)
}

func TestTokenInfo(t *testing.T) {
	s := newStand(t)
	h := s.open(ck.SessionRW)
	s.open()
	info, err := s.m.GetTokenInfo(ctx, 1)
	require.NoError(t, err)
	assert.Equal(t, "CIE (PIN di 8 cifre)", info.Label)
	assert.Equal(t, "CIE 3.0", info.Model)
	assert.Regexp(t, "^[0-9a-f]{16}$", info.Serial)
	assert.Equal(t, ck.TokenLoginRequired|ck.TokenUserPINInitialized|ck.TokenTokenInitialized, info.Flags)
	assert.Equal(t, []uint64{2, 1, 8, 8}, []uint64{info.Sessions, info.RWSessions, info.MinPINLength, info.MaxPINLength})

	require.Equal(t, ck.RVPINIncorrect, s.login(h, wrongPIN))
	assert.Equal(t, ck.TokenUserPINCountLow, s.flags()&pinFlags)
	require.NoError(t, s.login(h, rightPIN))
	assert.Zero(t, s.flags()&pinFlags)

	for _, id := range []ck.SlotID{0, 9} {
		_, err = s.m.GetTokenInfo(ctx, id)
		assert.Equal(t, ck.RVSlotIDInvalid, err)
		_, err = s.m.GetMechanismList(ctx, id)
		assert.Equal(t, ck.RVSlotIDInvalid, err)
	}
	s.slots(false, true)
	_, err = s.m.GetTokenInfo(ctx, 2)
	assert.Equal(t, ck.RVTokenNotPresent, err)
	assert.Equal(t, ck.RVTokenNotPresent, s.m.CloseAllSessions(ctx, 2))
	_, err = s.m.GetMechanismList(ctx, 2)
	assert.Equal(t, ck.RVTokenNotPresent, err)
	_, err = s.m.OpenSession(ctx, 2, ck.SessionSerial)
	assert.Equal(t, ck.RVTokenNotPresent, err)
}

// TestSerialIsTheCards: the same everywhere, also in another process with
// another memory and after the card is known.
func TestSerialIsTheCards(t *testing.T) {
	serial := func(s *stand) string {
		info, err := s.m.GetTokenInfo(ctx, 1)
		require.NoError(t, err)
		return info.Serial
	}
	s, other := newStand(t), newStandOf(t, newCard(t, "nxp"))
	other.knowCard()
	assert.Equal(t, serial(s), serial(other))
}

// TestForeignCard: a bank card is seen for what it is at the first call that
// needs to know, let go of, and no token from then on.
func TestForeignCard(t *testing.T) {
	s := empty(t)
	foreign := virtual.NewForeign([]byte("\x3B\x8F\x80\x01\x80\x4F\x0C\xA0\x00\x00\x03\x06\x03\x00\x01\x00\x00\x00\x00\x6A"), nil)
	s.rack.plug(firstReader)
	s.rack.insert(firstReader, virtuallink.NewReader(foreign))
	require.Equal(t, []ck.SlotID{1}, s.slots(true, true), "as far as anybody knows")
	assert.Zero(t, s.rack.apdus.Load())
	for range 3 {
		_, err := s.m.GetTokenInfo(ctx, 1)
		require.Equal(t, ck.RVTokenNotRecognized, err)
	}
	_, err := s.m.OpenSession(ctx, 1, ck.SessionSerial)
	require.Equal(t, ck.RVTokenNotRecognized, err)
	assert.LessOrEqual(t, s.rack.apdus.Load(), int64(8), "asked once")
	assert.Zero(t, s.rack.open.Load(), "let go")
	assert.Empty(t, s.slots(true, true))
}

func TestMuteCard(t *testing.T) {
	s := newStand(t)
	h := s.open()
	s.rack.goMute(firstReader)
	s.soon("sessions gone", func() bool { _, err := s.m.GetSessionInfo(ctx, h); return err != nil })
	_, err := s.m.GetTokenInfo(ctx, 1)
	assert.Equal(t, ck.RVTokenNotRecognized, err)
	assert.Empty(t, s.slots(true, false))
	s.rack.insert(firstReader, s.reader)
	s.soon("card back", func() bool { return len(s.slots(true, false)) == 1 })
	s.open()
}

// TestServiceLost: PC/SC goes and comes back; the slots stay.
func TestServiceLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		s.open()
		require.Equal(t, []ck.SlotID{1, 2}, s.slots(false, true))
		s.rack.loseService()
		require.Equal(t, ck.SlotID(1), s.event())
		assert.Empty(t, s.slots(true, true))
		s.rack.plug(firstReader)
		s.rack.insert(firstReader, s.reader)
		require.Equal(t, ck.SlotID(1), s.event())
		assert.Equal(t, []ck.SlotID{1, 2}, s.slots(false, true))
		s.open()
	})
}

func TestWaitForSlotEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		_, err := s.m.WaitForSlotEvent(ctx, ck.DontBlock)
		require.Equal(t, ck.RVNoEvent, err, "what was there at the start is no event")
		s.rack.remove(firstReader)
		assert.Equal(t, ck.SlotID(1), s.event())
		_, err = s.m.WaitForSlotEvent(ctx, ck.DontBlock)
		assert.Equal(t, ck.RVNoEvent, err, "each event once")

		short, cancel := context.WithCancel(ctx)
		cancel()
		_, err = s.m.WaitForSlotEvent(short, 0)
		assert.Equal(t, ck.RVFunctionCanceled, err)

		woken := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := s.m.WaitForSlotEvent(ctx, 0)
				woken <- err
			}()
		}
		time.Sleep(5 * time.Millisecond)
		require.NoError(t, s.m.Finalize(ctx))
		for range 2 {
			assert.Equal(t, ck.RVCryptokiNotInitialized, <-woken)
		}
	})
}

// TestEventsDoNotOutliveTheRun: section 5.5.4 clears them at C_Initialize.
func TestEventsDoNotOutliveTheRun(t *testing.T) {
	s := newStand(t)
	s.slots(true, true)
	s.rack.remove(firstReader)
	s.soon("removed", func() bool { return len(s.slots(true, false)) == 0 })
	require.NoError(t, s.m.Finalize(ctx))
	require.NoError(t, s.m.Initialize(ctx, nil))
	_, err := s.m.WaitForSlotEvent(ctx, ck.DontBlock)
	assert.Equal(t, ck.RVNoEvent, err)
}

// TestNoService: without a service there are no readers, and nobody waits long
// to learn it.
func TestNoService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stand{t: t, rack: newRack(t)}
		s.rack.hopeless = errors.New("no PC/SC on this system")
		s.m = s.module(func(o *token.Options) { o.Patience = time.Minute })
		require.NoError(t, s.m.Initialize(ctx, nil))
		start := time.Now()
		assert.Equal(t, []ck.SlotID{1}, s.slots(false, true))
		assert.Less(t, time.Since(start), 10*time.Second)
	})
}

// TestSilentWatch: one that never says when it has told all.
func TestSilentWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const patience = 200 * time.Millisecond
		s := &stand{t: t, rack: newRack(t)}
		s.rack.silent = true
		s.m = s.module(func(o *token.Options) { o.Patience = patience })
		require.NoError(t, s.m.Initialize(ctx, nil))
		start := time.Now()
		assert.Equal(t, []ck.SlotID{1}, s.slots(false, true))
		assert.GreaterOrEqual(t, time.Since(start), patience)

		short, cancel := context.WithCancel(ctx)
		cancel()
		s = &stand{t: t, rack: newRack(t)}
		s.rack.silent = true
		s.m = s.module(func(o *token.Options) { o.Patience = time.Minute })
		require.NoError(t, s.m.Initialize(ctx, nil))
		_, err := s.m.GetSlotList(short, false, true)
		assert.Equal(t, ck.RVFunctionCanceled, err)

		s = newStand(t)
		require.NoError(t, s.m.Finalize(ctx))
		s.rack.silent = true
		s.m = s.module(func(o *token.Options) { o.Patience = patience })
		require.NoError(t, s.m.Initialize(ctx, nil))
		start = time.Now()
		assert.Equal(t, []ck.SlotID{1}, s.slots(true, true), "the reader was told")
		assert.GreaterOrEqual(t, time.Since(start), patience, "what is told first need not be all")
	})
}

// TestPollingIsFree: what browsers do once a second, also while somebody uses
// the card in another slot.
func TestPollingIsFree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStand(t)
		h := s.logIn()
		before := s.rack.apdus.Load()
		for range 50 {
			s.slots(true, true)
			s.description(1)
			s.state(h)
			s.flags()
		}
		assert.Equal(t, before, s.rack.apdus.Load())

		link, err := s.reader.Connect() // another program holds the card
		require.NoError(t, err)
		_, err = link.Begin(ctx)
		require.NoError(t, err)
		signed := make(chan error)
		go func() {
			_, err := s.sign(h, ck.MechanismRSAPKCS, []byte("waits for the card"))
			signed <- err
		}()
		start := time.Now()
		for range 50 {
			s.slots(true, true)
			s.description(1)
			s.state(h)
		}
		assert.Less(t, time.Since(start), 10*time.Second, "nobody waits for the card")
		require.NoError(t, link.End(false))
		require.NoError(t, <-signed)
	})
}

func TestRestart(t *testing.T) {
	for reserved, want := range map[string]int{
		"cientro-restart:3": 3, "cientro-restart:3\x00": 3, "cientro-restart:0": 2, "": 2, "p11-kit": 2,
		"cientro-restart:": 2, "cientro-restart:x": 2, "cientro-restart:-4": 2, "cientro-restart:99999999": 257,
	} {
		s := newStand(t)
		require.NoError(t, s.m.Finalize(ctx))
		fresh := s.module()
		require.NoError(t, fresh.Initialize(ctx, []byte(reserved)))
		s.m = fresh
		assert.Len(t, s.slots(false, true), want, reserved)
		assert.Equal(t, firstReader, s.description(1))
		require.NoError(t, s.m.Finalize(ctx))
	}
}

// TestRestartKeepsTheListLong: the ids a host has seen are there before it asks
// for the list again.
func TestRestartKeepsTheListLong(t *testing.T) {
	s := newStand(t)
	require.NoError(t, s.m.Finalize(ctx))
	s.m = s.module()
	require.NoError(t, s.m.Initialize(ctx, []byte("cientro-restart:4")))
	info, err := s.m.GetSlotInfo(ctx, 4)
	require.NoError(t, err)
	assert.Equal(t, ck.SlotRemovableDevice|ck.SlotHardware, info.Flags)
	assert.Equal(t, []ck.SlotID{1, 2, 3, 4}, s.slots(false, false))
}

func TestNoMoreSlotsThanSlots(t *testing.T) {
	s := empty(t)
	require.NoError(t, s.m.Finalize(ctx))
	s.m = s.module()
	require.NoError(t, s.m.Initialize(ctx, []byte("cientro-restart:256")))
	s.slots(false, true)
	for i := range 300 {
		s.rack.plug(strings.Repeat("r", i+1))
	}
	s.rack.insert(strings.Repeat("r", 256), newCard(t, "nxp"))
	assert.Equal(t, ck.SlotID(256), s.event())
	assert.Len(t, s.slots(false, true), 257, "and the spare")
}

func TestInitializeTwice(t *testing.T) {
	s := newStand(t)
	assert.Equal(t, ck.RVCryptokiAlreadyInit, s.m.Initialize(ctx, nil))
	h := s.logIn()
	require.NoError(t, s.m.Finalize(ctx))
	assert.Equal(t, ck.RVCryptokiNotInitialized, s.m.Finalize(ctx))
	require.NoError(t, s.m.Initialize(ctx, nil))
	assert.Equal(t, []ck.SlotID{1}, s.slots(true, true))
	_, err := s.m.GetSessionInfo(ctx, h)
	assert.Equal(t, ck.RVSessionHandleInvalid, err)
	assert.NotEqual(t, h, s.open(), "handles are not used again")
	info, err := s.m.GetInfo(ctx)
	require.NoError(t, err)
	assert.Equal(t, "CIEntro", info.Manufacturer)
	assert.LessOrEqual(t, len(info.Description), 32)
}

// TestNothingStartsUnasked: C_Initialize alone looks for no reader.
func TestNothingStartsUnasked(t *testing.T) {
	s := newStand(t)
	_, err := s.m.GetInfo(ctx)
	require.NoError(t, err)
	assert.Zero(t, s.rack.watching.Load())
}
