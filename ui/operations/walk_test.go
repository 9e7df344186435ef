package operations

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/app/wizard"
	"cientro/card/virtual"
	"cientro/ui/page"
	"cientro/ui/uitest"
)

// TestByKeyboardAlone: from the first digit to the end, Enter goes on.
func TestByKeyboardAlone(t *testing.T) {
	for k, codes := range map[wizard.Kind][]string{
		wizard.Verify: {rightPIN}, wizard.Change: {rightPIN, newPIN, newPIN}, wizard.Unblock: {rightPUK, newPIN, newPIN},
	} {
		s := newStand(t, k).show()
		s.run(codes...)
		assert.Nil(t, s.view.p.run.state.Outcome.Problem)
		assert.Contains(t, s.says(), s.words.Text("operations.done."+string(k)+".title", nil))
		assert.Contains(t, s.says(), "restano 3 tentativi su 3")
		want := map[wizard.Kind][3]int{wizard.Verify: {1, 0, 0}, wizard.Change: {1, 1, 0}, wizard.Unblock: {1, 0, 1}}
		assert.Equal(t, want[k], s.sent())
		s.press(fyne.KeyReturn)
		assert.Equal(t, []page.Name{page.Home}, s.went)
		s.view.Hidden()
	}
}

// TestFewerDigitsSendNothing: neither Enter nor the button takes them.
func TestFewerDigitsSendNothing(t *testing.T) {
	s := newStand(t, wizard.Verify).show()
	s.at(wizard.TypePIN)
	before := s.card.Counters().APDUs
	enter := s.button("operations.enter.verify.type-pin")
	for range 8 {
		assert.True(t, enter.Disabled())
		s.press(fyne.KeyReturn)
		test.Tap(enter)
		s.view.Key(fyne.KeyReturn)
		s.window.Canvas().Focus(s.field())
		s.digits("4")
	}
	assert.False(t, enter.Disabled())
	s.press(fyne.KeyBackspace)
	assert.True(t, enter.Disabled())
	time.Sleep(20 * time.Millisecond)
	assert.Equal(t, before, s.card.Counters().APDUs)
	assert.Equal(t, wizard.TypePIN, s.view.p.run.wizard.State().Step)
	s.view.Hidden()
}

// TestWrongCodesAndTheGate: after a wrong PIN nothing happens until somebody
// presses; the counter falls on the page; the last try wants a second yes.
func TestWrongCodesAndTheGate(t *testing.T) {
	s := newStand(t, wizard.Verify).show()
	for left := 2; left >= 1; left-- {
		s.at(wizard.TypePIN)
		s.code(wrongPIN)
		s.at(wizard.Ended)
		assert.Contains(t, s.says(), s.words.Count("tries.of", left, messages.Values{"Max": 3}))
		assert.Contains(t, s.says(), "È stato speso un tentativo.")
		assert.NotContains(t, s.says(), "Tentativi spesi", "once is enough")
		s.settled()
		assert.Equal(t, 3-left, s.sent()[0], "nothing by itself")
		assert.Equal(t, wizard.Ended, s.view.p.run.state.Step)
		s.press(fyne.KeyReturn) // begin again
	}
	s.at(wizard.LastTryGate)
	out := s.button("operations.lasttry.stop")
	assert.Same(t, out, s.window.Canvas().Focused(), "the way out has the focus")
	goOn := s.button("operations.lasttry.go")
	test.Tap(goOn)
	assert.Equal(t, wizard.LastTryGate, s.view.p.run.wizard.State().Step)
	test.Tap(s.check())
	test.Tap(s.check())
	assert.True(t, goOn.Disabled())
	test.Tap(s.check())
	test.Tap(goOn)
	s.at(wizard.TypePIN)
	s.code(wrongPIN)
	s.at(wizard.Ended)
	assert.Equal(t, [3]int{3, 0, 0}, s.sent())
	assert.Contains(t, s.says(), "bloccato, nessun tentativo rimasto")
	assert.Contains(t, s.says(), "Tentativi spesi", "what is said of a blocked PIN does not tell what this try cost")
	s.press(fyne.KeyReturn)
	assert.Equal(t, []page.Name{page.Unblock}, s.went)
	s.view.Hidden()
}

// TestEnterAtTheGateStops: whoever only presses Enter spends nothing.
func TestEnterAtTheGateStops(t *testing.T) {
	s := newStand(t, wizard.Verify, func(h *how) { h.card = func(c *virtual.Card) { _ = c.SetTries(1, 10) } }).show()
	s.at(wizard.LastTryGate)
	s.press(fyne.KeyReturn)
	s.until("home", func() bool { return len(s.went) > 0 })
	assert.Equal(t, []page.Name{page.Home}, s.went)
	assert.Zero(t, s.sent())
	s.view.Hidden()
}

func TestThePUKGate(t *testing.T) {
	s := newStand(t, wizard.Unblock, func(h *how) { h.card = func(c *virtual.Card) { _ = c.SetTries(0, 2) } }).show()
	s.at(wizard.PUKGate)
	assert.Contains(t, s.says(), "Il decimo PUK sbagliato blocca la carta per sempre")
	for _, text := range []string{"3", "x", "0", "-2"} {
		s.digits(text)
		s.press(fyne.KeyReturn)
		for range 3 {
			s.press(fyne.KeyBackspace)
		}
		assert.Equal(t, wizard.PUKGate, s.view.p.run.wizard.State().Step, text)
	}
	s.until("a refusal", func() bool { return s.view.p.run.state.Refused != "" })
	assert.Contains(t, s.says(), "Il numero non è quello dei tentativi rimasti.")
	s.digits("2")
	s.tap("operations.pukgate.go")
	s.at(wizard.TypePUK)
	assert.Contains(t, s.says(), "Il decimo PUK sbagliato blocca la carta per sempre")
	assert.Zero(t, s.sent())
	s.view.Hidden()
}

// TestEscape goes to the code before, and from the first one out; nothing is
// sent.
func TestEscape(t *testing.T) {
	s := newStand(t, wizard.Change).show()
	s.at(wizard.TypePIN)
	s.code(rightPIN)
	s.at(wizard.TypeNewPIN)
	s.code(newPIN)
	s.at(wizard.TypeAgain)
	s.press(fyne.KeyEscape)
	s.at(wizard.TypeNewPIN)
	s.tap("operations.back")
	s.at(wizard.TypePIN)
	s.digits("1234")
	s.press(fyne.KeyEscape)
	s.until("home", func() bool { return len(s.went) > 0 })
	assert.Equal(t, []page.Name{page.Home}, s.went)
	assert.Zero(t, s.sent())
	s.view.Hidden()
	s.settled()
}

// TestEnterPressedTwice is once: it neither stops the card nor sends again.
func TestEnterPressedTwice(t *testing.T) {
	s := newStand(t, wizard.Verify).show()
	s.at(wizard.TypePIN)
	s.digits(rightPIN)
	reached, on := make(chan struct{}), make(chan struct{})
	s.card.Observe(func(e virtual.Exchange) {
		if e.INS == 0x20 {
			close(reached)
			<-on
		}
	})
	s.press(fyne.KeyReturn)
	s.press(fyne.KeyReturn)
	<-reached
	s.at(wizard.Sending)
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		s.press(key)
	}
	close(on)
	s.at(wizard.Ended)
	assert.Nil(t, s.view.p.run.state.Outcome.Problem)
	assert.Equal(t, [3]int{1, 0, 0}, s.sent())
	assert.False(t, s.view.p.run.leaving)
	s.view.Hidden()
}

// TestAKeyHeldDown on one page presses nothing on the next.
func TestAKeyHeldDown(t *testing.T) {
	s := newStand(t, wizard.Verify)
	s.view.patience = time.Hour
	s.show()
	s.run(rightPIN)
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeySpace, fyne.KeyEscape} {
		s.press(key)
		s.view.Key(key)
	}
	assert.Empty(t, s.went)
	s.view.patience = time.Nanosecond
	s.press(fyne.KeyReturn)
	assert.Equal(t, []page.Name{page.Home}, s.went)
	s.view.Hidden()
}

// TestStoppedWhileTheCardWorks: the command under way is finished, nothing
// follows it, and what the card did by then is told.
func TestStoppedWhileTheCardWorks(t *testing.T) {
	s := newStand(t, wizard.Change).show()
	s.at(wizard.TypePIN)
	s.code(rightPIN)
	s.at(wizard.TypeNewPIN)
	s.code(newPIN)
	s.at(wizard.TypeAgain)
	reached, on := make(chan struct{}), make(chan struct{})
	s.card.Observe(func(e virtual.Exchange) {
		if e.INS == 0x20 {
			close(reached)
			<-on
		}
	})
	s.code(newPIN)
	<-reached
	s.at(wizard.Sending)
	s.tap("operations.stop")
	close(on)
	s.at(wizard.Ended)
	assert.Empty(t, s.went, "it is told here")
	assert.Contains(t, [][3]int{{1, 0, 0}, {1, 1, 0}}, s.sent())
	if s.sent()[1] == 0 {
		assert.Contains(t, s.says(), "Operazione annullata dopo il PIN")
		assert.Equal(t, rightPIN, s.card.State().PIN)
	} else {
		assert.Contains(t, s.says(), "Il PIN è cambiato")
		assert.Equal(t, newPIN, s.card.State().PIN)
	}
	s.view.Hidden()
}

// TestStoppedBeforeTheCardWasLent goes home, and does not begin again.
func TestStoppedBeforeTheCardWasLent(t *testing.T) {
	s := newStand(t, wizard.Verify)
	s.settled()
	s.show()
	require.NotNil(t, s.view.p.run)
	s.view.Key(fyne.KeyEscape)
	s.until("home", func() bool { return len(s.went) > 0 })
	assert.Nil(t, s.view.p.run)
	assert.Equal(t, []page.Name{page.Home}, s.went)
	s.view.Hidden()
}

// TestCancelFromEverywhere: by its button, also while the card is looked at.
func TestCancelFromEverywhere(t *testing.T) {
	for name, scene := range scenes() {
		s := newStand(t, scene.kind, func(h *how) {
			if scene.make != nil {
				scene.make(h)
			}
		}).show()
		scene.walk(s)
		if len(s.window.Canvas().Overlays().List()) > 0 || s.view.p.run != nil && s.view.p.run.state.Step == wizard.Sending {
			s.view.Hidden()
			continue // pictures of what is over at once
		}
		var before [3]int
		if s.card != nil {
			before = s.sent()
		}
		s.view.Key(fyne.KeyEscape)
		for range 3 {
			if r := s.view.p.run; r == nil || r.over || len(s.went) > 0 {
				break
			}
			s.until("an answer", func() bool { return s.view.p.run == nil || s.view.p.run.wizard != nil })
			s.view.Key(fyne.KeyEscape)
		}
		s.until("home from "+name, func() bool {
			if len(s.went) == 0 {
				s.view.Key(fyne.KeyEscape)
			}
			return len(s.went) > 0
		})
		assert.Equal(t, page.Home, s.went[0], name)
		if s.card != nil {
			assert.Equal(t, before, s.sent(), name)
		}
		s.view.Hidden()
	}
}

// TestLeavingWipes: whatever the step, the boxes are empty, the card is given
// back, and nothing more goes out.
func TestLeavingWipes(t *testing.T) {
	for _, k := range kinds {
		s := newStand(t, k).show()
		s.until("a code", func() bool { return s.field() != nil })
		s.digits("4173962")
		field := s.field()
		assert.Equal(t, 7, field.Count())
		s.view.Hidden()
		assert.Zero(t, field.Count())
		assert.Empty(t, uitest.Texts(s.window))
		s.until("the end", func() bool { return s.view.p.run == nil })
		assert.Zero(t, s.sent())
		s.settled()

		// The same page once more begins from the beginning.
		s.show()
		s.until("a code again", func() bool { return s.field() != nil })
		assert.Zero(t, s.field().Count())
		s.view.Hidden()
	}
}

// TestTheCardTakenAwayWhileACodeIsTyped: the page says so, the boxes are gone,
// and beginning again waits for the card.
func TestTheCardTakenAwayWhileACodeIsTyped(t *testing.T) {
	s := newStand(t, wizard.Change).show()
	s.at(wizard.TypePIN)
	s.code(rightPIN)
	s.at(wizard.TypeNewPIN)
	s.digits("2718")
	field := s.field()
	s.card.Remove()
	s.bench.tell()
	s.at(wizard.Ended)
	assert.Zero(t, field.Count())
	assert.Contains(t, s.says(), "La carta è stata tolta")
	assert.Contains(t, s.says(), "nessun tentativo è stato speso")
	s.press(fyne.KeyReturn)
	s.until("a wish for a card", func() bool {
		return s.view.now.stage == onDesk && (s.view.now.waiting.what == saysPlace || s.view.now.waiting.what == saysStill)
	})
	require.NoError(t, s.card.Insert())
	s.bench.tell()
	s.at(wizard.TypePIN)
	assert.Zero(t, s.sent())
	s.view.Hidden()
}

// TestAnEndThatNobodySaw: who leaves while the card works is told what came of
// it, where it counts.
func TestAnEndThatNobodySaw(t *testing.T) {
	s := newStand(t, wizard.Change).show()
	s.at(wizard.TypePIN)
	s.code(rightPIN)
	s.at(wizard.TypeNewPIN)
	s.code(newPIN)
	s.at(wizard.TypeAgain)
	reached, left := make(chan struct{}), make(chan struct{})
	s.card.Observe(func(e virtual.Exchange) {
		if e.INS == 0x24 {
			close(reached)
			<-left
		}
	})
	s.code(newPIN)
	<-reached
	s.view.Hidden()
	close(left)
	s.until("a word about it", func() bool { return len(s.window.Canvas().Overlays().List()) > 0 })
	assert.Equal(t, newPIN, s.card.State().PIN)
	assert.Equal(t, [3]int{1, 1, 0}, s.sent())
	top := s.window.Canvas().Overlays().Top()
	require.NotNil(t, top)
	words := ""
	for _, l := range uitest.Find[*widget.Label](top) {
		words += l.Text + " "
	}
	assert.Contains(t, words, "Il PIN è cambiato")
	s.press(fyne.KeyReturn)
	assert.Empty(t, s.window.Canvas().Overlays().List())
}

// TestAnEndThatNeedsNoWord: nothing was sent, nobody is bothered.
func TestAnEndThatNeedsNoWord(t *testing.T) {
	s := newStand(t, wizard.Verify).show()
	s.at(wizard.TypePIN)
	s.view.Hidden()
	s.until("the end", func() bool { return s.view.p.run == nil })
	assert.Empty(t, s.window.Canvas().Overlays().List())
	for _, tt := range []struct {
		kind    wizard.Kind
		outcome wizard.Outcome
		counts  bool
	}{
		{wizard.Verify, wizard.Outcome{Spent: wizard.SpentNone}, false},
		{wizard.Certificate, wizard.Outcome{Spent: wizard.SpentNone}, false},
		{wizard.Change, wizard.Outcome{Spent: wizard.SpentNone}, true},
		{wizard.Unblock, wizard.Outcome{Spent: wizard.SpentNone}, true},
		{wizard.Verify, wizard.Outcome{Spent: wizard.SpentOne, Problem: &app.Problem{Meaning: app.MeansOneSpent}}, true},
		{wizard.Verify, wizard.Outcome{Spent: wizard.SpentUnknown, Problem: &app.Problem{Meaning: app.MeansUnknown}}, true},
		{wizard.Change, wizard.Outcome{Spent: wizard.SpentNone, Problem: &app.Problem{Meaning: app.MeansVerified}}, true},
		{wizard.Unblock, wizard.Outcome{Spent: wizard.SpentNone, Problem: &app.Problem{Meaning: app.MeansPUKRight}}, true},
		{wizard.Change, wizard.Outcome{Spent: wizard.SpentNone, Problem: &app.Problem{Meaning: app.MeansNothingSent}}, false},
	} {
		assert.Equal(t, tt.counts, counts(wizard.State{Kind: tt.kind, Outcome: &tt.outcome}), "%+v", tt)
	}
}

// TestSeveralCards: none is touched beyond recognition until one is chosen, and
// which it is stands on every page.
func TestSeveralCards(t *testing.T) {
	s := newStand(t, wizard.Verify, several).show()
	s.desks(saysChoose)
	other := s.bench.cards["Identiv uTrust 3700 F CL Reader 01 00"].Card()
	s.press(fyne.KeyReturn) // the first tile has the focus
	s.at(wizard.TypePIN)
	assert.Contains(t, s.says(), deskReader)
	assert.Contains(t, s.says(), "********5216")
	s.code(rightPIN)
	s.at(wizard.Ended)
	n := other.Counters()
	assert.Zero(t, n.Protected, "no channel with a card that was not chosen")
	assert.Empty(t, n.Verify)
	s.view.Hidden()
}

func TestAPINThatIsNotBlocked(t *testing.T) {
	full := func(h *how) { h.card = func(c *virtual.Card) { _ = c.SetTries(3, 10) } }
	s := newStand(t, wizard.Unblock, full).show()
	s.on(notBlocked)
	assert.Contains(t, s.says(), "Per il PIN restano 3 tentativi su 3.")
	before := s.card.Counters().APDUs
	s.press(fyne.KeyReturn)
	assert.Equal(t, []page.Name{page.Verify}, s.went)
	s.tap("operations.notblocked.go")
	s.at(wizard.TypePUK)
	assert.Greater(t, s.card.Counters().APDUs, before)

	s.card.Remove() // the next one is perhaps another card
	s.bench.tell()
	s.at(wizard.Ended)
	require.NoError(t, s.card.Insert())
	s.bench.tell()
	s.settled()
	s.view.p.again()
	s.on(notBlocked)
	s.view.Hidden()
}

// TestACardInUseElsewhere in the program is waited for.
func TestACardInUseElsewhere(t *testing.T) {
	s := newStand(t, wizard.Verify)
	s.settled()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	loan, err := s.desk.Borrow(ctx, deskReader)
	require.NoError(t, err)
	s.show()
	s.until("a word", func() bool { return s.view.p.lent })
	assert.Contains(t, s.says(), "La carta è già in uso")
	loan.Return()
	s.at(wizard.TypePIN)
	s.view.Hidden()
}

// TestACardThatIsNotProven: the box and then the button take it as it is; from
// then on it is used, and said to be not proven.
func TestACardThatIsNotProven(t *testing.T) {
	s := newStand(t, wizard.Verify, func(h *how) {
		h.card = func(c *virtual.Card) {
			_ = c.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: -1})
		}
	}).show()
	s.until("a refused card", func() bool { return s.view.now.waiting.accept })
	accept := s.button("operations.accept")
	test.Tap(accept)
	assert.True(t, accept.Disabled())
	test.Tap(s.check())
	test.Tap(s.check())
	assert.True(t, accept.Disabled())
	test.Tap(s.check())
	test.Tap(accept)
	s.at(wizard.TypePIN)
	assert.Contains(t, s.says(), "questa carta non è provata autentica")
	assert.Zero(t, s.sent())
	s.view.Hidden()
}

// TestAcceptPressedTwice: the first press counts, and the second is no failure.
func TestAcceptPressedTwice(t *testing.T) {
	s := newStand(t, wizard.Verify, func(h *how) {
		h.card = func(c *virtual.Card) {
			_ = c.Arm(virtual.Fault{Kind: virtual.FaultTamperedFile, File: "1005", Offset: -1})
		}
	}).show()
	s.until("a refused card", func() bool { return s.view.now.waiting.accept })
	loan, err := s.desk.Borrow(t.Context(), deskReader) // as the first press does
	require.NoError(t, err)
	s.view.p.accept(deskReader)
	for end := time.Now().Add(100 * time.Millisecond); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		for len(s.queue) > 0 {
			(<-s.queue)()
		}
		require.Equal(t, onDesk, s.view.p.stage)
	}
	loan.Return()
	s.view.Hidden()
}

// TestAcceptingThatFails is said.
func TestAcceptingThatFails(t *testing.T) {
	s := newStand(t, wizard.Verify, func(h *how) {
		h.bench = newBench()
		h.bench.put(app.Reader{Name: deskReader, Kind: app.ReaderContactless}, nil)
	}).show()
	s.desks(saysPlace)
	s.view.p.accept(deskReader)
	s.on(failed)
	s.until("its page", func() bool { return s.view.now.stage == failed })
	assert.Contains(t, s.says(), "Nessuna carta")
	s.press(fyne.KeyReturn)
	s.desks(saysPlace)
	s.view.Hidden()
}

// TestACardThatCannotBeHad: what the desk refuses to lend is a page of its own.
func TestACardThatCannotBeHad(t *testing.T) {
	s := newStand(t, wizard.Verify)
	s.settled()
	s.view.p.begin("no such reader")
	s.view.p.visible = true
	s.on(failed)
	s.until("its page", func() bool { return s.view.now.stage == failed })
	assert.Contains(t, s.says(), s.words.Text("problem.no_reader.title", nil))
	s.tap("operations.offer.again")
	assert.Equal(t, onDesk, s.view.p.stage)
	s.view.Hidden()
}

// TestGoneBeforeTheCardWasLent: the loan that comes too late goes back.
func TestGoneBeforeTheCardWasLent(t *testing.T) {
	s := newStand(t, wizard.Verify)
	s.settled()
	s.view.p.visible = true
	s.view.p.begin(deskReader)
	s.view.p.cancel()
	s.until("nothing", func() bool { return s.view.p.run == nil })
	assert.Equal(t, onDesk, s.view.p.stage)
	require.Eventually(t, func() bool { // given back, it can be had again
		loan, err := s.desk.Borrow(t.Context(), deskReader)
		if err != nil {
			return false
		}
		loan.Return()
		return true
	}, 10*time.Second, time.Millisecond)
}

// TestTheCertificate is shown in place of an end, and let go of.
func TestTheCertificate(t *testing.T) {
	s := newStand(t, wizard.Certificate)
	var shown []*app.HolderCertificate
	s.view.showCertificate = func(c *app.HolderCertificate) fyne.CanvasObject {
		shown = append(shown, c)
		return widget.NewLabel("SPECIMEN")
	}
	s.show()
	s.run(rightPIN)
	require.Len(t, shown, 1)
	assert.Equal(t, "SPECIMEN", shown[0].Surname.Reveal())
	assert.Equal(t, "SPECIMEN", s.says())
	s.settled()
	s.until("calm", func() bool { return true })
	assert.Len(t, shown, 1, "once")
	s.view.Hidden()
	assert.Empty(t, uitest.Texts(s.window))
	assert.Nil(t, s.view.p.run)
}

func TestTheOffersLeadOn(t *testing.T) {
	s := newStand(t, wizard.Verify)
	for offer, want := range map[wizard.Offer]page.Name{
		wizard.OfferUnblock: page.Unblock, wizard.OfferGuide: page.Guide,
	} {
		s.went = nil
		s.view.p.follow(offer)
		assert.Equal(t, []page.Name{want}, s.went)
	}
	for _, offer := range []wizard.Offer{wizard.OfferAgain, wizard.OfferAccept, wizard.OfferVerify} {
		s.went = nil
		s.view.p.run, s.view.p.stage = &run{over: true, state: wizard.State{Step: wizard.Ended, Outcome: &wizard.Outcome{}}}, walking
		s.view.p.follow(offer)
		assert.Empty(t, s.went)
		assert.Nil(t, s.view.p.run, "%s begins anew here", offer)
	}
	for kind, want := range map[app.Kind]string{app.KindPINBlocked: topicBlocked, app.KindPUKBlocked: topicBlocked, app.KindWrongPIN: topicHalves} {
		s.view.p.run = &run{over: true, state: wizard.State{Outcome: &wizard.Outcome{Problem: &app.Problem{Kind: kind}}}}
		assert.Equal(t, want, s.view.p.topic())
	}
	s.view.p.run = nil
	assert.Equal(t, topicHalves, s.view.p.topic())
}

// TestTheConstructors make what the window wants.
func TestTheConstructors(t *testing.T) {
	s := newStand(t, wizard.Verify)
	for name, kind := range map[page.Name]wizard.Kind{page.Verify: wizard.Verify, page.Change: wizard.Change, page.Unblock: wizard.Unblock} {
		p := New(s, s.desk, name, Options{Shuffle: func() bool { return true }}).(*view)
		assert.Equal(t, kind, p.p.kind)
		assert.Equal(t, name, pageOf(kind))
	}
	p := NewCertificate(s, s.desk, Options{}, func(*app.HolderCertificate) fyne.CanvasObject { return nil }).(*view)
	assert.Equal(t, wizard.Certificate, p.p.kind)
	assert.Equal(t, page.Certificate, pageOf(wizard.Certificate))
	var _ page.Keyed = p
	_ = desk.LookReady
}
