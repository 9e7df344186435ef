package desk

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card"
	"cientro/card/holder"
	"cientro/card/virtual"
)

// script is an Asker that gives one code.
type script struct{ pin string }

func (s script) Interactive() bool { return false }
func (s script) Secret(context.Context, app.SecretQuestion) ([]byte, error) {
	return []byte(s.pin), nil
}
func (s script) ConfirmLastTry(context.Context, card.Tries) (bool, error) { return false, nil }
func (s script) ConfirmPUK(context.Context, card.Tries) (int, error)      { return 0, nil }
func (s script) Show(*app.CardReport, card.Reference)                     {}
func (s script) Progress(card.Phase)                                      {}

func TestALoanKeepsTheDeskOffTheCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c := cie(t, nil)
		b.put("A", c)
		looks(t, d, "A", LookReady)
		loan, err := d.Borrow(t.Context(), "A")
		require.NoError(t, err)
		assert.Equal(t, "A", loan.Choice.Reader)
		assert.Equal(t, "A", loan.Reader.Name)
		assert.False(t, loan.Demo)
		_, err = d.Borrow(t.Context(), "A")
		require.ErrorIs(t, err, ErrLent)

		c.ClearJournal()
		d.LookAgain("A")
		d.Choose("A")
		b.change(func() {})
		b.plug(contactless("B"))
		looks(t, d, "B", LookEmpty)
		assert.Zero(t, c.Counters().APDUs)

		_, err = loan.Service.VerifyPIN(t.Context(), loan.Choice, script{wrongPIN})
		assert.Equal(t, "PIN-001", app.ProblemOf(err).Code)
		assert.Equal(t, 3, d.State().Place("A").Card.PIN.Left, "nobody has looked")
		loan.Return()
		loan.Return()
		until(t, d, "two tries", func(s State) bool {
			p := s.Place("A")
			return p.Look == LookReady && p.Card.PIN.Left == 2
		})
		assert.Equal(t, "A", d.State().Chosen)
	})
}

func TestWhatIsNotThereIsNotLent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, d := one(t)
		_, err := d.Borrow(t.Context(), "nobody")
		assert.Equal(t, "READER-005", app.ProblemOf(err).Code)
		_, err = d.Borrow(t.Context(), "A")
		assert.Equal(t, "CARD-001", app.ProblemOf(err).Code)
	})
}

// slow makes a look take its time.
func slow(t *testing.T) (c *virtual.Card, started chan struct{}) {
	c = cie(t, nil)
	started = make(chan struct{})
	var once sync.Once
	c.Observe(func(virtual.Exchange) {
		once.Do(func() { close(started) })
		time.Sleep(5 * time.Millisecond)
	})
	return c, started
}

func TestBorrowBreaksOffALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c, started := slow(t)
		b.put("A", c)
		<-started
		loan, err := d.Borrow(t.Context(), "A")
		require.NoError(t, err)
		sent := c.Counters().APDUs
		assert.Less(t, sent, 40, "it was broken off")
		time.Sleep(50 * time.Millisecond)
		assert.Equal(t, sent, c.Counters().APDUs)
		loan.Return()
		looks(t, d, "A", LookReady)
	})
}

func TestWhoDoesNotWaitForACardGetsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c, started := slow(t)
		b.put("A", c)
		<-started
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := d.Borrow(ctx, "A")
		require.ErrorIs(t, err, context.Canceled)
		looks(t, d, "A", LookReady)
		loan, err := d.Borrow(t.Context(), "A")
		require.NoError(t, err, "it is not lent to nobody")
		loan.Return()
	})
}

func TestTheReaderLeavesUnderABorrower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c, started := slow(t)
		b.put("A", c)
		<-started
		d.do(func() { // a borrower who waits for the look to end
			p := d.place("A")
			p.borrower = &borrower{answer: make(chan lent, 1)}
			got := p.borrower
			p.close(&app.NoReaderError{Wanted: "A"})
			assert.Error(t, (<-got.answer).err)
		})
		b.unplug("A")
		until(t, d, "no reader", func(s State) bool { return len(s.Places) == 0 })
	})
}

func TestALoanSaysThatTheCardLeft(t *testing.T) {
	for name, leave := range map[string]func(*table){
		"taken":     func(b *table) { b.take("A") },
		"swapped":   func(b *table) { b.put("A", cie(t, nil)) },
		"unplugged": func(b *table) { b.unplug("A") },
		"service":   func(b *table) { b.fail(&app.ServiceError{State: app.ServiceStopped}) },
	} {
		t.Run(name, func(t *testing.T) {
			b, d := one(t)
			b.put("A", cie(t, nil))
			looks(t, d, "A", LookReady)
			loan, err := d.Borrow(t.Context(), "A")
			require.NoError(t, err)
			select {
			case <-loan.Left:
				require.Fail(t, "it lies there")
			default:
			}
			leave(b)
			select {
			case <-loan.Left:
			case <-time.After(patienceOfTests):
				require.Fail(t, "nobody said that the card left")
			}
			loan.Return()
			if name == "swapped" {
				looks(t, d, "A", LookReady)
			}
		})
	}
}

// What is put down on a lent reader waits until the loan is returned.
func TestACardOnALentReaderWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		b.put("A", cie(t, nil))
		looks(t, d, "A", LookReady)
		loan, err := d.Borrow(t.Context(), "A")
		require.NoError(t, err)
		b.take("A")
		looks(t, d, "A", LookEmpty)
		c := cie(t, nil)
		b.put("A", c)
		looks(t, d, "A", LookReading)
		assert.Zero(t, c.Counters().APDUs)
		loan.Return()
		looks(t, d, "A", LookReady)
	})
}

// faulty is a CIE that misbehaves.
func faulty(t *testing.T, fault virtual.Fault) *virtual.Card {
	c := cie(t, nil)
	require.NoError(t, c.Arm(fault))
	return c
}

func TestARefusedCardCanBeAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c := faulty(t, virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40}) // a hash
		b.put("A", c)
		p := looks(t, d, "A", LookTrouble)
		require.NotNil(t, p.Card)
		assert.True(t, p.Card.Refused)
		assert.True(t, p.Card.MayAccept)
		assert.False(t, p.Card.Accepted)
		assert.True(t, p.Card.ChipProven)
		assert.Equal(t, "failed", p.Card.Authenticity)
		assert.Equal(t, "CARD-016", p.Problem.Code)

		require.NoError(t, d.Accept(t.Context(), "A"))
		p = looks(t, d, "A", LookReady)
		assert.True(t, p.Card.Accepted)
		assert.False(t, p.Card.Refused)
		assert.Equal(t, "failed", p.Card.Authenticity, "accepted is not proven")

		b.take("A") // the card is known again
		looks(t, d, "A", LookMoving)
		b.put("A", c)
		assert.True(t, looks(t, d, "A", LookReady).Card.Accepted)
		assert.Equal(t, [3]int{}, pinCommands(c))
	})
}

func TestWhatCannotBeAccepted(t *testing.T) {
	tests := map[string]struct {
		card *virtual.Card
		look Look
		want error
	}{
		"proven":            {cie(t, nil), LookReady, card.ErrNothingToAccept},
		"another chip":      {faulty(t, virtual.Fault{Kind: virtual.FaultFailedAuthentication, Repeat: true}), LookTrouble, card.ErrNotInspected},
		"a wrong signature": {faulty(t, virtual.Fault{Kind: virtual.FaultTamperedFile, Offset: -20}), LookTrouble, card.ErrNothingToAccept},
		"no CIE":            {virtual.NewForeign([]byte{0x3B, 0x80, 0x80, 0x01, 0x01}, nil), LookForeign, app.ErrNothingSeen},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b, d := one(t)
			require.Error(t, d.Accept(t.Context(), "A"), "no card")
			b.put("A", tt.card)
			p := looks(t, d, "A", tt.look)
			require.NotNil(t, p.Card)
			assert.False(t, p.Card.MayAccept)
			assert.Equal(t, tt.look == LookTrouble, p.Card.Refused)
			require.ErrorIs(t, d.Accept(t.Context(), "A"), tt.want)
			assert.False(t, looks(t, d, "A", tt.look).Card.Accepted)
		})
	}
}

// Only the card that was shown is accepted.
func TestAnotherCardIsNotAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		b.put("A", faulty(t, virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: 40}))
		looks(t, d, "A", LookTrouble)
		loan, err := d.Borrow(t.Context(), "A")
		require.NoError(t, err)
		other := *loan.seen
		report := *other.Report
		report.NIS = holder.NewPersonal("000000000000", 4)
		other.Report = &report
		require.ErrorIs(t, loan.Service.Accept(t.Context(), loan.Choice, &other), card.ErrOtherCard)
		require.ErrorIs(t, loan.Service.Accept(t.Context(), loan.Choice, nil), app.ErrNothingSeen)
		loan.Return()
		assert.True(t, looks(t, d, "A", LookTrouble).Card.Refused)
	})
}

// A setting that changes counts from the next look.
func TestReconfigure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		c := cie(t, func(s *virtual.Settings) { s.CountersByGetData = false })
		d.Reconfigure(app.Config{QueryTries: false})
		b.put("A", c)
		assert.False(t, looks(t, d, "A", LookReady).Card.PIN.Known)
		d.Reconfigure(app.Config{QueryTries: true})
		d.LookAgain("A")
		until(t, d, "tries", func(s State) bool { p := s.Place("A"); return p.Look == LookReady && p.Card.PIN.Known })
	})
}
