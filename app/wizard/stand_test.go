package wizard

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// The fixed specimen's secrets, and a wrong one of each.
const (
	rightPIN = "41739628"
	rightPUK = "85206317"
	wrongPIN = "41739620"
	wrongPUK = "85206310"
	newPIN   = "27182845"
)

const reader = "Virtual 00 00"

// stand is one reader with a card in software, and a service over it.
type stand struct {
	t       testing.TB
	card    *virtual.Card
	reader  *virtuallink.Reader
	service *app.Service
	others  []app.Reader // readers beside it
	codes   [][]byte     // all that was typed
}

func newStand(t testing.TB, change ...func(*virtual.Settings)) *stand {
	t.Helper()
	profile, _ := virtual.ProfileByName("gemalto")
	settings := profile.Defaults()
	for _, c := range change {
		c(&settings)
	}
	c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile, Settings: &settings})
	require.NoError(t, err)
	s := &stand{t: t, card: c, reader: virtuallink.NewReader(c)}
	s.forget()
	return s
}

// forget starts a program that never saw the card.
func (s *stand) forget() {
	s.service = app.New(app.Config{Readers: s, Store: store.Memory(), QueryTries: true})
}

func (s *stand) Readers(context.Context) ([]app.Reader, error) {
	return append([]app.Reader{{Name: reader, Kind: app.ReaderContactless, Present: s.card.Inserted(), ATR: s.card.ATR()}}, s.others...), nil
}

func (s *stand) Connect(_ context.Context, name string) (app.Connection, error) {
	if name != reader {
		return nil, &app.NoReaderError{Wanted: name}
	}
	return app.LinkToVirtual(s.reader)
}

func (s *stand) Close() error { return nil }

// sent are VERIFY, CHANGE and RESET RETRY COUNTER as the card saw them.
func (s *stand) sent() [3]int {
	n := s.card.Counters()
	sum := func(m map[virtual.Reference]int) (sum int) {
		for _, v := range m {
			sum += v
		}
		return sum
	}
	return [3]int{sum(n.Verify), sum(n.Change), sum(n.Reset)}
}

// left sets how many tries are left.
func (s *stand) left(code Code, tries int) {
	s.t.Helper()
	pin, puk := s.card.State().PINTries, s.card.State().PUKTries
	if code == PUK {
		puk = tries
	} else {
		pin = tries
	}
	require.NoError(s.t, s.card.SetTries(pin, puk))
}

// walk is a wizard on its way.
type walk struct {
	*Wizard
	s     *stand
	now   State
	ticks chan struct{}
}

// seen are the arrows gone in all tests of this package, by kind.
var seen = struct {
	sync.Mutex
	arrows map[Kind]map[[2]Step]bool
}{arrows: map[Kind]map[[2]Step]bool{}}

func saw(k Kind, from, to Step) {
	seen.Lock()
	defer seen.Unlock()
	if seen.arrows[k] == nil {
		seen.arrows[k] = map[[2]Step]bool{}
	}
	seen.arrows[k][[2]Step{from, to}] = true
}

func (s *stand) prepare(k Kind, change ...func(*Config)) *walk {
	s.t.Helper()
	w := &walk{s: s, ticks: make(chan struct{}, 1)}
	c := Config{Kind: k, Service: s.service, Choice: app.Choice{Reader: reader}, Changed: func() {
		select {
		case w.ticks <- struct{}{}:
		default:
		}
	}}
	for _, to := range change {
		to(&c)
	}
	w.Wizard = New(c)
	w.observe = func(from, to Step) { saw(k, from, to) }
	return w
}

// start starts a wizard and waits until it wants something, or has ended.
func (s *stand) start(k Kind, change ...func(*Config)) *walk {
	s.t.Helper()
	w := s.prepare(k, change...)
	w.Start(s.t.Context())
	w.settle()
	return w
}

// settle waits until a question is open or the walk is over.
func (w *walk) settle() State {
	w.s.t.Helper()
	limit := time.After(30 * time.Second)
	for {
		w.mu.Lock()
		settled := w.open
		w.now = w.state
		w.mu.Unlock()
		if settled {
			return w.now
		}
		select {
		case <-w.ticks:
		case <-w.Done():
			w.now = w.State()
			return w.now
		case <-limit:
			w.s.t.Fatalf("the wizard hangs at %s", w.now.Step)
		}
	}
}

// enter types a code.
func (w *walk) enter(code string) State {
	w.s.t.Helper()
	typed := []byte(code)
	w.s.codes = append(w.s.codes, typed)
	w.Enter(w.now.Step, typed)
	return w.settle()
}

// gates goes through the gate, if there is one.
func (w *walk) gates() State {
	w.s.t.Helper()
	switch w.now.Step {
	case LastTryGate:
		w.ConfirmLastTry()
	case PUKGate:
		w.ConfirmPUK(w.now.Confirm)
	}
	return w.settle()
}

// ends waits for the end, and looks at what holds for every end.
func (w *walk) ends() State {
	w.s.t.Helper()
	select {
	case <-w.Done():
	case <-time.After(30 * time.Second):
		w.s.t.Fatalf("the wizard hangs at %s", w.State().Step)
	}
	w.now = w.State()
	require.Equal(w.s.t, Ended, w.now.Step)
	require.NotNil(w.s.t, w.now.Outcome)
	for _, code := range w.s.codes {
		require.Equal(w.s.t, make([]byte, len(code)), code, "what was typed is wiped")
	}
	sent := w.s.card.Counters().APDUs
	for _, act := range w.acts() { // nothing anybody does now reaches the card
		act()
	}
	assert.Equal(w.s.t, sent, w.s.card.Counters().APDUs)
	assert.Equal(w.s.t, w.now, w.State(), "the end is the end")
	return w.now
}

// acts is everything a person can do.
func (w *walk) acts() []func() {
	return []func(){
		func() { w.Enter(TypePIN, []byte(rightPIN)) }, w.Back, w.ConfirmLastTry,
		func() { w.ConfirmPUK(3) }, w.CardGone, w.Touch, w.Cancel,
	}
}

// problem is the code of the problem at the end; "" where all went well.
func (w *walk) problem() string {
	if w.now.Outcome == nil || w.now.Outcome.Problem == nil {
		return ""
	}
	return w.now.Outcome.Problem.Key
}

// path goes to a step of a wizard and stops there. The stand is as it must be
// for a gate.
func (s *stand) path(k Kind, to Step, change ...func(*Config)) *walk {
	s.t.Helper()
	switch to {
	case LastTryGate:
		s.left(PIN, 1)
	case PUKGate:
		s.left(PUK, 3)
	}
	w := s.start(k, change...)
	for _, code := range slices.Concat([]string{first(k)}, []string{newPIN, newPIN}) {
		if w.now.Step == to || w.now.Step == Ended {
			break
		}
		w.enter(code)
	}
	require.Equal(s.t, to, w.now.Step, "%s", k)
	return w
}

func first(k Kind) string {
	if k == Unblock {
		return rightPUK
	}
	return rightPIN
}

// waiting are the steps of a kind at which it waits for a person.
func waiting(k Kind) []Step {
	switch k {
	case Change:
		return []Step{LastTryGate, TypePIN, TypeNewPIN, TypeAgain}
	case Unblock:
		return []Step{PUKGate, TypePUK, TypeNewPIN, TypeAgain}
	}
	return []Step{LastTryGate, TypePIN}
}

var kinds = []Kind{Verify, Change, Unblock, Certificate}

// run walks a kind with right codes, gates included.
func (s *stand) run(k Kind, change ...func(*Config)) *walk {
	s.t.Helper()
	w := s.start(k, change...)
	w.gates()
	w.enter(first(k))
	if k.setsPIN() {
		w.enter(newPIN)
		w.enter(newPIN)
	}
	w.ends()
	return w
}
