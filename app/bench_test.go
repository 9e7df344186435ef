package app

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/card"
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

// bench is a row of readers with cards in software.
type bench struct {
	t        *testing.T
	readers  []Reader
	cards    map[string]*virtuallink.Reader
	list     error            // of every list
	connects map[string]error // by reader
	touched  []string         // readers connected to, in order
}

func newBench(t *testing.T) *bench {
	return &bench{t: t, cards: map[string]*virtuallink.Reader{}, connects: map[string]error{}}
}

// cie adds a reader with a CIE on it; each has a number of its own.
func (b *bench) cie(name string, change func(*virtual.Settings)) *virtual.Card {
	b.t.Helper()
	data := specimen.Default()
	profile, _ := virtual.ProfileByName("gemalto")
	settings := profile.Defaults()
	if change != nil {
		change(&settings)
	}
	c, err := virtual.New(virtual.Config{Data: data, Profile: profile, Settings: &settings})
	require.NoError(b.t, err)
	b.put(name, ReaderContactless, c)
	return c
}

func (b *bench) badge(name string) *virtual.Card {
	c := virtual.NewForeign([]byte{0x3B, 0x80, 0x80, 0x01, 0x01}, nil)
	b.put(name, ReaderContact, c)
	return c
}

func (b *bench) put(name string, kind ReaderKind, c *virtual.Card) {
	b.readers = append(b.readers, Reader{Name: name, Kind: kind, Present: true, ATR: c.ATR()})
	b.cards[name] = virtuallink.NewReader(c)
}

func (b *bench) reader(r Reader) { b.readers = append(b.readers, r) }

func (b *bench) Readers(context.Context) ([]Reader, error) { return b.readers, b.list }

func (b *bench) Connect(_ context.Context, name string) (Connection, error) {
	b.touched = append(b.touched, name)
	if err := b.connects[name]; err != nil {
		return nil, err
	}
	return LinkToVirtual(b.cards[name])
}

func (b *bench) Close() error { return nil }

func (b *bench) service() *Service {
	return New(Config{Readers: b, Store: store.Memory(), QueryTries: true})
}

// pinCommands are VERIFY, CHANGE and RESET RETRY COUNTER as the card saw them.
func pinCommands(c *virtual.Card) [3]int {
	n := c.Counters()
	count := func(m map[virtual.Reference]int) (sum int) {
		for _, v := range m {
			sum += v
		}
		return sum
	}
	return [3]int{count(n.Verify), count(n.Change), count(n.Reset)}
}

// answers is an Asker that follows a script.
type answers struct {
	interactive bool
	secrets     []string
	lastTry     bool
	pukTries    int
	err         error  // of the next secret
	before      func() // just before a secret is given

	asked   []SecretQuestion
	shown   []card.Tries
	reports []*CardReport
	confirm []string
	phases  []card.Phase
	given   [][]byte
}

func typed(secrets ...string) *answers { return &answers{secrets: secrets} }

func person(secrets ...string) *answers { return &answers{interactive: true, secrets: secrets} }

func (a *answers) Interactive() bool { return a.interactive }

func (a *answers) Secret(ctx context.Context, q SecretQuestion) ([]byte, error) {
	a.asked = append(a.asked, q)
	if a.before != nil {
		a.before()
	}
	if a.err != nil {
		return nil, a.err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(a.secrets) == 0 {
		return nil, &CancelledError{Err: context.Canceled}
	}
	secret := []byte(a.secrets[0])
	a.secrets = a.secrets[1:]
	a.given = append(a.given, secret)
	return secret, nil
}

func (a *answers) ConfirmLastTry(context.Context, card.Tries) (bool, error) {
	a.confirm = append(a.confirm, "last try")
	return a.lastTry, nil
}

func (a *answers) ConfirmPUK(context.Context, card.Tries) (int, error) {
	a.confirm = append(a.confirm, "puk")
	return a.pukTries, nil
}

func (a *answers) Show(report *CardReport, ref card.Reference) {
	a.reports = append(a.reports, report)
	if ref == card.PUKReference {
		a.shown = append(a.shown, report.PUK)
		return
	}
	a.shown = append(a.shown, report.PIN)
}

func (a *answers) Progress(p card.Phase) { a.phases = append(a.phases, p) }

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func shelf(t *testing.T) *VirtualCard {
	return NewVirtualCard(filepath.Join(t.TempDir(), "state", "virtual-card.json"))
}
