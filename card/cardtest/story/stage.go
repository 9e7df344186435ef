// Package story plays the life of a card from the first right PIN to the tenth
// wrong PUK, and counts the commands that can spend a try. It plays the same
// story in this process and through a real PC/SC daemon.
//
// It is for tests only.
package story

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/virtual"
)

// The specimen's codes and some others, none of them weak.
const (
	RightPIN = "41739628"
	WrongPIN = "90817263"
	NewPIN   = "62840317"
	RightPUK = "85206317"
	WrongPUK = "31415927"
)

// Stage is a virtual card, however it is reached.
type Stage struct {
	// Connect opens a connection as a program would; the stage's test closes it.
	Connect func(testing.TB) card.Link
	Chip    *virtual.Card
	Options card.Options
}

// Open is one program in front of the card.
func (s Stage) Open(t testing.TB) *card.Card {
	t.Helper()
	c := card.New(s.Connect(t), s.Options)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// PIN parses digits.
func PIN(t testing.TB, digits string) card.PIN {
	t.Helper()
	p, err := card.ParsePIN([]byte(digits))
	require.NoError(t, err)
	return p
}

// PUK parses digits.
func PUK(t testing.TB, digits string) card.PUK {
	t.Helper()
	p, err := card.ParsePUK([]byte(digits))
	require.NoError(t, err)
	return p
}

// Agreed is a consent that says yes to whatever is asked.
func Agreed(r *card.Report, ref card.Reference) card.Consent {
	consent := r.Consent(ref)
	consent.LastTry = true
	consent.PUKTries = consent.Shown().ConfirmNumber()
	return consent
}

// Verify is a program that verifies a PIN.
func (s Stage) Verify(t testing.TB, digits string) (card.Tries, error) {
	t.Helper()
	c := s.Open(t)
	r, err := c.Inspect(context.Background(), card.PINReference)
	require.NoError(t, err)
	return c.VerifyPIN(context.Background(), PIN(t, digits), Agreed(r, card.PINReference))
}

// Change is a program that changes the PIN.
func (s Stage) Change(t testing.TB, old, new string) (card.Tries, error) {
	t.Helper()
	c := s.Open(t)
	r, err := c.Inspect(context.Background(), card.PINReference)
	require.NoError(t, err)
	return c.ChangePIN(context.Background(), PIN(t, old), PIN(t, new), Agreed(r, card.PINReference))
}

// Unblock is a program that unblocks the card with the PUK.
func (s Stage) Unblock(t testing.TB, puk, pin string) (card.Tries, error) {
	t.Helper()
	c := s.Open(t)
	r, err := c.Inspect(context.Background(), card.PINReference, card.PUKReference)
	require.NoError(t, err)
	return c.UnblockPIN(context.Background(), PUK(t, puk), PIN(t, pin), Agreed(r, card.PUKReference))
}

// Counts are the commands that reached the card: VERIFY with and without data,
// CHANGE REFERENCE DATA, RESET RETRY COUNTER.
type Counts struct{ Verify, Change, Reset, Empty int }

// Counted tells them.
func (s Stage) Counted() Counts {
	n := s.Chip.Counters()
	sum := func(m map[virtual.Reference]int) (total int) {
		for _, v := range m {
			total += v
		}
		return total
	}
	return Counts{sum(n.Verify), sum(n.Change), sum(n.Reset), sum(n.EmptyVerify)}
}
