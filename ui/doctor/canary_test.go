package doctor

import (
	"context"
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
	"cientro/app/doctor"
	"cientro/app/messages"
	"cientro/app/training"
	"cientro/card/cardtest"
	"cientro/card/store"
	"cientro/ui/savefile"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// named is a reader whose maker, or system, put a serial number and a computer
// into its name.
type named struct{ *training.Session }

const readerName = "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] (SN987654321012) pc-di-utentezeta 00 00"

func (n named) Readers(ctx context.Context) ([]app.Reader, error) {
	list, err := n.Session.Readers(ctx)
	for i := range list {
		list[i].Name, list[i].Kind = readerName, app.ReaderContactless
	}
	return list, err
}

func (n named) Connect(ctx context.Context, _ string) (app.Connection, error) {
	return n.Session.Connect(ctx, training.ReaderName)
}

// plant puts what is personal where the check-up looks.
func plant(t *testing.T) (secrets [][]byte) {
	t.Helper()
	home := filepath.Join(t.TempDir(), "utentezeta")
	write := func(path, content string) {
		path = filepath.Join(home, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	for _, folder := range []string{".mozilla/firefox", ".config/mozilla/firefox"} {
		write(folder+"/profiles.ini", "[Profile0]\nName=profilozeta\nIsRelative=1\nPath=abc.profilozeta\n")
		write(folder+"/abc.profilozeta/pkcs11.txt", "library=/home/utentezeta/lib/libcientro-pkcs11.so\nname=utentezeta\n\n")
	}
	write(".pki/nssdb/pkcs11.txt", "library=/home/utentezeta/lib/modulozeta.so\nname=utentezeta\n\n")
	write(".config/pkcs11/modules/cientro.module", "remote: |/home/utentezeta/cientro agent\n")
	write(".CIEPKI/cie-utentezeta", "")
	t.Setenv("HOME", home)
	for _, name := range []string{"USER", "LOGNAME", "HOSTNAME", "SSH_CONNECTION"} {
		t.Setenv(name, "utentezeta")
	}
	all := []string{
		"utentezeta", "profilozeta", "modulozeta", "SN987654321012", "987654321012", home,
		"990000005216", "00000052169f", "SPCPRV80A01H501M", "SPECIMEN",
	}
	if host, err := os.Hostname(); err == nil && len(host) >= 6 {
		all = append(all, host)
	}
	for _, s := range all {
		secrets = append(secrets, []byte(s))
	}
	return secrets
}

// TestNothingPersonalOnThePage: of a real run, with all that can be opened open,
// nothing personal is seen, copied, saved, or in the code.
func TestNothingPersonalOnThePage(t *testing.T) {
	secrets := plant(t)
	course := training.New(training.Config{Instant: true})
	require.NoError(t, course.Start())
	t.Cleanup(course.Stop)
	uitest.App(t, theme.Light, 1)
	s := openIn(t, uitest.Words(t, messages.Italian), nil)
	s.c = checkup.New(checkup.Config{
		Desk: s.lies, Open: func(context.Context) (app.Readers, error) { return named{course}, nil }, StateFolder: t.TempDir(), Now: time.Now,
		Options: func() doctor.Options { return doctor.Options{Version: "1.2.3", Store: store.Memory(), AnchorCount: 1} },
	})
	s.Page = New(s.w, s.c)
	s.news.Soon(s.later.Put)
	s.w.Bring(s)
	s.c.Start()
	s.until(over)
	for _, f := range s.drawn.folds {
		test.Tap(f.button)
	}
	says := s.w.Says()
	for _, want := range []string{"ACS ACR1252 Dual Reader", "Che carta è", "DOC-BROW-002", "DOC-LEFT-008"} {
		assert.Contains(t, says, want, "else nothing was looked at")
	}
	var out strings.Builder
	out.WriteString(strings.Join(uitest.Texts(s.w), "\n") + says + strings.ReplaceAll(says, " ", ""))
	test.Tap(s.drawn.copyText)
	out.WriteString(clipboard())
	test.Tap(s.drawn.copyCode)
	out.WriteString(clipboard())
	saved := filepath.Join(os.Getenv("HOME"), "report")
	for _, b := range []fyne.Tappable{s.drawn.asText, s.drawn.asJSON} {
		s.choose = func(name string, chosen func(fyne.URIWriteCloser, error)) savefile.Question {
			out.WriteString(name)
			to, err := storage.Writer(storage.NewFileURI(saved))
			require.NoError(t, err)
			chosen(to, nil)
			return nil
		}
		test.Tap(b)
		content, err := os.ReadFile(saved)
		require.NoError(t, err)
		require.NotEmpty(t, content)
		out.Write(content)
	}
	out.WriteString(s.w.Says()) // with what was said of saving
	cardtest.AssertNoCanary(t, []byte(out.String()), secrets...)
	s.Hidden()

	leaks := savefile.Place(storage.NewFileURI("/home/utentezeta"))
	assert.NotEmpty(t, cardtest.FindCanary([]byte(leaks), secrets[0]), "it would be found")
}
