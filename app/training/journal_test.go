package training_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/messages"
	"cientro/app/training"
	"cientro/card/cardtest"
)

// TestTheJournalOfAPIN reads as the story of it, in order.
func TestTheJournalOfAPIN(t *testing.T) {
	s := course(t, training.Config{})
	require.Equal(t, app.KindWrongPIN, verify(s, wrongPIN))
	it, err := messages.New(messages.Italian)
	require.NoError(t, err)
	var story []string
	for i, line := range s.Journal() {
		assert.Equal(t, i, line.Number, "the first line is the event")
		story = append(story, line.What.Say(it)+" → "+line.Answer.Say(it))
	}
	at := 0
	for _, want := range []string{
		"La carta viene appoggiata → ",
		"SELECT: apre l'applicazione IAS della carta → fatto",
		"SELECT: apre l'applicazione CIE → fatto",
		"READ BINARY: legge la firma dello Stato sui dati (SOD) → fatto",
		"GET DATA: chiede i parametri per lo scambio di chiavi → ci sono ancora 18 byte da ritirare",
		"GET RESPONSE: ritira il resto della risposta → fatto",
		"MSE: manda la chiave pubblica del programma, per lo scambio → fatto",
		"GET DATA: riceve la chiave pubblica della carta per questo scambio → ci sono ancora 8 byte da ritirare",
		"PSO: presenta alla carta il certificato del programma → fatto",
		"EXTERNAL AUTHENTICATE: il programma dimostra di avere la sua chiave → fatto",
		"INTERNAL AUTHENTICATE: la carta firma, per dimostrare di essere autentica o per un accesso → fatto",
		"VERIFY: presenta il PIN → codice sbagliato: restano 2 tentativi",
	} {
		found := -1
		for i := at; i < len(story); i++ {
			if story[i] == want {
				found = i
				break
			}
		}
		require.GreaterOrEqual(t, found, 0, "%q after line %d of\n%s", want, at, strings.Join(story, "\n"))
		at = found + 1
	}
	last := s.Journal()[at-1]
	assert.Equal(t, "0C 20 00 81", last.Header)
	assert.Equal(t, "63C2", last.StatusWord)
	assert.True(t, last.Protected)
	assert.Equal(t, training.MoodTrouble, last.Mood)
}

// TestTheJournalHidesBodies: nothing of a PIN, a PUK or the holder is in it,
// however it is printed.
func TestTheJournalHidesBodies(t *testing.T) {
	s := course(t, training.Config{})
	choice := app.Choice{Reader: training.ReaderName}
	require.Equal(t, app.KindWrongPIN, verify(s, wrongPIN))
	_, err := service(s).ChangePIN(t.Context(), choice, typing(rightPIN, newPIN, newPIN))
	require.NoError(t, err)
	holder, err := service(s).Certificate(t.Context(), choice, typing(newPIN))
	require.NoError(t, err)
	var out strings.Builder
	for _, p := range printers(t) {
		for _, line := range s.Journal() {
			fmt.Fprintf(&out, "%+v %s %s %s\n", line, line.What.Say(p), line.Answer.Say(p), line.Fault.Say(p))
		}
	}
	assert.Greater(t, out.Len(), 2000)
	for _, secret := range []string{rightPIN, wrongPIN, newPIN, holder.Surname.Reveal(), holder.FiscalCode.Reveal()} {
		require.NotEmpty(t, secret)
		cardtest.AssertNoCanary(t, []byte(out.String()), []byte(secret))
	}
}

// TestEveryPhraseOfTheCourseIsThere: cards, codes, faults, events, exercises.
func TestEveryPhraseOfTheCourseIsThere(t *testing.T) {
	var keys []string
	for _, c := range training.Cards() {
		keys = append(keys, "training.card."+string(c))
	}
	for _, c := range training.AllCodes() {
		keys = append(keys, "training.codes."+string(c))
	}
	for _, f := range training.Faults()[1:] {
		keys = append(keys, "training.fault."+string(f), "training.explain."+string(f))
	}
	for _, e := range training.Exercises() {
		keys = append(keys, "training.exercise."+string(e)+".title", "training.exercise."+string(e)+".goal")
		for n := range training.ExerciseSteps {
			keys = append(keys, fmt.Sprintf("training.exercise.%s.step.%d", e, n+1))
		}
	}
	for _, p := range printers(t) {
		for _, key := range keys {
			assert.NotEqual(t, "["+key+"]", p.Text(key, nil))
		}
	}
}

// TestManyHandsAtOnce is for the race detector: pages work, the trainer plays,
// the panel looks.
func TestManyHandsAtOnce(t *testing.T) {
	s := course(t, training.Config{})
	defer s.Listen(func() { _ = s.State() })()
	var hands sync.WaitGroup
	for range 2 {
		hands.Go(func() {
			for range 8 {
				_ = verify(s, rightPIN)
			}
		})
	}
	hands.Go(func() {
		for _, f := range training.Faults() {
			_ = s.SetFault(f)
			s.Remove()
			s.Insert()
		}
	})
	hands.Go(func() {
		for _, c := range training.Cards() {
			_ = s.Choose(c, "")
			_ = s.Journal()
			_ = s.SetCodes(training.CodesNew)
			s.ClearJournal()
		}
	})
	hands.Wait()
	s.Stop()
	require.NoError(t, s.Start())
	assert.Empty(t, verify(s, rightPIN), "and all is as it was")
}
