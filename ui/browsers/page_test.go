package browsers

import (
	"errors"
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

	"cientro/app/browsers"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// stand is the page of a computer in a folder, on a screen of its own.
type stand struct {
	*Page
	t      *testing.T
	w      *uitest.Window
	config browsers.Config
	err    error
	home   chan func() // what comes from other goroutines
}

const internal = "library=\nname=NSS Internal PKCS #11 Module\nparameters=configdir='sql:.' flags= \nNSS=Flags=internal,critical\n\n"

func (s *stand) write(path, content string) {
	s.t.Helper()
	require.NoError(s.t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(s.t, os.WriteFile(path, []byte(content), 0o600))
}

func (s *stand) at(path string) string { return filepath.Join(s.config.Home, path) }

// firefox is an installed Firefox with a profile of that name.
func (s *stand) firefox(folder string, profiles ...string) {
	ini := ""
	for i, name := range profiles {
		ini += "[Profile" + string(rune('0'+i)) + "]\nName=" + name + "\nIsRelative=1\nPath=" + name + "\n\n"
		s.write(s.at(folder+"/"+name+"/pkcs11.txt"), internal)
	}
	s.write(s.at(folder+"/profiles.ini"), ini)
}

func (s *stand) program(name string) {
	s.write(filepath.Join(s.config.Root, "usr/bin", name), "\x7fELF")
}

// usual is a computer with Firefox, Chromium and Chrome, that nobody set up yet.
func usual(s *stand) {
	s.program("firefox")
	s.program("chromium")
	s.program("google-chrome")
	s.firefox(".mozilla/firefox", "default", "lavoro")
	s.write(s.at(".pki/nssdb/pkcs11.txt"), internal)
}

func boxes(s *stand) {
	s.write(filepath.Join(s.config.Root, "snap/bin/firefox"), "\x7fELF")
	s.firefox("snap/firefox/common/.mozilla/firefox", "default")
	require.NoError(s.t, os.MkdirAll(filepath.Join(s.config.Root, "var/lib/flatpak/app/com.google.Chrome"), 0o700))
}

func onlyUnix(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("browsers keep their lists elsewhere there")
	}
}

func open(t *testing.T, look theme.Look, text float64, p *messages.Printer, set func(*stand)) *stand {
	t.Helper()
	uitest.App(t, look, text)
	return openIn(t, p, set)
}

// openIn opens the page in the app that is there: to make one takes long.
func openIn(t *testing.T, p *messages.Printer, set func(*stand)) *stand {
	t.Helper()
	base := t.TempDir()
	s := &stand{t: t, w: uitest.NewWindow(t, p), home: make(chan func(), 8), config: browsers.Config{
		Home: filepath.Join(base, "home"), Root: filepath.Join(base, "root"), State: filepath.Join(base, "state", "browsers"),
		Module: filepath.Join(base, "opt", "libcientro-pkcs11.so"), Agent: filepath.Join(base, "opt", "cientro"),
	}}
	for _, folder := range []string{s.config.Home, s.config.Root} {
		require.NoError(t, os.MkdirAll(folder, 0o700))
	}
	s.write(s.config.Module, "a library")
	s.write(s.config.Agent, "a program")
	if set != nil {
		set(s)
	}
	s.Page = New(s.w, func() (browsers.Config, error) { return s.config, s.err }, func(do func()) { s.home <- do })
	s.w.Bring(s)
	s.settle()
	return s
}

// settle waits for what was begun, and shows it.
func (s *stand) settle() {
	s.t.Helper()
	select {
	case do := <-s.home:
		do()
	case <-time.After(time.Minute):
		require.Fail(s.t, "nothing came")
	}
	uitest.Settle(s.w)
}

// press presses a button that has something done.
func (s *stand) press(b fyne.Tappable) {
	s.t.Helper()
	test.Tap(b)
	s.settle()
}

func (s *stand) says() string { return s.w.Says() }

func italian(t *testing.T, set func(*stand)) *stand {
	t.Helper()
	onlyUnix(t)
	return open(t, theme.Light, 1, uitest.Words(t, messages.Italian), set)
}

// files are what is in the home folder, with its content.
func (s *stand) files() map[string]string {
	all := map[string]string{}
	require.NoError(s.t, filepath.WalkDir(s.config.Home, func(path string, e os.DirEntry, err error) error {
		require.NoError(s.t, err)
		if e.Type().IsRegular() {
			content, err := os.ReadFile(path)
			require.NoError(s.t, err)
			all[path] = string(content)
		}
		return nil
	}))
	return all
}

func contains(t *testing.T, says string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		assert.Contains(t, says, want)
	}
}

func TestFromNothingToRegisteredAndBack(t *testing.T) {
	s := italian(t, usual)
	before := s.files()
	contains(t, s.says(), "I browser non conoscono ancora CIEntro", "Firefox: profilo «default»", "Firefox: profilo «lavoro»",
		"Chromium, Chrome: elenco comune", "Il modulo non è registrato.", "~/.mozilla/firefox/default/pkcs11.txt", "Programmi che usano p11-kit")
	assert.NotContains(t, s.says(), s.config.Home, "paths begin at home")
	assert.Same(t, s.install, s.w.Canvas().Focused(), "what helps most")
	assert.False(t, s.remove.Visible())

	s.press(s.install)
	contains(t, s.says(), "Che cosa cambierà", "Vengono scritti 4 file", "Tutto il resto rimane com'è", "Il modulo viene registrato.", "~/.pki/nssdb/pkcs11.txt")
	assert.Equal(t, before, s.files(), "nothing was changed yet")
	s.press(s.back)
	assert.Equal(t, before, s.files())
	s.press(s.install)
	s.press(s.confirm)
	contains(t, s.says(), "CIEntro è registrato", "chiusi e riaperti", "Registrato.", "Prova l'accesso")
	content := s.files()[s.at(".mozilla/firefox/lavoro/pkcs11.txt")]
	assert.Contains(t, content, "library="+s.config.Module)
	assert.True(t, strings.HasPrefix(content, internal), "what was there keeps its bytes")
	test.Tap(s.try)
	assert.Equal(t, []page.Name{page.TryLogin}, s.w.Went)

	s.press(s.again)
	contains(t, s.says(), "I tuoi browser conoscono CIEntro", "Il modulo è registrato.", "Prova l'accesso")
	assert.False(t, s.install.Visible())
	s.press(s.remove)
	contains(t, s.says(), "Che cosa verrà tolto", "Vengono rimessi a posto 4 file", "Torna com'era prima")
	assert.Equal(t, "Togli", s.confirm.Text)
	s.press(s.confirm)
	contains(t, s.says(), "CIEntro è stato tolto", "byte per byte")
	assert.NotContains(t, s.says(), "Prova l'accesso")
	assert.Equal(t, before, s.files())
}

// TestNeverAWordTooMuchAboutBoxes: no browser in a box is promised anything.
func TestNeverAWordTooMuchAboutBoxes(t *testing.T) {
	onlyUnix(t)
	uitest.App(t, theme.Light, 1)
	for l, promises := range map[messages.Language][]string{
		messages.Italian: {"funziona", "pronto", "Registra nei browser\x00"}, messages.English: {"works", "ready", "work "},
	} {
		s := openIn(t, uitest.Words(t, l), boxes)
		says := s.says()
		contains(t, says, "(snap)", "(flatpak)")
		for _, word := range promises {
			assert.NotContains(t, says, word)
		}
		if l == messages.Italian {
			contains(t, says, "I tuoi browser sono chiusi in un recinto", "La via d'uscita è il pacchetto della distribuzione",
				"Un browser installato come flatpak non vede il modulo", "non può caricare il modulo")
		}
		assert.False(t, s.try.Visible() && strings.Contains(says, s.try.Title()))
	}
}

func TestARunningFirefoxWaits(t *testing.T) {
	s := italian(t, usual)
	require.NoError(t, os.Symlink("127.0.1.1:"+itoa(os.Getpid()), s.at(".mozilla/firefox/lavoro/lock")))
	s.press(s.again)
	assert.Equal(t, 1, strings.Count(s.says(), "Firefox è aperto su questo profilo"))
	s.press(s.install)
	contains(t, s.says(), "Vengono scritti 3 file", "Questi aspettano", "Chiudi tutte le finestre di Firefox e riprova.")
	s.press(s.confirm)
	contains(t, s.says(), "Non tutto è stato cambiato", "Chiudi tutte le finestre di Firefox", "Registrato.", "chiusi e riaperti")
	assert.NotContains(t, s.files()[s.at(".mozilla/firefox/lavoro/pkcs11.txt")], "cientro")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	s := italian(t, func(s *stand) { usual(s); s.err = browsers.ErrForeignHome })
	contains(t, s.says(), "Apri il programma come l'utente a cui appartiene la cartella.")
	assert.False(t, s.install.Visible() || s.remove.Visible())
	s.err = nil
	s.press(s.again)
	require.NoError(t, os.Remove(s.config.Module))
	s.press(s.install)
	assert.NotContains(t, s.says(), "Che cosa cambierà")
	assert.Contains(t, strings.ReplaceAll(s.says(), " ", ""), "libcientro-pkcs11.so")
	s.err = errors.New("no home")
	s.press(s.again)
	assert.NotEmpty(t, s.says())
	s.err = nil
	s.write(filepath.Join(s.config.State, "ledger.json"), "{")
	s.press(s.again)
	s.write(s.config.Module, "a library")
	s.press(s.install)
	assert.False(t, s.confirm.Visible(), "what cannot be undone is not done")
}

func TestStates(t *testing.T) {
	s := italian(t, func(s *stand) {
		usual(s)
		s.write(s.at(".mozilla/firefox/default/pkcs11.txt"), internal+"library="+s.config.Module+"\nname=CIEntro\n\n")
		s.write(s.at(".mozilla/firefox/lavoro/pkcs11.txt"), internal+"library=/opt/old/libcientro-pkcs11.so\nname=CIEntro\n\n")
		s.write(s.at(".pki/nssdb/pkcs11.txt"), "library=\x00")
		s.write(filepath.Join(s.config.Root, "etc/firefox/policies/policies.json"), "{}")
	})
	contains(t, s.says(), "Non tutti i browser conoscono CIEntro", "Manca in 2 posti", "Il modulo è registrato.",
		"È registrato un modulo di un'altra cartella: /opt/old/libcientro-pkcs11.so.", "Il file non si capisce", "Firefox: criteri per tutti")
	s.press(s.remove)
	contains(t, s.says(), "Viene tolta soltanto la nostra parte", "Questi aspettano")

	s = italian(t, nil)
	contains(t, s.says(), "Nessun browser trovato", "forse passa da p11-kit")
	s = italian(t, func(s *stand) { s.write(s.at(".pki/nssdb/pkcs11.txt"), internal) })
	contains(t, s.says(), "Nessun browser trovato", "Nessun browser installato lo legge", "Elenco comune di Chromium")
}

func TestTheCommandForAdministrators(t *testing.T) {
	p := presenter{uitest.Words(t, messages.Italian)}
	for agent, want := range map[string]string{
		"/usr/bin/cientro":         "sudo cientro browser install --system",
		"/usr/lib/cientro/cientro": "sudo cientro browser install --system",
		"/opt/cientro/cientro":     "sudo /opt/cientro/cientro browser install --system",
		"/opt/my dir/cientro":      "sudo '/opt/my dir/cientro' browser install --system",
		"/opt/it's/cientro":        `sudo '/opt/it'\''s/cientro' browser install --system`,
	} {
		lead, command := p.command(browsers.Config{OS: "linux", Agent: agent})
		assert.Equal(t, want, command)
		assert.Contains(t, lead, "in un terminale:")
	}
	lead, command := p.command(browsers.Config{OS: "windows", Agent: `C:\Program Files\it's\cientro.exe`})
	assert.Equal(t, `powershell -Command "& 'C:\Program Files\it''s\cientro.exe' browser install --system"`, command)
	assert.Contains(t, lead, "Esegui come amministratore")
	s := italian(t, usual)
	for _, f := range uitest.Focusables(s.content) {
		if b, ok := f.(*widgets.Button); ok && b.Text == "Copia" {
			test.Tap(b)
		}
	}
	_, command = s.p.command(s.config)
	assert.Equal(t, command, fyne.CurrentApp().Clipboard().Content())
	assert.Contains(t, s.says(), "Il comando è negli appunti")
	s.Hidden()
	assert.NotContains(t, s.says(), "Il comando è negli appunti")
}

func TestKeys(t *testing.T) {
	s := italian(t, usual)
	wanted := uitest.Focusables(s.content)
	reached := uitest.Tabbed(s.w, 3*len(wanted))
	for _, f := range wanted {
		assert.True(t, reached[f], "%T", f)
	}
	s.w.Canvas().Focus(s.install)
	uitest.Press(s.w, fyne.KeyReturn)
	s.settle()
	assert.Same(t, s.confirm, s.w.Canvas().Focused())
	uitest.Press(s.w, fyne.KeyReturn)
	s.Key(fyne.KeyEscape) // what is being changed comes to its end
	s.settle()
	assert.Equal(t, finished, s.m.phase)
	assert.Same(t, s.try, s.w.Canvas().Focused())
	s.Key(fyne.KeyEscape)
	s.settle()
	assert.Equal(t, status, s.m.phase)
	s.Key(fyne.KeyReturn)
	s.Key(fyne.KeyEscape)
	assert.Equal(t, []page.Name{page.Home}, s.w.Went)
}

// TestComingBackWhileItWorks: what was begun is not begun again.
func TestComingBackWhileItWorks(t *testing.T) {
	s := italian(t, usual)
	s.press(s.install)
	test.Tap(s.confirm)
	s.Hidden()
	s.Shown()
	s.settle()
	assert.Equal(t, finished, s.m.phase)
	assert.Empty(t, s.home)
	s.Hidden()
	s.Shown()
	s.look()
	s.settle()
	s.settle() // the second look counts
	assert.Equal(t, status, s.m.phase)
}

// TestWindows: Firefox is set up there, and of Chrome the truth is said.
func TestWindows(t *testing.T) {
	onlyUnix(t)
	onWindows := func(s *stand) {
		s.config.OS = "windows"
		s.write(filepath.Join(s.config.Root, "Program Files/Google/Chrome/Application/chrome.exe"), "MZ")
	}
	s := italian(t, onWindows)
	contains(t, s.says(), "Serve Firefox", "Chrome", "non carica moduli")
	assert.False(t, s.install.Visible())
	s = italian(t, func(s *stand) {
		onWindows(s)
		s.write(filepath.Join(s.config.Root, "Program Files/Mozilla Firefox/firefox.exe"), "MZ")
		s.firefox("AppData/Roaming/Mozilla/Firefox", "default")
	})
	contains(t, s.says(), "I browser non conoscono ancora CIEntro", "Firefox: profilo «default»", "HKEY_LOCAL_MACHINE")
	s.press(s.install)
	s.press(s.confirm)
	contains(t, s.says(), "CIEntro è registrato", "non carica moduli")
	s.press(s.again)
	contains(t, s.says(), "Firefox conosce CIEntro", "usa Firefox")
	assert.NotContains(t, s.says(), "I tuoi browser conoscono CIEntro")
}

// scenes are the forms that the page can take.
func scenes() map[string]func(*stand) {
	return map[string]func(*stand){
		"status": func(*stand) {},
		"plan":   func(s *stand) { s.press(s.install) },
		"done": func(s *stand) {
			require.NoError(s.t, os.Symlink("127.0.1.1:"+itoa(os.Getpid()), s.at(".mozilla/firefox/lavoro/lock")))
			s.press(s.install)
			s.press(s.confirm)
		},
		"boxes": func(s *stand) {
			require.NoError(s.t, os.RemoveAll(s.config.Home))
			require.NoError(s.t, os.RemoveAll(s.config.Root))
			require.NoError(s.t, os.MkdirAll(s.config.Home, 0o700))
			boxes(s)
			s.press(s.again)
		},
		"well": func(s *stand) {
			_, err := s.config.Install(s.t.Context())
			require.NoError(s.t, err)
			s.press(s.again)
		},
	}
}

// TestNothingIsClipped draws each scene; the pictures are in build/test/screens.
func TestNothingIsClipped(t *testing.T) {
	onlyUnix(t)
	for _, form := range uitest.Forms(t) {
		form.App(t)
		for name, play := range scenes() {
			s := openIn(t, form.Words, usual)
			play(s)
			form.Readable(t, s.w, "browsers-"+name)
		}
	}
}

// TestWholePages draws what has to be scrolled to.
func TestWholePages(t *testing.T) {
	onlyUnix(t)
	uitest.App(t, theme.Light, 1)
	for name, play := range scenes() {
		s := openIn(t, uitest.Words(t, messages.Italian), usual)
		play(s)
		s.w.Resize(fyne.NewSize(1000, 1300))
		uitest.Screen(t, s.w, "browsers-whole-"+name)
	}
}
