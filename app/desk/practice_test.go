package desk

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
)

// beside is a desk with a real CIE on A, and a training with a card on T.
func beside(t *testing.T) (real, training *table, d *Desk) {
	real, training = newTable(t), newTable(t)
	real.plug(contactless("A"))
	training.plug(app.Reader{Name: "T", Kind: app.ReaderVirtual})
	training.put("T", cie(t, nil))
	d = real.desk()
	looks(t, d, "A", LookEmpty)
	d.SetTraining(training)
	until(t, d, "the practice card is meant", func(s State) bool { return s.Chosen == "T" })
	return real, training, d
}

// TestPracticeDoesNotGoOnWithARealCard: a practice card is away for a moment each
// time that a trainer changes it. Whoever types its PIN must not meet a real card
// that lies there, too.
func TestPracticeDoesNotGoOnWithARealCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		real, training, d := beside(t)
		real.put("A", cie(t, nil))
		looks(t, d, "A", LookCIE)
		card := training.cards["T"].Card()
		training.take("T")
		looks(t, d, "T", LookMoving)
		time.Sleep(50 * time.Millisecond) // nothing but time would tell
		require.Empty(t, d.State().Chosen, "nobody has said that the real card is meant")
		training.put("T", card)
		s := until(t, d, "the practice card again", func(s State) bool { return s.Chosen != "" })
		assert.Equal(t, "T", s.Chosen)
		looks(t, d, "T", LookReady)

		d.Choose("A")
		until(t, d, "said by hand", func(s State) bool { return s.Chosen == "A" })
		training.take("T")
		training.put("T", card)
		looks(t, d, "T", LookCIE)
		assert.Equal(t, "A", d.State().Chosen)
	})
}

// TestARealCardIsAskedForDuringATraining: it may be used as ever, when somebody
// says so.
func TestARealCardIsAskedForDuringATraining(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		real, training, d := beside(t)
		training.take("T")
		until(t, d, "empty", func(s State) bool { return s.Chosen == "" })
		real.put("A", cie(t, nil))
		looks(t, d, "A", LookReady)
		time.Sleep(50 * time.Millisecond)
		assert.Empty(t, d.State().Chosen)
		d.Choose("A")
		until(t, d, "chosen", func(s State) bool { return s.Chosen == "A" })
		real.take("A")
		until(t, d, "gone", func(s State) bool { return s.Chosen == "" })

		d.SetTraining(nil)
		real.put("A", cie(t, nil))
		until(t, d, "chosen by itself, as there is no training", func(s State) bool { return s.Chosen == "A" })
	})
}

// TestAtRest: who ends the program waits for what may be in the middle of a PIN
// command.
func TestAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := one(t)
		require.NoError(t, d.AtRest(t.Context()), "nothing is lent")
		b.put("A", cie(t, nil))
		looks(t, d, "A", LookReady)
		loan, err := d.Borrow(t.Context(), "A")
		require.NoError(t, err)
		soon, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, d.AtRest(soon), context.DeadlineExceeded)

		ended := make(chan error, 1)
		go func() { ended <- d.AtRest(t.Context()) }()
		_, err = loan.Service.VerifyPIN(t.Context(), loan.Choice, script{rightPIN})
		require.NoError(t, err)
		assert.Empty(t, ended)
		loan.Return()
		require.NoError(t, <-ended)
		require.NoError(t, d.AtRest(t.Context()))
	})
}
