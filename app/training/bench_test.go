package training_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/messages"
	"cientro/app/training"
	"cientro/card"
	"cientro/card/store"
)

// The specimen's codes, as the panel shows them.
const (
	rightPIN = "41739628"
	rightPUK = "85206317"
	wrongPIN = "11223344"
	newPIN   = "27182845"
)

// course starts a session without the times of a real card.
func course(t *testing.T, c training.Config) *training.Session {
	t.Helper()
	c.Instant = true
	if c.Pause == 0 {
		c.Pause = time.Millisecond
	}
	s := training.New(c)
	require.NoError(t, s.Start())
	t.Cleanup(s.Stop)
	return s
}

// service is what the pages use of the card.
func service(s *training.Session) *app.Service {
	return app.New(app.Config{Readers: s, Store: store.Memory(), QueryTries: true})
}

// back waits until the card lies on the reader again.
func back(t *testing.T, s *training.Session) {
	t.Helper()
	require.Eventually(t, func() bool { return s.State().OnReader }, time.Minute, time.Millisecond)
}

// person answers what is asked, and confirms everything.
type person struct {
	secrets []string
	before  func() // just before a code is typed
}

func (p *person) Interactive() bool { return true }

func (p *person) Secret(ctx context.Context, _ app.SecretQuestion) ([]byte, error) {
	if p.before != nil {
		p.before()
	}
	if len(p.secrets) == 0 {
		return nil, &app.CancelledError{Err: context.Canceled}
	}
	secret := []byte(p.secrets[0])
	p.secrets = p.secrets[1:]
	return secret, nil
}

func (p *person) ConfirmLastTry(context.Context, card.Tries) (bool, error)    { return true, nil }
func (p *person) ConfirmPUK(_ context.Context, tries card.Tries) (int, error) { return tries.Left, nil }
func (p *person) Show(*app.CardReport, card.Reference)                        {}
func (p *person) Progress(card.Phase)                                         {}

func typing(secrets ...string) *person { return &person{secrets: secrets} }

// verify presents a PIN and returns what became of it.
func verify(s *training.Session, pin string) app.Kind {
	_, err := service(s).VerifyPIN(context.Background(), app.Choice{Reader: training.ReaderName}, typing(pin))
	if err == nil {
		return ""
	}
	return app.ProblemOf(err).Kind
}

func printers(t testing.TB) []*messages.Printer {
	t.Helper()
	var all []*messages.Printer
	for _, l := range messages.Languages() {
		p, err := messages.New(l)
		require.NoError(t, err)
		all = append(all, p)
	}
	return all
}
