package certificate

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/card/virtual/specimen"
	"cientro/ui/page"
	"cientro/ui/savefile"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// settle lays out twice: what is broken into lines gets its height a round later.
func settle(w fyne.Window) {
	uitest.Settle(w)
	uitest.Settle(w)
}

func open(t testing.TB, p *messages.Printer) (*View, *uitest.Window) {
	t.Helper()
	w := uitest.NewWindow(t, p)
	v := NewView(w, certificate(t))
	v.p.now = func() time.Time { return today }
	v.refresh()
	w.SetContent(v.Content())
	w.Resize(uitest.Usual())
	settle(w)
	return v, w
}

func italian(t testing.TB) (*View, *uitest.Window) {
	t.Helper()
	uitest.App(t, theme.Light, 1)
	return open(t, uitest.Words(t, messages.Italian))
}

func TestShowAndCover(t *testing.T) {
	v, w := italian(t)
	said := w.Says()
	for _, secret := range personalData {
		assert.NotContains(t, said, secret)
	}
	for _, want := range []string{"Il tuo certificato", "Il certificato è quello della carta", "Di chi è", "Quanto dura", "Come lo vedono i siti", "Impronta e dettagli", "Salva una copia"} {
		assert.Contains(t, said, want)
	}
	assert.NotContains(t, said, "[")

	test.Tap(v.reveal)
	said = w.Says()
	assert.Contains(t, said, "SPECIMEN")
	assert.Contains(t, said, "01/06/2035")
	assert.Contains(t, said, "Nascondi i dati")
	test.Tap(v.reveal)
	assert.NotContains(t, w.Says(), "SPECIMEN")
}

func TestBackAndKeys(t *testing.T) {
	v, w := italian(t)
	order := []fyne.Focusable{v.reveal, v.remind, v.pem, v.der, v.back}
	for i, want := range order {
		uitest.Press(w, fyne.KeyTab)
		require.Same(t, want, w.Canvas().Focused(), "stop %d", i)
	}
	uitest.Press(w, fyne.KeyReturn)
	assert.Equal(t, []page.Name{page.Home}, w.Went)
}

func TestForgetEmptiesThePage(t *testing.T) {
	v, w := italian(t)
	test.Tap(v.reveal)
	v.Forget()
	assert.Empty(t, uitest.Texts(w))
	assert.Nil(t, v.p.c)
	v.saveReminder()
	v.Forget()
	assert.Empty(t, uitest.Texts(w))
}

// chosen lets the page choose a file at once, and gives what it was named.
func chosen(v *View, to fyne.URIWriteCloser, err error) *string {
	name := new(string)
	v.choose = func(n string, saved func(fyne.URIWriteCloser, error)) {
		*name = n
		saved(to, err)
	}
	return name
}

func TestSave(t *testing.T) {
	for _, name := range []string{"pem", "der", "ics"} {
		v, w := italian(t)
		path := filepath.Join(t.TempDir(), "file")
		to, err := storage.Writer(storage.NewFileURI(path))
		require.NoError(t, err)
		named := chosen(v, to, nil)
		switch name {
		case "pem":
			test.Tap(v.pem)
			assert.Equal(t, "certificato-cie.pem", *named)
		case "der":
			test.Tap(v.der)
			assert.Equal(t, "certificato-cie.cer", *named)
		case "ics":
			test.Tap(v.remind)
			assert.Equal(t, "scadenza-carta.ics", *named)
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		switch name {
		case "pem":
			assert.Equal(t, v.p.pem().content, content)
		case "der":
			assert.Equal(t, specimen.Default().CertCIE, content)
		case "ics":
			assert.Contains(t, string(content), "BEGIN:VCALENDAR\r\n")
		}
		if runtime.GOOS != "windows" {
			about, err := os.Stat(path)
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o600), about.Mode().Perm(), "it names the holder")
		}
		said := w.Says()
		assert.Contains(t, said, "Salvato")
		assert.Contains(t, strings.ReplaceAll(said, " ", ""), path)
	}
}

// broken is a file that cannot be written.
type broken struct {
	fyne.URIWriteCloser
	short bool
	close error
}

func (b *broken) Write(p []byte) (int, error) {
	if b.short {
		return len(p) - 1, nil
	}
	if b.close != nil {
		return len(p), nil
	}
	return 0, errors.New("disk full")
}

func (b *broken) Close() error { return errors.Join(b.close, b.URIWriteCloser.Close()) }

func TestSaveThatFails(t *testing.T) {
	for name, fault := range map[string]broken{"full": {}, "short": {short: true}, "close": {close: errors.New("lost")}} {
		v, w := italian(t)
		path := filepath.Join(t.TempDir(), "file")
		to, err := storage.Writer(storage.NewFileURI(path))
		require.NoError(t, err)
		fault.URIWriteCloser = to
		chosen(v, &fault, nil)
		test.Tap(v.pem)
		said := w.Says()
		assert.Contains(t, said, "File non scrivibile", name)
		assert.NotContains(t, said, "Salvato", name)
		if name != "close" {
			assert.NoFileExists(t, path, "half a file is no certificate")
		}
	}

	v, w := italian(t)
	chosen(v, nil, errors.New("no such folder"))
	test.Tap(v.der)
	assert.Contains(t, w.Says(), "File non scrivibile")
	v.p.random = strings.NewReader("")
	test.Tap(v.remind)
	assert.Contains(t, w.Says(), "File non scrivibile")
}

func TestSaveThatIsNotWanted(t *testing.T) {
	v, w := italian(t)
	chosen(v, nil, nil)
	test.Tap(v.pem)
	assert.NotContains(t, w.Says(), "Salvato")

	path := filepath.Join(t.TempDir(), "file")
	to, err := storage.Writer(storage.NewFileURI(path))
	require.NoError(t, err)
	v.choose = func(_ string, saved func(fyne.URIWriteCloser, error)) {
		v.Forget() // the page was left while the question stood
		saved(to, nil)
	}
	test.Tap(v.pem)
	assert.NoFileExists(t, path)
	assert.Empty(t, uitest.Texts(w))
}

// TestChooseFile opens Fyne's dialog, with the name that was proposed.
func TestChooseFile(t *testing.T) {
	v, w := italian(t)
	test.Tap(v.pem)
	require.NotNil(t, w.Canvas().Overlays().Top())
	v.Forget()
	assert.Nil(t, w.Canvas().Overlays().Top(), "the question goes with the page")
}

func TestPlace(t *testing.T) {
	assert.Equal(t, "/tmp/a b", savefile.Place(storage.NewFileURI("/tmp/a b")))
	assert.Equal(t, "https://example.org/x", savefile.Place(parse(t, "https://example.org/x")))
}

func parse(t *testing.T, address string) fyne.URI {
	t.Helper()
	u, err := storage.ParseURI(address)
	require.NoError(t, err)
	return u
}

// TestNothingIsClipped draws the page in each language, look and size, covered
// and shown; the pictures are in build/test/screens.
func TestNothingIsClipped(t *testing.T) {
	for _, form := range uitest.Forms(t) {
		form.App(t)
		v, w := open(t, form.Words)
		form.Readable(t, w, "certificate")
		v.turn()
		v.p.c.Proven = false
		v.p.now = func() time.Time { return v.p.c.NotAfter.AddDate(0, 0, -20) }
		v.refresh()
		v.say("/home/specimen/Documenti/una-cartella-con-un-nome-piuttosto-lungo/certificato-cie.pem", nil)
		settle(w)
		form.Readable(t, w, "certificate-shown")
		if form.Language == uitest.Italian && form.Look == theme.Light {
			long(t, w, form.Name("certificate-whole"))
		}
	}
}

// long draws the whole page, and not only what a window shows of it.
func long(t *testing.T, w fyne.Window, name string) {
	w.Resize(fyne.NewSize(1000, 1600*fyne.CurrentApp().Settings().Theme().Size("text")/14))
	uitest.Screen(t, w, name)
}
