package trylogin

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/logintest"
	"cientro/app/messages"
	"cientro/card/virtual/specimen"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// lies is what lies on the desk.
type lies struct{ state desk.State }

func (d *lies) State() desk.State            { return d.state }
func (*lies) Listen(func(desk.State)) func() { return func() {} }
func (*lies) LookAgain(string)               {}

func ready() desk.State {
	return desk.State{Service: app.ServiceRunning, Chosen: "R", Places: []desk.Place{{
		Reader: app.Reader{Name: "Identiv uTrust 3700 F CL Reader 00 00", Kind: app.ReaderContactless, Present: true}, Look: desk.LookReady,
		Card: &desk.Card{Name: "cie", PIN: desk.Code{State: "ok", Known: true, Left: 3, Max: 3}},
	}}}
}

// stand is the page of a computer in a folder, on a screen of its own.
type stand struct {
	*Page
	t       *testing.T
	w       *uitest.Window
	test    *logintest.Test
	desk    *lies
	folder  string // home
	module  string
	browser string // desktop file
	agent   string // version of the agent
	openErr error

	later uitest.Later // news on its way to the screen
}

// open opens the page in the app that is there: to make one takes long.
func open(t *testing.T, p *messages.Printer, set func(*stand)) *stand {
	t.Helper()
	programs := t.TempDir()
	s := &stand{t: t, w: uitest.NewWindow(t, p), desk: &lies{ready()}, folder: t.TempDir(), browser: "firefox.desktop", agent: "1.0"}
	for _, name := range []string{"libcientro-pkcs11.so", "cientro", "cientro-desktop"} {
		require.NoError(t, os.WriteFile(filepath.Join(programs, name), nil, 0o600))
	}
	s.module = filepath.Join(programs, "libcientro-pkcs11.so")
	s.listed(s.module)
	if set != nil {
		set(s)
	}
	s.test = logintest.New(logintest.Config{
		Desk: s.desk, Version: "1.0", Home: s.folder, Root: t.TempDir(),
		Executable: func() (string, error) { return filepath.Join(programs, "cientro-desktop"), nil },
		Run: func(_ context.Context, program string, _ ...string) ([]byte, error) {
			if program == "xdg-settings" {
				return []byte(s.browser), nil
			}
			return []byte(`{"schema":"cientro.version/1","version":"` + s.agent + `"}`), nil
		},
		Open: func(string) error { return s.openErr },
		Now:  func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) },
	})
	t.Cleanup(s.test.Stop)
	s.Page = New(s.w, s.test)
	s.news.Soon(s.later.Put)
	s.w.Bring(s)
	t.Cleanup(s.Hidden)
	s.until(func(state logintest.State) bool {
		return !state.Looking && state.Checks[0].Result != logintest.Waiting
	})
	return s
}

func speaking(t *testing.T, l messages.Language, set func(*stand)) *stand {
	t.Helper()
	onlyUnix(t)
	uitest.App(t, theme.Light, 1)
	return open(t, uitest.Words(t, l), set)
}

// listed is the list of modules of the default profile.
func (s *stand) listed(modules ...string) {
	s.t.Helper()
	profile := filepath.Join(s.folder, ".mozilla/firefox/p")
	require.NoError(s.t, os.MkdirAll(profile, 0o700))
	require.NoError(s.t, os.WriteFile(filepath.Join(profile, "../profiles.ini"), []byte("[Profile0]\nPath=p\n"), 0o600))
	text := ""
	for _, m := range modules {
		text += "library=" + m + "\n"
	}
	require.NoError(s.t, os.WriteFile(filepath.Join(profile, "pkcs11.txt"), []byte(text), 0o600))
}

func (s *stand) says() string {
	s.later.Do()
	return s.w.Says()
}

// until waits for a state of the test, and shows it.
func (s *stand) until(is func(logintest.State) bool) logintest.State {
	s.t.Helper()
	var state logintest.State
	require.Eventually(s.t, func() bool { state = s.test.State(); return is(state) }, 60*time.Second, 2*time.Millisecond)
	s.later.Do()
	s.refresh()
	return state
}

func (s *stand) running() string {
	return s.until(func(state logintest.State) bool { return state.Phase == logintest.PhaseRunning }).Address
}

// visit is a browser at the address.
func visit(address string, change func(*tls.Config)) {
	d := specimen.Default()
	own := tls.Certificate{Certificate: [][]byte{d.CertCIE}, PrivateKey: d.HolderKey}
	config := &tls.Config{InsecureSkipVerify: true, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return &own, nil
	}}
	if change != nil {
		change(config)
	}
	transport := &http.Transport{TLSClientConfig: config}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport, Timeout: 30 * time.Second}).Get(address)
	if err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}

func warned(c *tls.Config) { c.InsecureSkipVerify = false }

func none(c *tls.Config) {
	c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &tls.Certificate{}, nil }
}

func onlyUnix(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("browsers keep their lists elsewhere there")
	}
}

func TestALoginFromTheFirstPressToTheVerdict(t *testing.T) {
	s := speaking(t, messages.Italian, nil)
	assert.Same(t, s.own, s.w.Canvas().Focused())
	says := s.says()
	for _, want := range []string{
		"Tutto è pronto per la prova", "Prova nel tuo browser", "Prova in un profilo separato",
		"Modulo nel browser: va bene", "Firefox lo ha nell'elenco.", "Lettore: va bene", "Identiv", "Carta: va bene",
		"Firma della carta: ancora da vedere",
	} {
		assert.Contains(t, says, want)
	}
	assert.False(t, s.stop.Visible() || s.again.Visible())

	uitest.Press(s.w, fyne.KeySpace)
	address := s.running()
	says = s.says()
	for _, want := range []string{
		"La prova è in corso nel browser", "Che cosa fare adesso", "1. Il browser avvisa", "in fondo alla pagina, «Procedi su localhost… (rischioso)»",
		"2. Solo qui, con un indirizzo che comincia per " + address, "4. Scrivi il PIN di 8 cifre nella finestra del browser", "tutto il tempo che vuoi",
	} {
		assert.Contains(t, says, want)
	}
	assert.Same(t, s.stop, s.w.Canvas().Focused(), "the tile is off")
	assert.NotContains(t, says, "Prova in un profilo separato")

	assert.Equal(t, "Ferma la prova", s.stop.Text)
	visit(address, warned)
	s.until(func(state logintest.State) bool { return state.Checks[7].Result == logintest.Unknown })
	assert.Contains(t, s.says(), "Il browser ha mostrato un avviso")
	visit(address, nil)
	s.until(func(state logintest.State) bool { return state.Verdict == logintest.VerdictReady })
	says = s.says()
	for _, want := range []string{
		"Il tuo PC è pronto per «Entra con CIE»", "È quello di P**** S*******", "TLS 1.2", "La carta ha firmato",
	} {
		assert.Contains(t, says, want)
	}
	assert.NotContains(t, says, "Che cosa fare adesso")
	assert.NotContains(t, says, "SPECIMEN")
	assert.Equal(t, "Chiudi la prova", s.stop.Text, "all went well: there is nothing to stop")
	assert.Less(t, strings.Index(says, "Durante l'accesso"), strings.Index(says, "Prima di cominciare"))

	test.Tap(s.stop)
	s.until(func(state logintest.State) bool { return state.Phase == logintest.PhaseOver })
	assert.Contains(t, s.says(), "Il tuo PC è pronto")
	assert.Same(t, s.own, s.w.Canvas().Focused())
	test.Tap(s.again)
	s.refresh()
	assert.Contains(t, s.says(), "Tutto è pronto per la prova")
	test.Tap(s.home)
	assert.Equal(t, []page.Name{page.Home}, s.w.Went)
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	s := speaking(t, messages.Italian, func(s *stand) { s.listed() })
	assert.Contains(t, s.says(), "Manca qualcosa: Modulo nel browser")
	assert.Contains(t, s.says(), "Modulo nel browser: da sistemare")
	s.listed(s.module)
	test.Tap(s.look)
	s.until(func(state logintest.State) bool { return state.Verdict == logintest.VerdictPrepared })
	assert.Contains(t, s.says(), "Tutto è pronto per la prova")

	s.desk.state.Places[0].Card.PIN.State = "blocked"
	s.refresh()
	assert.Contains(t, s.says(), "Manca qualcosa: Carta")
	assert.Equal(t, 2, strings.Count(s.says(), "Sbloccalo con il PUK, poi torna qui."), "above, and at the check")
}

// TestWhatIsNotKnownIsNotReady: nor is what does not fit together tried.
func TestWhatIsNotKnownIsNotReady(t *testing.T) {
	s := speaking(t, messages.Italian, func(s *stand) { s.agent = "" })
	says := s.says()
	assert.NotContains(t, says, "pronto")
	assert.Contains(t, says, "Prima di provare, guarda qui: Versioni")
	assert.Contains(t, says, "Il programma che serve il modulo non dice la sua versione.")
	assert.False(t, s.own.Disabled(), "it can be tried")

	s.agent = "0.9"
	s.w.Canvas().Focus(s.apart)
	test.Tap(s.look)
	s.until(func(state logintest.State) bool { return state.Verdict == logintest.VerdictMissing })
	assert.Contains(t, s.says(), "Manca qualcosa: Versioni")
	assert.True(t, s.own.Disabled() && s.apart.Disabled())
	assert.Same(t, s.look, s.w.Canvas().Focused(), "what can be done")
	assert.Same(t, s.look, s.Shown())
	s.agent = "1.0"
	s.desk.state.Places[0].Card.PIN.State = "last-try"
	test.Tap(s.look)
	s.until(func(state logintest.State) bool { return state.Verdict == logintest.VerdictUnsure && !state.Looking })
	assert.Contains(t, s.says(), "Prima di provare, guarda qui: Carta")
	assert.Contains(t, s.says(), "Resta un solo tentativo")
	assert.False(t, s.own.Disabled())

	test.Tap(s.own)
	s.running()
	test.Tap(s.stop)
	s.until(func(state logintest.State) bool { return state.Phase == logintest.PhaseOver })
	assert.Contains(t, s.says(), "La prova è finita senza un accesso")
	assert.Contains(t, s.says(), "Resta un solo tentativo")
}

func TestNoCertificate(t *testing.T) {
	s := speaking(t, messages.English, func(s *stand) { s.browser = "chromium.desktop" })
	test.Tap(s.own)
	address := s.running()
	assert.Contains(t, s.says(), "“Proceed to localhost (unsafe)”")
	visit(address, none)
	s.until(func(state logintest.State) bool { return state.Verdict == logintest.VerdictMissing })
	assert.Contains(t, s.says(), "Something is missing: The card's certificate")
	assert.Contains(t, s.says(), "it did not see the card, or you pressed Cancel")
}

func TestItCannotBegin(t *testing.T) {
	s := speaking(t, messages.Italian, func(s *stand) {
		s.openErr, s.browser = errors.Join(logintest.ErrNoOpener, os.ErrNotExist), ""
	})
	test.Tap(s.own)
	s.until(func(state logintest.State) bool { return state.Failed.Key != "" })
	assert.Contains(t, s.says(), "La prova non è cominciata")
	assert.Contains(t, s.says(), "Non si riesce ad aprire il browser predefinito")
	assert.False(t, s.own.Disabled())
}

func TestStoppedWithoutALogin(t *testing.T) {
	s := speaking(t, messages.Italian, func(s *stand) { s.browser = "epiphany.desktop" })
	test.Tap(s.own)
	s.running()
	assert.Contains(t, s.says(), "Scegli di continuare lo stesso.")
	test.Tap(s.stop)
	s.until(func(state logintest.State) bool { return state.Phase == logintest.PhaseOver })
	assert.Contains(t, s.says(), "La prova è finita senza un accesso")
}

func TestATestGoesOnOutOfSight(t *testing.T) {
	s := speaking(t, messages.Italian, nil)
	test.Tap(s.own)
	address := s.running()
	s.Hidden()
	s.Hidden()
	visit(address, nil)
	require.Eventually(t, func() bool { return s.test.State().Verdict == logintest.VerdictReady }, time.Minute, 2*time.Millisecond)
	assert.Contains(t, s.says(), "La prova è in corso")
	assert.Same(t, s.stop, s.Shown())
	assert.Contains(t, s.says(), "Il tuo PC è pronto")
}

func TestEveryControlIsReachedByKeys(t *testing.T) {
	s := speaking(t, messages.Italian, nil)
	keys := uitest.Tabbed(s.w, 10)
	for _, control := range []fyne.Focusable{s.own, s.apart, s.look, s.home} {
		assert.True(t, keys[control], "%T", control)
	}
	test.Tap(s.own)
	s.running()
	keys = uitest.Tabbed(s.w, 10)
	assert.True(t, keys[s.stop] && keys[s.home])
	assert.False(t, keys[s.own])
}

func TestTheSeparateProfileHasStepsOfItsOwn(t *testing.T) {
	p := &presenter{words: uitest.Words(t, messages.Italian)}
	steps := p.steps(logintest.State{Way: logintest.WayApart})
	assert.Len(t, steps, 4)
	assert.Contains(t, steps[0], "Si apre un browser vuoto")
	own := p.steps(logintest.State{Way: logintest.WayOwn})
	assert.Contains(t, own[1], "https://localhost")
	var almost texts
	p.verdict(logintest.State{Verdict: logintest.VerdictAlmost, Missing: logintest.Module, Phase: logintest.PhaseOver}, &almost)
	assert.Contains(t, almost.verdict, "manca il modulo nel tuo browser")
	var preparing texts
	p.verdict(logintest.State{Phase: logintest.PhasePreparing}, &preparing)
	assert.Contains(t, preparing.verdict, "Preparo")
}

// scenes are the forms that the page can take.
func scenes() map[string]struct {
	set func(*stand)
	act func(*stand)
} {
	nothing := func(*stand) {}
	runs := func(s *stand) { test.Tap(s.own); s.running() }
	return map[string]struct {
		set func(*stand)
		act func(*stand)
	}{
		"prepared": {nothing, nothing},
		"missing": {func(s *stand) {
			s.listed("/opt/cientro-0.1/lib/cientro/libcientro-pkcs11.so")
			s.desk.state.Places[0].Look = desk.LookForeign
			s.desk.state.Chosen = ""
		}, nothing},
		"unsure":  {func(s *stand) { s.agent = "" }, nothing},
		"running": {nothing, runs},
		"ready": {nothing, func(s *stand) {
			runs(s)
			visit(s.test.State().Address, nil)
			s.until(func(state logintest.State) bool { return state.Verdict == logintest.VerdictReady })
		}},
		"failed": {func(s *stand) { s.openErr = logintest.ErrNoOpener }, func(s *stand) {
			test.Tap(s.own)
			s.until(func(state logintest.State) bool { return state.Failed.Key != "" })
		}},
	}
}

// TestNothingIsClipped draws each scene; the pictures are in build/test/screens.
func TestNothingIsClipped(t *testing.T) {
	onlyUnix(t)
	for _, form := range uitest.Forms(t) {
		form.App(t)
		for name, scene := range scenes() {
			s := open(t, form.Words, scene.set)
			scene.act(s)
			s.later.Do()
			uitest.Settle(s.w)
			form.Readable(t, s.w, "trylogin-"+name)
			s.Hidden()
			s.test.Stop()
		}
	}
}
