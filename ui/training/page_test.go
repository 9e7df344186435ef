package training

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/messages"
	course "cientro/app/training"
	"cientro/card/store"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

const (
	rightPIN = "41739628"
	wrongPIN = "11223344"
)

// stand is a page on a screen of its own.
type stand struct {
	*Page
	w *uitest.Window
	c *course.Session

	later uitest.Later // news on its way to the screen
}

// open opens the page in the app that is there: to make one takes long.
func open(t testing.TB, p *messages.Printer) *stand {
	t.Helper()
	s := &stand{w: uitest.NewWindow(t, p)}
	s.c = course.New(course.Config{Instant: true, Pause: time.Nanosecond})
	t.Cleanup(s.c.Stop)
	s.Page = New(s.w, s.c)
	s.news.Soon(s.later.Put)
	s.w.Bring(s)
	t.Cleanup(s.Hidden)
	return s
}

func italian(t testing.TB) *stand {
	t.Helper()
	uitest.App(t, theme.Light, 1)
	return open(t, uitest.Words(t, messages.Italian))
}

// running opens the page of a course that runs.
func running(t testing.TB) *stand {
	t.Helper()
	s := italian(t)
	test.Tap(s.begin)
	return s
}

func (s *stand) says() string {
	s.later.Do()
	return s.w.Says()
}

// back waits until the card lies on the reader again, and the page shows it.
func (s *stand) back(t testing.TB) {
	t.Helper()
	require.Eventually(t, func() bool { return s.c.State().OnReader }, time.Minute, time.Millisecond)
	s.later.Do()
	s.refresh()
}

func TestFromStartToEnd(t *testing.T) {
	s := italian(t)
	assert.Same(t, s.begin, s.w.Canvas().Focused())
	assert.Contains(t, s.says(), "Che cosa succede quando inizi")
	assert.False(t, s.end.Visible() || s.home.Visible())
	assert.NotContains(t, s.says(), rightPIN[:4])

	uitest.Press(s.w, fyne.KeySpace)
	assert.True(t, s.c.State().Running)
	says := s.says()
	for _, want := range []string{
		"La carta è sul lettore di prova", "4173 9628", "8520 6317", "3 tentativi rimasti su 3",
		"10 tentativi rimasti su 10", "Togli la carta", "Nessun guasto", "La carta si comporta bene.", "Vedi la carta",
	} {
		assert.Contains(t, says, want)
	}
	assert.NotContains(t, says, "[", "a key that has no sentence")
	assert.False(t, s.begin.Visible())

	test.Tap(s.home)
	assert.Equal(t, []page.Name{page.Home}, s.w.Went)
	test.Tap(s.end)
	assert.False(t, s.c.State().Running)
	assert.Contains(t, s.says(), "Che cosa succede quando inizi")
	assert.Empty(t, s.w.Opened, "it needs no network")
}

func TestTheCardComesAndGoes(t *testing.T) {
	s := running(t)
	test.Tap(s.card.move)
	assert.False(t, s.c.State().OnReader)
	assert.Contains(t, s.says(), "Il lettore di prova è vuoto")
	test.Tap(s.card.move)
	assert.True(t, s.c.State().OnReader)
	assert.Contains(t, s.says(), "La carta è sul lettore di prova")

	s.c.Remove() // by a fault, or from elsewhere
	assert.Contains(t, s.says(), "Appoggia la carta", "the page hears of it")
}

func TestChoices(t *testing.T) {
	s := running(t)
	for number, card := range course.Cards() {
		s.card.card.SetSelectedIndex(number)
		s.back(t)
		assert.Equal(t, card, s.c.State().Card)
		isCIE := card == course.CardCIE
		assert.Equal(t, isCIE, s.card.family.Visible() && strings.Contains(s.says(), "4173 9628"), card)
		assert.Equal(t, !isCIE, strings.Contains(s.says(), "Questa carta non è una CIE"), card)
	}
	s.card.card.SetSelectedIndex(0)
	s.back(t)
	assert.Contains(t, s.card.family.Options, "Gemalto", "as at home")
	for number, family := range course.Families() {
		s.card.family.SetSelectedIndex(number)
		s.back(t)
		assert.Equal(t, family, s.c.State().Family)
	}
	for number, codes := range course.AllCodes() {
		s.card.codes.SetSelectedIndex(number + 1)
		s.back(t)
		assert.Equal(t, codes, codesOf(s.c.State()))
		assert.Equal(t, number+1, s.card.codes.SelectedIndex(), codes)
	}
	assert.Contains(t, s.says(), "bloccato")
	test.Tap(s.card.reset)
	s.back(t)
	assert.Equal(t, course.CodesNew, codesOf(s.c.State()))
	for number, fault := range course.Faults() {
		s.card.fault.SetSelectedIndex(number)
		s.back(t)
		assert.Equal(t, fault, s.c.State().Fault)
	}
	assert.Contains(t, s.says(), "Resta finché non lo togli.")
	before := len(s.c.Journal())
	for _, sel := range []*widgets.Select{s.card.card, s.card.family, s.card.fault, s.card.codes} {
		sel.SetSelectedIndex(sel.SelectedIndex())
	}
	assert.Len(t, s.c.Journal(), before, "what is chosen already moves no card")
	test.Tap(s.card.realistic)
	assert.True(t, s.c.State().Realistic)
}

// TestTheStateOfTheCodesFollowsTheCard: what a trainee does is seen here.
func TestTheStateOfTheCodesFollowsTheCard(t *testing.T) {
	s := running(t)
	assert.Equal(t, 1, s.card.codes.SelectedIndex())
	verify(s.c, wrongPIN)
	assert.Contains(t, s.says(), "2 tentativi rimasti su 3")
	assert.Equal(t, 0, s.card.codes.SelectedIndex(), "none of the states one can choose")
	assert.Equal(t, 2, s.c.State().PINLeft, "showing it changed nothing")
	s.card.codes.SetSelectedIndex(0)
	assert.Equal(t, 2, s.c.State().PINLeft)
	verify(s.c, wrongPIN)
	assert.Contains(t, s.says(), "1 tentativo rimasto su 3")
	assert.Equal(t, 2, s.card.codes.SelectedIndex())
}

// verify presents a PIN as the pages do.
func verify(c *course.Session, pin string) {
	service := app.New(app.Config{Readers: c, Store: store.Memory(), QueryTries: true})
	_, _ = service.VerifyPIN(ctx(), app.Choice{Reader: course.ReaderName}, typed(pin))
}

func TestTheJournal(t *testing.T) {
	s := running(t)
	test.Tap(s.tabs[1])
	assert.Contains(t, s.says(), "Ancora nessun comando.")
	verify(s.c, wrongPIN)
	says := s.says()
	for _, want := range []string{
		"1 invio di PIN o PUK · 1 rifiutato", "VERIFY: presenta il PIN (canale protetto)",
		"codice sbagliato: restano 2 tentativi", "0C 20 00 81 → 63C2",
	} {
		assert.Contains(t, says, want)
	}
	assert.Less(t, strings.Index(says, "VERIFY"), strings.Index(says, "GET CHALLENGE"), "the latest is on top")
	assert.NotContains(t, says, "La carta viene appoggiata", "that was long ago")
	for s.journal.more.Visible() {
		test.Tap(s.journal.more)
	}
	assert.Contains(t, s.says(), "La carta viene appoggiata")

	test.Tap(s.journal.copy)
	assert.Contains(t, s.says(), "Copiato negli appunti.")
	copied := fyne.CurrentApp().Clipboard().Content()
	lines := strings.Split(strings.TrimSpace(copied), "\n")
	assert.Len(t, lines, len(s.c.Journal()))
	assert.Equal(t, "La carta viene appoggiata", lines[0])
	assert.Contains(t, copied, "0C 20 00 81 → 63C2 | VERIFY: presenta il PIN (canale protetto) | codice sbagliato: restano 2 tentativi\n")
	assert.NotContains(t, copied, wrongPIN)

	test.Tap(s.journal.clear)
	assert.Contains(t, s.says(), "Ancora nessun comando.")
	assert.True(t, s.journal.clear.Disabled() && s.journal.copy.Disabled())
	assert.NotContains(t, s.says(), "Copiato")
}

func TestAFaultInTheJournal(t *testing.T) {
	s := running(t)
	test.Tap(s.tabs[1])
	require.NoError(t, s.c.SetFault(course.FaultRemovedAfterCode))
	verify(s.c, wrongPIN)
	says := s.says()
	assert.Contains(t, says, "nessuna risposta: la carta si è spostata")
	assert.Contains(t, says, "Guasto: la carta esegue il comando e si sposta prima di rispondere")
	assert.True(t, strings.Index(says, "La carta si è spostata (guasto)") < strings.Index(says, "VERIFY"))
	assert.Contains(t, s.p.copy(), "Guasto: ")
}

// TestOutOfSightNothingIsShown: the journal is followed only while it is seen.
func TestOutOfSightNothingIsShown(t *testing.T) {
	s := running(t)
	test.Tap(s.tabs[1])
	s.Hidden()
	s.Hidden()
	verify(s.c, wrongPIN)
	assert.Contains(t, s.says(), "Ancora nessun comando.")
	assert.Same(t, s.tabs[1], s.Shown())
	assert.Contains(t, s.says(), "codice sbagliato")
}

// TestNewsIsCollected: dozens of commands are one look, and a look that comes
// late finds nobody.
func TestNewsIsCollected(t *testing.T) {
	s := running(t)
	s.later.Do()
	var looks []func()
	s.news.Soon(func(look func()) { looks = append(looks, look) })
	verify(s.c, wrongPIN)
	require.Len(t, looks, 1)
	looks[0]()
	assert.Contains(t, s.says(), "2 tentativi rimasti")
	verify(s.c, wrongPIN)
	require.Len(t, looks, 2)
	s.Hidden()
	looks[1]()
	assert.Contains(t, s.says(), "2 tentativi rimasti")
}

func TestExercises(t *testing.T) {
	s := running(t)
	test.Tap(s.tabs[2])
	says := s.says()
	for _, want := range []string{"Tre PIN sbagliati, poi il PUK", "La carta tolta a metà", "La carta sbagliata", "1. ", "4. "} {
		assert.Contains(t, says, want)
	}
	assert.NotContains(t, says, "Pronto")
	test.Tap(s.exercises.begin[course.ExerciseWrongCard])
	assert.Equal(t, course.CardCNS, s.c.State().Card)
	assert.Equal(t, 1, strings.Count(s.says(), "Pronto: si comincia"))
	test.Tap(s.exercises.begin[course.ExerciseRemoved])
	assert.Equal(t, course.FaultRemovedAfterCode, s.c.State().Fault)
	assert.Equal(t, 1, strings.Count(s.says(), "Pronto: si comincia"))
}

func TestTopics(t *testing.T) {
	s := running(t)
	s.Topic("exercises")
	assert.Same(t, s.tabs[2], s.Shown())
	assert.Contains(t, s.says(), "Tre PIN sbagliati")
	s.Topic("no such part")
	assert.Same(t, s.tabs[2], s.Shown())
}

// TestAFailureIsSaid: an act that could not be done does not pass in silence.
func TestAFailureIsSaid(t *testing.T) {
	s := running(t)
	s.p.failed = fmt.Errorf("no such card")
	s.refresh()
	assert.Contains(t, s.says(), "Non è riuscito: no such card")
	test.Tap(s.card.reset)
	assert.NotContains(t, s.says(), "Non è riuscito")
}

// TestEveryControlIsReachedByKeys: Tab comes by all of them, and each can be
// worked.
func TestEveryControlIsReachedByKeys(t *testing.T) {
	s := running(t)
	want := map[part][]fyne.Focusable{
		partCard:      {s.card.move, s.card.reset, s.card.card, s.card.family, s.card.codes, s.card.fault, s.card.realistic},
		partJournal:   {s.journal.copy, s.journal.clear, s.journal.more},
		partExercises: {s.exercises.begin[course.ExerciseWrongPIN], s.exercises.begin[course.ExerciseRemoved], s.exercises.begin[course.ExerciseWrongCard]},
	}
	verify(s.c, rightPIN)
	verify(s.c, rightPIN)
	for i, name := range parts() {
		test.Tap(s.tabs[i])
		s.w.Canvas().Unfocus()
		reached := uitest.Tabbed(s.w, 24)
		for _, control := range append(want[name], s.tabs[0], s.tabs[1], s.tabs[2], s.end, s.home) {
			assert.True(t, reached[control], "%s: %T %v", name, control, control)
		}
	}
}

// scenes are the forms that the page can take.
func scenes() map[string]func(testing.TB, *stand) {
	return map[string]func(testing.TB, *stand){
		"off": func(testing.TB, *stand) {},
		"card": func(_ testing.TB, s *stand) {
			test.Tap(s.begin)
			_ = s.c.SetFault(course.FaultRemovedAfterCode)
			verify(s.c, wrongPIN)
		},
		"foreign": func(t testing.TB, s *stand) {
			test.Tap(s.begin)
			_ = s.c.Choose(course.CardDrivingLicence, "")
			s.back(t)
		},
		"journal": func(_ testing.TB, s *stand) {
			test.Tap(s.begin)
			test.Tap(s.tabs[1])
			verify(s.c, wrongPIN)
			_ = s.c.SetFault(course.FaultRemovedAfterCode)
			verify(s.c, rightPIN)
		},
		"exercises": func(_ testing.TB, s *stand) {
			test.Tap(s.begin)
			test.Tap(s.tabs[2])
			test.Tap(s.exercises.begin[course.ExerciseWrongPIN])
		},
	}
}

// TestNothingIsClipped draws each scene; the pictures are in build/test/screens.
func TestNothingIsClipped(t *testing.T) {
	for _, form := range uitest.Forms(t) {
		form.App(t)
		for name, set := range scenes() {
			s := open(t, form.Words)
			set(t, s)
			s.later.Do()
			s.refresh()
			uitest.Settle(s.w)
			form.Readable(t, s.w, "training-"+name)
			s.Hidden()
			s.c.Stop()
		}
	}
}
