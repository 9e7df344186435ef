package card_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtuallink"
)

// Where the cases of the fault table are played; the table is in faults_test.go.

// setting is a scene and an operation, with what all its cases share.
type setting struct {
	scene
	operation
	static []byte       // what a known card's record holds
	report *card.Report // what the person saw, for cold cases
}

func prepare(t *testing.T, sc scene, op operation) *setting {
	g := &setting{scene: sc, operation: op}
	s := g.stand(t, "before")
	c := s.open()
	r, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
	require.NoError(t, err)
	g.report = r
	g.static, _ = s.memory.Card([]byte(specimenNIS)).Static()
	require.NotEmpty(t, g.static)
	return g
}

// learn counts the APDUs of a clean run.
func learn(t *testing.T, g *setting) (all, protected int) {
	s := g.stand(t, "clean")
	require.Empty(t, s.play(virtual.Fault{}))
	return s.sent, s.sentProtected
}

// stand is a desk whose wire is watched, for one case.
type stand struct {
	*desk
	*setting
	wire     *wire
	sameCard bool // go on with the same *Card afterwards, as a resident program does

	before    virtual.State
	bootsThen uint64 // when a PIN command was last answered
	err       error
	report    *card.Report

	sent, sentProtected int  // APDUs of the operation
	locked              bool // the card has said, under its MAC, that the PUK is blocked
}

// stand lays a card on a reader; all randomness follows from the names.
func (g *setting) stand(t testing.TB, name string) *stand {
	t.Helper()
	p, _ := virtual.ProfileByName("gemalto")
	settings := p.Defaults()
	if g.settings != nil {
		g.settings(&settings)
	}
	seed := func(side string) *rand.ChaCha8 {
		return newSeeded(side + g.scene.name + g.operation.name + name)
	}
	s := &stand{setting: g, wire: &wire{}}
	state := virtual.State{PIN: rightPIN, PINTries: g.pinTries, PUKTries: 9}
	states := &virtual.MemoryStore{}
	require.NoError(t, states.Save(state))
	chip, err := virtual.New(virtual.Config{Data: sharedSpecimen(), Profile: p, Settings: &settings, Store: states, Rand: seed("card")})
	require.NoError(t, err)
	chip.Observe(func(x virtual.Exchange) {
		if iso7816.IsPINCommand(byte(x.INS)) {
			s.bootsThen = chip.State().Boots
		}
	})
	s.desk = &desk{t: t, chip: chip, reader: virtuallink.NewReader(chip), memory: store.Memory()}
	s.o = card.Options{Store: s.memory, QueryTries: true, Rand: seed("terminal")}
	if g.known && g.static != nil {
		require.NoError(t, s.memory.Card([]byte(specimenNIS)).SetStatic(g.static))
	}
	return s
}

// open connects over the watched wire.
func (s *stand) open() *card.Card {
	link, err := s.reader.Connect()
	require.NoError(s.t, err)
	return card.New(&tap{Link: link, wire: s.wire}, s.o)
}

// play runs the case and returns what is wrong; a zero fault is a clean run.
func (s *stand) play(fault virtual.Fault) (complaints []error) {
	c := s.open()
	defer func() { _ = c.Close() }()
	r := s.setting.report
	if s.warm {
		var err error
		if r, err = c.Inspect(ctx, card.PINReference, card.PUKReference); err != nil {
			return []error{fmt.Errorf("inspect before: %w", err)}
		}
	}
	s.wire.sent = nil
	s.before = s.chip.State()
	mark := len(s.chip.Journal())
	if fault.Kind != "" {
		if err := s.chip.Arm(fault); err != nil {
			return []error{err}
		}
	}
	began := time.Now()
	s.err = s.guarded(c, r)
	s.sent, s.sentProtected = len(s.wire.sent), s.wire.protected()
	if errors.Is(s.err, errPanic) {
		return []error{s.err}
	}
	if lasted := time.Since(began); lasted > 20*time.Second {
		complaints = append(complaints, fmt.Errorf("took %v", lasted))
	}
	complaints = append(complaints, s.judge(fault, s.chip.Journal(), mark)...)
	return append(complaints, s.usableAfterwards(c)...)
}

var errPanic = errors.New("panic")

func (s *stand) guarded(c *card.Card, r *card.Report) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", errPanic, p, debug.Stack())
		}
	}()
	return s.run(s, c, r)
}

// tap is a Link whose traffic is noted.
type tap struct {
	card.Link
	wire *wire
}

func (l *tap) Transmit(command []byte) ([]byte, error) {
	if l.wire.note(command) > maxAPDUs {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkLost, Sent: true}
	}
	return l.Link.Transmit(command)
}

func (l *tap) Begin(ctx context.Context) (bool, error) { return l.Link.Begin(ctx) }

// wire is what a program sent, headers only.
type wire struct{ sent []sent }

// sent is one command; full says that it carried data.
type sent struct {
	cla, ins, p2 byte
	full         bool
}

func (w *wire) note(command []byte) int {
	c := sent{cla: command[0], ins: command[1], p2: command[3]}
	switch {
	case c.cla&iso7816.CLASecured == 0:
		c.full = len(command) > 5
	case len(command) > 5: // a protected command without data begins with its Le
		c.full = command[5] == 0x87 || command[5] == 0x85
	}
	w.sent = append(w.sent, c)
	return len(w.sent)
}

func (w *wire) protected() (n int) {
	for _, c := range w.sent {
		if c.cla&iso7816.CLASecured != 0 {
			n++
		}
	}
	return n
}

// tally counts outcomes over the table, to show that it is not all one.
type tally struct {
	mu    sync.Mutex
	cases map[string]int
	began time.Time
}

func newTally() *tally { return &tally{cases: map[string]int{}, began: time.Now()} }

func (n *tally) add(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cases["all"]++
	n.cases[classOf(err)]++
}

func (n *tally) String() string {
	return fmt.Sprintf("%v in %.1f s", n.cases, time.Since(n.began).Seconds())
}

// newSeeded is randomness that is the same each time.
func newSeeded(name string) *rand.ChaCha8 { return rand.NewChaCha8(sha256.Sum256([]byte(name))) }
