package virtual

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Commands of section 9 of the card protocol.
const (
	emptyPIN    = "00200081"
	emptyPUK    = "00200082"
	rightPIN    = "00200081083132333435363738"
	wrongPIN    = "00200081083030303030303030"
	rightPUK    = "00200082083837363534333231"
	wrongPUK    = "00200082083030303030303030"
	changePIN   = "00240081103132333435363738" + "3131323233333434"
	changeWrong = "00240081103030303030303030" + "3131323233333434"
	newPIN      = "00200081083131323233333434"
	resetNew    = "002C0281083131323233333434"
	resetOnly   = "002C0381"
)

// step is one PIN command and its inner status word.
type step struct {
	command string
	want    StatusWord
}

func runSteps(t *testing.T, x *testTerminal, steps []step) {
	t.Helper()
	for i, s := range steps {
		_, sw := x.do(s.command)
		require.Equal(t, s.want, sw, "step %d %s", i, s.command)
	}
}

func TestPINCommandsInClear(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	send(t, card, "00A4040C06A00000000039")
	for _, command := range []string{emptyPIN, emptyPIN + "00", rightPIN, wrongPIN, rightPUK, changePIN, resetNew, resetOnly} {
		require.Equal(t, "6982", send(t, card, command))
	}
	x := newTerminal(t, card).agree()
	for _, command := range []string{emptyPIN, rightPIN, wrongPIN, rightPUK, changePIN, resetNew, resetOnly} {
		_, sw := x.do(command)
		require.Equal(t, swSecurityStatus, sw, "before device authentication")
	}
	require.Equal(t, State{PIN: "12345678", PINTries: 3, PUKTries: 10, Boots: 1}, card.State())
	require.Empty(t, card.Counters().Presentations)
}

func TestPINSequences(t *testing.T) {
	none := func(*Settings) {}
	for _, c := range []struct {
		name   string
		adjust func(*Settings)
		steps  []step
		state  State
	}{
		{"right", none, []step{{rightPIN, swOK}, {emptyPIN, swOK}}, State{PINTries: 3, PUKTries: 10}},
		{"wrong, then right", none, []step{{wrongPIN, 0x63C2}, {emptyPIN, 0x63C2}, {rightPIN, swOK}}, State{PINTries: 3, PUKTries: 10}},
		{"wrong ends the PIN state", none, []step{{rightPIN, swOK}, {wrongPIN, 0x63C2}, {"00B0820009", swSecurityStatus}}, State{PINTries: 2, PUKTries: 10}},
		{"three wrong", none, []step{{wrongPIN, 0x63C2}, {wrongPIN, 0x63C1}, {wrongPIN, 0x63C0}, {rightPIN, 0x6983}, {emptyPIN, 0x6983}, {changePIN, 0x6983}},
			State{PINTries: 0, PUKTries: 10}},
		{"third answers 6983", func(s *Settings) { s.LastTry = swBlocked }, []step{{wrongPIN, 0x63C2}, {wrongPIN, 0x63C1}, {wrongPIN, 0x6983}, {rightPIN, 0x6983}},
			State{PINTries: 0, PUKTries: 10}},
		{"blocked answers 6982", func(s *Settings) { s.BlockedAnswer = swSecurityStatus }, []step{{wrongPIN, 0x63C2}, {wrongPIN, 0x63C1}, {wrongPIN, 0x63C0}, {rightPIN, 0x6982}},
			State{PINTries: 0, PUKTries: 10}},
		{"count hidden", func(s *Settings) { s.WrongPINHidesCount = true }, []step{{wrongPIN, 0x6300}, {emptyPIN, 0x6300}, {wrongPIN, 0x6300}, {wrongPIN, 0x6300}, {rightPIN, 0x6983}},
			State{PINTries: 0, PUKTries: 10}},
		{"malformed costs nothing", none, []step{
			{"0020008107" + "31323334353637", swWrongLength}, {"0020008109" + "313233343536373839", swWrongLength},
			{"00200181083132333435363738", swWrongP1P2}, {"00200083083132333435363738", swReferenceNotFound},
			{"002400810F" + "313233343536373831313232333334", swWrongLength}, {"00240181083131323233333434", swWrongP1P2},
			{"00240081103030303030303030" + "313132323333344A", swWrongData}, {"0024008210" + "38373635343332313131323233333434", swSecurityStatus},
			{"0024008310" + "38373635343332313131323233333434", swReferenceNotFound},
		}, State{PINTries: 3, PUKTries: 10}},
		{"change", none, []step{{rightPIN, swOK}, {changePIN, swOK}, {emptyPIN, swOK}, {newPIN, swOK}, {rightPIN, 0x63C2}},
			State{PIN: "11223344", PINTries: 2, PUKTries: 10}},
		{"change with the wrong old PIN", none, []step{{rightPIN, swOK}, {changeWrong, 0x63C2}, {emptyPIN, 0x63C2}}, State{PINTries: 2, PUKTries: 10}},
		{"reset needs the PUK", none, []step{{resetNew, swSecurityStatus}, {resetOnly, swSecurityStatus}, {wrongPUK, 0x63C9}, {resetNew, swSecurityStatus}},
			State{PINTries: 3, PUKTries: 9}},
		{"unblock", none, []step{{wrongPIN, 0x63C2}, {wrongPIN, 0x63C1}, {wrongPIN, 0x63C0}, {rightPUK, swOK}, {emptyPUK, swOK}, {resetNew, swOK}, {emptyPIN, 0x63C3}, {newPIN, swOK}},
			State{PIN: "11223344", PINTries: 3, PUKTries: 10}},
		{"counter only, then new PIN", none, []step{{wrongPIN, 0x63C2}, {rightPUK, swOK}, {resetOnly, swOK}, {emptyPIN, 0x63C3}, {resetNew, swOK}},
			State{PIN: "11223344", PINTries: 3, PUKTries: 10}},
		{"wrong PUK ends the PUK state", none, []step{{rightPUK, swOK}, {wrongPUK, 0x63C9}, {resetNew, swSecurityStatus}, {rightPUK, swOK}}, State{PINTries: 3, PUKTries: 10}},
		{"reset refusals", none, []step{{rightPUK, swOK}, {"002C0282083131323233333434", swReferenceNotFound}, {"002C028107" + "31313232333334", swWrongLength},
			{"002C028108" + "313132323333344A", swWrongData}, {"002C038108" + "3131323233333434", swWrongLength}, {"002C0081" + "10" + "38373635343332313131323233333434", swWrongP1P2}},
			State{PINTries: 3, PUKTries: 10}},
		{"reset with the PUK inside", func(s *Settings) { s.ResetForms = []int{0, 1} }, []step{
			{resetNew, swWrongP1P2}, {resetOnly, swWrongP1P2}, {"002C0181083030303030303030", 0x63C9}, {"002C0181083837363534333231", swOK},
			{"002C0081" + "10" + "38373635343332313131323233333434", swOK}, {newPIN, swOK}}, State{PIN: "11223344", PINTries: 3, PUKTries: 10}},
		{"empty refused", func(s *Settings) { s.EmptyVerify = EmptyVerifyRefused; s.EmptyVerifyRefusal = 0x6A80 }, []step{{emptyPIN, 0x6A80}, {emptyPUK, 0x6A80}, {rightPIN, swOK}, {emptyPIN, 0x6A80}},
			State{PINTries: 3, PUKTries: 10}},
		{"empty costs", func(s *Settings) { s.EmptyVerify = EmptyVerifyCosts }, []step{{emptyPIN, 0x63C2}, {emptyPIN, 0x63C1}, {rightPIN, swOK}, {emptyPIN, swOK}, {emptyPUK, 0x63C9}},
			State{PINTries: 3, PUKTries: 9}},
		{"PIN and PUK states are apart", none, []step{{rightPUK, swOK}, {"00B0820009", swSecurityStatus}, {rightPIN, swOK}, {"00B0820009", swOK}}, State{PINTries: 3, PUKTries: 10}},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", c.adjust, nil)
			runSteps(t, connect(t, card), c.steps)
			if c.state.PIN == "" {
				c.state.PIN = "12345678"
			}
			c.state.Boots = 1
			require.Equal(t, c.state, card.State())
		})
	}
}

func TestPUKBlockedForEver(t *testing.T) {
	store := &MemoryStore{}
	p, _ := ProfileByName("nxp")
	card, err := New(Config{Data: vectorData(t), Profile: p, Store: store})
	require.NoError(t, err)
	x := connect(t, card)
	for i := 9; i >= 0; i-- {
		_, sw := x.do(wrongPUK)
		require.Equal(t, StatusWord(0x63C0|i), sw)
	}
	runSteps(t, x, []step{{rightPUK, swBlocked}, {emptyPUK, swBlocked}, {resetNew, swSecurityStatus}, {rightPIN, swOK}})
	require.True(t, card.State().BlockedForEver)
	card, err = New(Config{Data: vectorData(t), Profile: p, Store: store})
	require.NoError(t, err)
	runSteps(t, connect(t, card), []step{{rightPUK, swBlocked}, {rightPIN, swOK}})
	require.True(t, card.State().BlockedForEver)
}

func TestWrongPINAnswers(t *testing.T) {
	for _, c := range []struct {
		form  WrongPINAnswer
		outer OuterStatus
		want  string
		body  bool
	}{
		{WrongPINInner, OuterWarnings, "9000", true},
		{WrongPINInner, OuterSuccess, "9000", true},
		{WrongPINInner, OuterRepeat, "63C2", true},
		{WrongPINOuterWithBody, OuterWarnings, "63C2", true},
		{WrongPINOuterPlain, OuterWarnings, "63C2", false},
	} {
		t.Run(fmt.Sprint(c.form, c.outer), func(t *testing.T) {
			card := newCard(t, vectorData(t), "nxp", func(s *Settings) { s.WrongPINAnswer, s.OuterStatus = c.form, c.outer }, nil)
			x := connect(t, card)
			_, sw := x.do(wrongPIN)
			require.Equal(t, c.want, x.outer.String())
			require.Equal(t, 2, card.State().PINTries)
			if !c.body {
				require.Empty(t, x.body)
				require.Equal(t, []byte{0x69, 0x87}, transmit(t, card, x.protect(unhex(t, rightPIN))))
				return
			}
			require.Equal(t, StatusWord(0x63C2), sw)
			_, sw = x.do(rightPIN)
			require.Equal(t, swOK, sw)
			_, sw = x.do("00B0820010")
			require.Equal(t, swEndOfFile, sw)
			require.Equal(t, map[OuterStatus]string{OuterWarnings: "6282", OuterSuccess: "9000", OuterRepeat: "6282"}[c.outer], x.outer.String())
		})
	}
}

// powerCut is a store whose power can fail: Save panics after or instead of saving.
type powerCut struct {
	MemoryStore
	cut   func(State) bool
	saved []State
}

type cutError struct{}

func (p *powerCut) Save(s State) error {
	if p.cut != nil && p.cut(s) {
		panic(cutError{})
	}
	p.saved = append(p.saved, s)
	return p.MemoryStore.Save(s)
}

// TestPowerCutGainsNoTry cuts the power at every write of a presentation.
func TestPowerCutGainsNoTry(t *testing.T) {
	data := vectorData(t)
	p, _ := ProfileByName("nxp")
	for _, c := range []struct {
		command string
		cutAt   func(State) bool
		tries   int // of the PIN afterwards
	}{
		// The right PIN: cut while the counter is restored. The try stays spent.
		{rightPIN, func() func(State) bool { n := 0; return func(State) bool { n++; return n == 2 } }(), 2},
		// The wrong PIN: the first write is the decrement; nothing is compared before it.
		{wrongPIN, func(State) bool { return true }, 3},
		// A change: decrement, restore, cut before the new value.
		{changePIN, func() func(State) bool { n := 0; return func(State) bool { n++; return n == 3 } }(), 3},
	} {
		store := &powerCut{}
		card, err := New(Config{Data: data, Profile: p, Store: store})
		require.NoError(t, err)
		x := connect(t, card)
		command := x.protect(unhex(t, c.command))
		store.cut = c.cutAt
		require.PanicsWithValue(t, cutError{}, func() { _, _ = card.Transmit(command) })
		store.cut = nil
		again, err := New(Config{Data: data, Profile: p, Store: store})
		require.NoError(t, err)
		require.Equal(t, c.tries, again.State().PINTries, c.command)
		require.Equal(t, "12345678", again.State().PIN)
	}
}

// TestDecrementIsSavedBeforeTheAnswer looks at the order of writes.
func TestDecrementIsSavedBeforeTheAnswer(t *testing.T) {
	p, _ := ProfileByName("nxp")
	store := &powerCut{}
	card, err := New(Config{Data: vectorData(t), Profile: p, Store: store})
	require.NoError(t, err)
	x := connect(t, card)
	store.saved = nil
	runSteps(t, x, []step{{rightPIN, swOK}})
	require.Equal(t, []int{2, 3}, []int{store.saved[0].PINTries, store.saved[1].PINTries})
	store.saved = nil
	runSteps(t, x, []step{{wrongPIN, 0x63C2}})
	require.Len(t, store.saved, 1)
	require.Equal(t, 2, store.saved[0].PINTries)
}

// brokenStore fails to save when told.
type brokenStore struct {
	MemoryStore
	broken bool
}

var errBroken = errors.New("broken memory")

func (b *brokenStore) Save(s State) error {
	if b.broken {
		return errBroken
	}
	return b.MemoryStore.Save(s)
}

func TestMemoryFailure(t *testing.T) {
	p, _ := ProfileByName("nxp")
	store := &brokenStore{}
	card, err := New(Config{Data: vectorData(t), Profile: p, Store: store})
	require.NoError(t, err)
	x := connect(t, card)
	store.broken = true
	runSteps(t, x, []step{{rightPIN, swMemoryFailure}, {wrongPIN, swMemoryFailure}, {changePIN, swMemoryFailure}, {"00B0820009", swSecurityStatus}})
	require.Empty(t, card.Counters().Presentations, "nothing was compared")
	require.Equal(t, 3, card.State().PINTries)
	_, err = card.Reset()
	require.ErrorIs(t, err, errBroken)
	_, err = card.Transmit(unhex(t, "00A40000"))
	require.ErrorIs(t, err, NewError(Unpowered))
	store.broken = false
	_, err = card.PowerOn()
	require.NoError(t, err)
	require.Equal(t, "9000", send(t, card, "00A40000"))
}
