package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/checkup"
	"cientro/app/desk"
	"cientro/app/doctor"
	"cientro/app/messages"
	"cientro/card/store"
	"cientro/ui/page"
	"cientro/ui/savefile"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// lies is what lies on the desk.
type lies struct{ state desk.State }

func (d *lies) State() desk.State { return d.state }
func (*lies) Borrow(context.Context, string) (*desk.Loan, error) {
	return nil, &app.SeveralCardsError{}
}

// healthy is a report in which all is well but what is said otherwise: code and
// way. A way "-" leaves a check out of what could be looked at.
func healthy(t testing.TB, ways map[string]string) doctor.Report {
	t.Helper()
	nowhere, cancel := context.WithCancel(context.Background())
	cancel()
	r := doctor.Run(nowhere, doctor.Options{Version: "1.2.3", System: doctor.Machine{
		Getenv: func(string) string { return "" }, Clock: time.Now,
		Open: func(context.Context) (app.Readers, error) { return nil, errors.New("nobody asks") },
	}})
	require.Greater(t, len(r.Results), 40)
	for i, result := range r.Results {
		r.Results[i].Way = "ok"
		if way := ways[result.Code]; way == "-" {
			r.Results[i].Way = "none"
		} else if way != "" {
			r.Results[i].Way = way
		}
	}
	r.Family = "debian"
	told, err := doctor.ReadCode(r.SupportCode())
	require.NoError(t, err)
	told.FromCode = false
	return told
}

// stand is the page on a screen of its own. Runs end when the test says so.
type stand struct {
	*Page
	t      *testing.T
	w      *uitest.Window
	lies   *lies
	c      *checkup.Checkup
	report doctor.Report
	at     doctor.Progress
	goOn   chan struct{} // nil: runs end at once

	later uitest.Later // news on its way to the screen
}

func open(t *testing.T, look theme.Look, text float64, p *messages.Printer, set func(*stand)) *stand {
	t.Helper()
	uitest.App(t, look, text)
	return openIn(t, p, set)
}

// openIn opens the page in the app that is there: to make one takes long.
func openIn(t *testing.T, p *messages.Printer, set func(*stand)) *stand {
	t.Helper()
	s := &stand{t: t, w: uitest.NewWindow(t, p), lies: &lies{}, at: doctor.Progress{Group: doctor.GroupReaders, Done: 20, Total: 64}}
	s.report = healthy(t, nil)
	if set != nil {
		set(s)
	}
	s.c = checkup.New(checkup.Config{
		Desk: s.lies, Training: noTraining{}, Options: func() doctor.Options { return doctor.Options{} },
		Now: func() time.Time { return time.Date(2026, 11, 22, 17, 30, 0, 0, time.Local) },
		Run: func(ctx context.Context, o doctor.Options) doctor.Report {
			o.Progress(s.at)
			if s.goOn != nil {
				select {
				case <-s.goOn:
				case <-ctx.Done():
				}
			}
			return s.report
		},
	})
	s.Page = New(s.w, s.c)
	s.news.Soon(s.later.Put)
	s.w.Bring(s)
	t.Cleanup(s.Hidden)
	return s
}

type noTraining struct{ some }

type some = app.Readers

func (noTraining) Store() *store.Store { return store.Memory() }

func (s *stand) says() string {
	s.later.Do()
	return s.w.Says()
}

// until waits for a state of the check-up, and shows it.
func (s *stand) until(is func(checkup.State) bool) {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return is(s.c.State()) }, time.Minute, time.Millisecond)
	s.later.Do()
	s.refresh()
	uitest.Settle(s.w)
}

func over(s checkup.State) bool { return !s.Running && s.Report != nil }

// ran is the page after a run.
func (s *stand) ran() *stand {
	s.t.Helper()
	test.Tap(s.begin)
	s.until(over)
	return s
}

func italian(t *testing.T, ways map[string]string) *stand {
	t.Helper()
	return open(t, theme.Light, 1, uitest.Words(t, messages.Italian), func(s *stand) { s.report = healthy(t, ways) })
}

// noService is a computer without the reader service.
func noService() map[string]string {
	return map[string]string{
		"DOC-PCSC-001": "missing", "DOC-PCSC-003": "-", "DOC-PCSC-004": "missing", "DOC-PCSC-006": "-", "DOC-PCSC-008": "-",
		"DOC-READ-004": "-", "DOC-READ-005": "-", "DOC-CARD-001": "-", "DOC-CARD-004": "-", "DOC-CARD-007": "-",
		"DOC-LEFT-002": "kept", "DOC-BROW-002": "partly",
	}
}

func TestItWaitsToBeAsked(t *testing.T) {
	s := italian(t, nil)
	assert.Same(t, s.begin, s.w.Canvas().Focused())
	says := s.says()
	for _, want := range []string{"Controllo", "non spende tentativi", "Non usa la rete", "Il servizio dei lettori", "Comincia il controllo"} {
		assert.Contains(t, says, want)
	}
	assert.False(t, s.c.State().Running)
	assert.NotContains(t, says, "CID")
}

func TestFromTheFirstPressToTheVerdict(t *testing.T) {
	s := open(t, theme.Light, 1, uitest.Words(t, messages.Italian), func(s *stand) {
		s.report, s.goOn = healthy(t, noService()), make(chan struct{})
	})
	uitest.Press(s.w, fyne.KeySpace)
	s.until(func(state checkup.State) bool { return state.Progress.Total > 0 })
	says := s.says()
	for _, want := range []string{"Sto guardando", "Controllo 21 di 64: I lettori", "lasciala ferma", "Il certificato"} {
		assert.Contains(t, says, want)
	}
	assert.Same(t, s.stop, s.w.Canvas().Focused())
	assert.False(t, s.begin.Visible() || s.again.Visible())
	stages := map[stage]int{}
	for _, step := range s.p.texts(s.c.State()).running.steps {
		stages[step.stage]++
	}
	assert.Equal(t, map[stage]int{done: 2, now: 1, later: 5}, stages)

	close(s.goOn)
	s.until(over)
	says = s.says()
	for _, want := range []string{
		"Il problema è il servizio dei lettori", "Prossimo passo: Installa il servizio", "sudo apt install pcscd libccid", "DOC-PCSC-001",
		"2 problemi · 2 avvisi", "17:30", "Se il servizio dei lettori (pcscd) è installato", "problema · DOC-PCSC-001", "avviso",
		"Per chi ti aiuta", "CID ",
	} {
		assert.Contains(t, says, want)
	}
	assert.NotContains(t, says, "sudo dnf", "commands are those of this system")
	assert.NotContains(t, says, "Lo spazio libero per l'utente", "what is well is folded")
	assert.NotContains(t, says, "DEMO")
	assert.Same(t, s.again, s.w.Canvas().Focused())
}

func TestWhatIsWellIsFoldedBehindItsNumber(t *testing.T) {
	s := italian(t, noService()).ran()
	require.Len(t, s.drawn.folds, 8)
	first := s.drawn.folds[0]
	assert.Equal(t, "Mostra 9 controlli", first.button.Text, "of the computer all are well")
	assert.Contains(t, s.drawn.folds[1].button.Text, "altri")
	test.Tap(first.button)
	assert.Contains(t, s.says(), "Lo spazio libero per l'utente a posto · DOC-SYS-005")
	assert.Equal(t, "Nascondi", first.button.Text)
	test.Tap(first.button)
	assert.NotContains(t, s.says(), "Lo spazio libero")
	test.Tap(s.drawn.folds[1].button)
	assert.Contains(t, s.says(), "La porta del servizio (socket) qui non vale · DOC-PCSC-003")
}

// TestEveryCheckIsThere: whatever is open or folded, nothing is left out.
func TestEveryCheckIsThere(t *testing.T) {
	s := italian(t, noService()).ran()
	for _, f := range s.drawn.folds {
		test.Tap(f.button)
	}
	says := s.says()
	for _, r := range s.report.Results {
		assert.Contains(t, says, r.Code)
		assert.Contains(t, says, r.Looked().Say(s.w.Words()))
	}
}

func TestVerdicts(t *testing.T) {
	for name, row := range map[string]struct {
		ways map[string]string
		mood widgets.Mood
		says []string
		not  string
	}{
		"all is well": {nil, widgets.Good, []string{"Non si è trovato nessun guasto", "Tutto ciò che si poteva guardare"}, "avvis"},
		"a warning": {map[string]string{"DOC-LEFT-002": "kept"}, widgets.Good,
			[]string{"Non si è trovato nessun guasto", "C'è 1 avviso, qui sotto"}, "Prossimo passo"},
		"no card": {map[string]string{"DOC-CARD-001": "none-there"}, widgets.Plain,
			[]string{"Non si è trovato nessun guasto", "Prossimo passo: ", "DOC-CARD-001"}, "Tutto ciò"},
		"the card": {map[string]string{"DOC-CARD-007": "blocked"}, widgets.Bad,
			[]string{"Il problema è la carta", "Prossimo passo: Con il PUK scegli", "cientro pin unblock"}, "cientro pin"},
		"the reader":   {map[string]string{"DOC-READ-005": "contact-only"}, widgets.Bad, []string{"Il problema è il lettore"}, "nessun guasto"},
		"the computer": {map[string]string{"DOC-BROW-002": "missing"}, widgets.Bad, []string{"Il problema è il computer", "premi il pulsante", "cientro browser install"}, "cientro browser"},
	} {
		t.Run(name, func(t *testing.T) {
			s := italian(t, row.ways).ran()
			assert.Equal(t, row.mood, s.p.texts(s.c.State()).report.mood)
			says := s.says()
			for _, want := range row.says {
				assert.Contains(t, says, want)
			}
			verdict := says[:strings.Index(says, "Fatto alle")]
			assert.NotContains(t, verdict, row.not)
		})
	}
}

func TestAStoppedRunLeadsBack(t *testing.T) {
	s := open(t, theme.Light, 1, uitest.Words(t, messages.Italian), func(s *stand) { s.goOn = make(chan struct{}, 1) })
	test.Tap(s.begin)
	s.later.Do()
	test.Tap(s.stop)
	s.later.Do()
	assert.Contains(t, s.says(), "Comincia il controllo")
	s.Key(fyne.KeyReturn)
	s.later.Do()
	require.True(t, s.c.State().Running)
	s.Key(fyne.KeyEscape)
	assert.False(t, s.c.State().Running)
	s.Key(fyne.KeyReturn)
	require.True(t, s.c.State().Running)
	s.Hidden()
	assert.False(t, s.c.State().Running, "nobody looks any more")

	s.Topic("something")
	assert.False(t, s.c.State().Running)
	s.Topic(page.Now)
	assert.Same(t, s.stop, s.Shown())
	s.goOn <- struct{}{}
	s.until(over)
	s.Hidden()
	assert.Same(t, s.again, s.Shown(), "what was found stays")
	s.Key(fyne.KeyEscape)
	test.Tap(s.home)
	assert.Equal(t, []page.Name{page.Home, page.Home}, s.w.Went)
}

func TestThePracticeCardIsCalledSo(t *testing.T) {
	s := italian(t, map[string]string{"DOC-PCSC-004": "-"})
	s.lies.state = desk.State{Chosen: "D", Places: []desk.Place{{Reader: app.Reader{Name: "D", Present: true}, Demo: true}}}
	s.ran()
	assert.Contains(t, s.says(), "DEMO: il controllo riguarda la carta di esempio")
	s.lies.state = desk.State{}
	test.Tap(s.again)
	s.until(over)
	assert.NotContains(t, s.says(), "DEMO")
}

// TestWhatTheAppDoesItselfIsAPressAway: nobody has to type a command for it.
func TestWhatTheAppDoesItselfIsAPressAway(t *testing.T) {
	for code, row := range map[string]struct {
		way  string
		text string
		to   page.Name
	}{
		"DOC-BROW-002": {"missing", "Imposta i browser", page.Browsers},
		"DOC-CARD-007": {"blocked", "Sblocca con il PUK", page.Unblock},
		"DOC-CERT-001": {"never", "Leggi il certificato", page.Certificate},
	} {
		s := italian(t, map[string]string{code: row.way}).ran()
		for _, f := range s.drawn.folds {
			test.Tap(f.button) // what could not be looked at may have a way, too
		}
		for _, f := range uitest.Focusables(s.content) {
			if b, ok := f.(*widgets.Button); ok && b.Text == row.text {
				test.Tap(b)
			}
		}
		require.NotEmpty(t, s.w.Went, code)
		assert.Equal(t, row.to, s.w.Went[0], code)
	}
}

func clipboard() string { return fyne.CurrentApp().Clipboard().Content() }

func TestCopies(t *testing.T) {
	s := italian(t, noService()).ran()
	test.Tap(s.drawn.copyCode)
	assert.Equal(t, s.report.SupportCode(), clipboard())
	assert.Contains(t, s.says(), "Il codice per l'assistenza è negli appunti")
	test.Tap(s.drawn.copyText)
	assert.Equal(t, s.report.Text(s.w.Words()), clipboard())
	var command *widgets.Button
	for _, f := range uitest.Focusables(s.content) {
		if b, ok := f.(*widgets.Button); ok && b.Text == "Copia" {
			command = b
			break
		}
	}
	require.NotNil(t, command)
	test.Tap(command)
	assert.Equal(t, "sudo apt install pcscd libccid", clipboard())
	s.Hidden()
	assert.NotContains(t, s.says(), "negli appunti")
}

func TestSaves(t *testing.T) {
	s := italian(t, noService()).ran()
	for _, row := range []struct {
		button *widgets.Button
		name   string
	}{{s.drawn.asText, "controllo-cientro.txt"}, {s.drawn.asJSON, "controllo-cientro.json"}} {
		path := filepath.Join(t.TempDir(), row.name)
		s.choose = func(name string, chosen func(fyne.URIWriteCloser, error)) savefile.Question {
			assert.Equal(t, row.name, name)
			to, err := storage.Writer(storage.NewFileURI(path))
			require.NoError(t, err)
			chosen(to, nil)
			return nil
		}
		test.Tap(row.button)
		assert.Contains(t, s.says(), "Salvato: "+row.name)
		assert.NotContains(t, strings.ReplaceAll(s.says(), " ", ""), filepath.Dir(path), "a picture of the page names no folder")
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		if row.button == s.drawn.asText {
			assert.Equal(t, s.report.Text(s.w.Words()), string(content))
			continue
		}
		var d doctor.Document
		require.NoError(t, json.Unmarshal(content, &struct {
			Schema *string `json:"schema"`
			Code   *string `json:"supportCode"`
		}{&d.Schema, &d.SupportCode}))
		assert.Equal(t, doctor.Schema, d.Schema)
		assert.Equal(t, s.report.SupportCode(), d.SupportCode)
	}
	s.choose = func(_ string, chosen func(fyne.URIWriteCloser, error)) savefile.Question {
		chosen(nil, errors.New("no such folder"))
		return nil
	}
	test.Tap(s.drawn.asText)
	assert.Contains(t, s.says(), "File non scrivibile")
	s.choose = func(_ string, chosen func(fyne.URIWriteCloser, error)) savefile.Question {
		chosen(nil, nil)
		return nil
	}
	s.say(nil)
	test.Tap(s.drawn.asText)
	assert.NotContains(t, s.says(), "Salvato")
	s.choose = s.ask
	test.Tap(s.drawn.asText)
	require.NotNil(t, s.w.Canvas().Overlays().Top())
	s.Hidden()
	assert.Nil(t, s.w.Canvas().Overlays().Top(), "the question goes with the page")
}

// TestTheCodeIsReadFromThePicture: an independent reader finds the very code in the
// picture of the window, in each look, and it tells what the report does.
func TestTheCodeIsReadFromThePicture(t *testing.T) {
	for _, look := range []theme.Look{theme.Light, theme.Dark, theme.HighContrast} {
		s := open(t, look, 1, uitest.Words(t, messages.Italian), func(s *stand) { s.report = healthy(t, noService()) }).ran()
		s.w.Resize(fyne.NewSize(1000, 3000))
		said, able := uitest.ReadCodes(t, s.w.Canvas().Capture())
		if !able {
			t.Skip("zbarimg is not installed, so nobody independent can read the code")
		}
		require.Equal(t, []string{s.report.SupportCode()}, said, look)
		told, err := doctor.ReadCode(said[0])
		require.NoError(t, err)
		assert.Equal(t, doctor.FaultService, told.Summary().Fault)
		assert.Contains(t, s.says(), readable(said[0]), "and the same as text")
		typed, err := doctor.ReadCode(readable(said[0]))
		require.NoError(t, err)
		assert.Equal(t, told, typed)
	}
}

func TestEveryControlIsReachedByKeys(t *testing.T) {
	s := italian(t, noService()).ran()
	wanted := uitest.Focusables(s.content)
	require.Greater(t, len(wanted), 14)
	reached := uitest.Tabbed(s.w, 3*len(wanted))
	for _, f := range wanted {
		assert.True(t, reached[f], "%T", f)
	}
	s.w.Canvas().Focus(s.drawn.folds[0].button)
	uitest.Press(s.w, fyne.KeyReturn)
	assert.True(t, s.drawn.folds[0].open)
	assert.Same(t, s.drawn.folds[0].button, s.w.Canvas().Focused())
}

// scenes are the forms that the page can take.
func scenes() map[string]func(*stand) {
	found := func(ways map[string]string) func(*stand) {
		return func(s *stand) { s.report = healthy(s.t, ways) }
	}
	return map[string]func(*stand){
		"intro":   nil,
		"running": func(s *stand) { s.goOn = make(chan struct{}) },
		"fault":   found(noService()),
		"well":    found(nil),
		"demo": func(s *stand) {
			s.lies.state = desk.State{Chosen: "D", Places: []desk.Place{{Reader: app.Reader{Name: "D", Present: true}, Demo: true}}}
			found(map[string]string{"DOC-CARD-007": "blocked", "DOC-CARD-010": "unanchored", "DOC-READ-003": "in-the-way"})(s)
		},
	}
}

// TestNothingIsClipped draws each scene; the pictures are in build/test/screens.
func TestNothingIsClipped(t *testing.T) {
	for _, form := range uitest.Forms(t) {
		form.App(t)
		for name, set := range scenes() {
			s := openIn(t, form.Words, set)
			s.play(name)
			form.Readable(t, s.w, "doctor-"+name)
			s.Hidden()
		}
	}
}

// TestWholePages draws what has to be scrolled to.
func TestWholePages(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	for name, set := range scenes() {
		s := openIn(t, uitest.Words(t, messages.Italian), set)
		s.play(name)
		s.w.Resize(fyne.NewSize(1000, 2400))
		uitest.Screen(t, s.w, "doctor-whole-"+name)
		s.Hidden()
	}
}

// play brings a scene about.
func (s *stand) play(name string) {
	switch name {
	case "intro":
	case "running":
		test.Tap(s.begin)
		s.until(func(state checkup.State) bool { return state.Progress.Total > 0 })
	default:
		s.ran()
	}
	if name == "fault" {
		test.Tap(s.drawn.folds[1].button)
		test.Tap(s.drawn.copyCode)
	}
	uitest.Settle(s.w)
}
