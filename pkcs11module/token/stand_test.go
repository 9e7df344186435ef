package token_test

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/cardtest/story"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/token"
)

const (
	rightPIN = story.RightPIN
	wrongPIN = story.WrongPIN
	newPIN   = story.NewPIN
	rightPUK = story.RightPUK

	firstReader  = "Virtual PCD 00 00"
	secondReader = "Virtual PCD 00 01"
)

var ctx = context.Background()

// stand is a host with the module, and one card in the first reader.
type stand struct {
	t      testing.TB
	rack   *rack
	memory *store.Store
	reader *virtuallink.Reader
	chip   *virtual.Card
	m      *token.Module
}

func newCard(t testing.TB, profile string, change ...func(*virtual.Settings)) *virtuallink.Reader {
	t.Helper()
	p, ok := virtual.ProfileByName(profile)
	require.True(t, ok, profile)
	settings := p.Defaults()
	for _, f := range change {
		f(&settings)
	}
	chip, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: p, Settings: &settings})
	require.NoError(t, err)
	return virtuallink.NewReader(chip)
}

// quick makes a chip answer at once, as the budgets assume.
func quick(s *virtual.Settings) {
	s.NoLe, s.FilePadding, s.ReadLimit, s.ReadLimitSM = virtual.NoLeData, nil, 0, 0
	s.GetDataRefusesLe, s.GetResponseCLA, s.ShortLe = false, virtual.GetResponseAny, virtual.ShortLeMore
	s.DHParameters = virtual.DHBoth
}

func newStand(t testing.TB, change ...func(*token.Options)) *stand {
	t.Helper()
	return newStandOf(t, newCard(t, "gemalto", quick), change...)
}

func newStandOf(t testing.TB, reader *virtuallink.Reader, change ...func(*token.Options)) *stand {
	t.Helper()
	s := &stand{t: t, rack: newRack(t), memory: store.Memory(), reader: reader, chip: reader.Card()}
	s.rack.plug(firstReader)
	s.rack.insert(firstReader, reader)
	s.m = s.module(change...)
	require.NoError(t, s.m.Initialize(ctx, nil))
	return s
}

// module makes a module over the stand's readers and memory, not initialized.
func (s *stand) module(change ...func(*token.Options)) *token.Module {
	s.t.Helper()
	o := token.Options{Readers: s.rack, Store: s.memory, QueryTries: true}
	for _, f := range change {
		f(&o)
	}
	m := token.New(o)
	s.t.Cleanup(func() { _ = m.Close() })
	return m
}

func (s *stand) open(flags ...ck.Flags) ck.SessionHandle {
	s.t.Helper()
	all := ck.SessionSerial
	for _, f := range flags {
		all |= f
	}
	h, err := s.m.OpenSession(ctx, 1, all)
	require.NoError(s.t, err)
	return h
}

func (s *stand) login(h ck.SessionHandle, pin string) error {
	s.t.Helper()
	return s.m.Login(ctx, h, ck.UserUser, []byte(pin))
}

// logIn is a session that is logged in.
func (s *stand) logIn() ck.SessionHandle {
	s.t.Helper()
	h := s.open()
	require.NoError(s.t, s.login(h, rightPIN))
	return h
}

func (s *stand) state(h ck.SessionHandle) ck.State {
	s.t.Helper()
	info, err := s.m.GetSessionInfo(ctx, h)
	require.NoError(s.t, err)
	return info.State
}

func (s *stand) find(h ck.SessionHandle, template ...ck.Attribute) []ck.ObjectHandle {
	s.t.Helper()
	require.NoError(s.t, s.m.FindObjectsInit(ctx, h, template))
	found, err := s.m.FindObjects(ctx, h, 100)
	require.NoError(s.t, err)
	require.NoError(s.t, s.m.FindObjectsFinal(ctx, h))
	return found
}

func (s *stand) one(h ck.SessionHandle, class ck.ObjectClass) ck.ObjectHandle {
	s.t.Helper()
	found := s.find(h, of(class))
	require.Len(s.t, found, 1)
	return found[0]
}

func (s *stand) attribute(h ck.SessionHandle, o ck.ObjectHandle, kind ck.AttributeType) []byte {
	s.t.Helper()
	value, err := s.m.GetAttribute(ctx, h, o, kind)
	require.NoError(s.t, err)
	return value
}

// sign signs text with a mechanism.
func (s *stand) sign(h ck.SessionHandle, mechanism ck.MechanismType, text []byte) ([]byte, error) {
	s.t.Helper()
	// The handle lives on where the key is not found any more: the third object.
	key := ck.ObjectHandle(3)
	if found := s.find(h, of(ck.ClassPrivateKey)); len(found) > 0 {
		key = found[0]
	}
	if err := s.m.SignInit(ctx, h, &ck.Mechanism{Type: mechanism}, key); err != nil {
		return nil, err
	}
	signature, _, err := s.m.Sign(ctx, h, text, 512)
	return signature, err
}

// verifies is how many VERIFY commands with data reached the chip.
func (s *stand) verifies() int { return s.chip.Counters().Verify[0x81] }

func (s *stand) triesLeft() int { return s.chip.State().PINTries }

// knowCard lets the memory know the card, as after a first visit.
func (s *stand) knowCard() {
	s.t.Helper()
	link, err := s.reader.Connect()
	require.NoError(s.t, err)
	c := card.New(link, card.Options{Store: s.memory, QueryTries: true})
	r, err := c.Inspect(ctx, card.PINReference)
	require.NoError(s.t, err)
	require.NoError(s.t, c.Login(ctx, story.PIN(s.t, rightPIN), story.Agreed(r, card.PINReference)))
	require.NoError(s.t, c.Close())
	s.chip.ClearJournal()
	s.rack.apdus.Store(0)
}

// layAgain takes the card away and lays it back; h is a session until then.
func (s *stand) layAgain(h ck.SessionHandle) {
	s.t.Helper()
	s.rack.remove(firstReader)
	s.soon("sessions gone", func() bool { _, err := s.m.GetSessionInfo(ctx, h); return err != nil })
	s.rack.insert(firstReader, s.reader)
	s.soon("card back", func() bool { return len(s.slots(true, false)) == 1 })
}

// soon waits for what another goroutine brings about.
func (s *stand) soon(what string, condition func() bool) {
	s.t.Helper()
	require.Eventually(s.t, condition, 30*time.Second, time.Millisecond, what)
}

func of(class ck.ObjectClass) ck.Attribute {
	return ck.Attribute{Type: ck.AttributeClass, Value: ulong(uint64(class))}
}

func ulong(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }
