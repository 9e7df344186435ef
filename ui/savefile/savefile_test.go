package savefile

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/ui/theme"
	"cientro/ui/uitest"
)

func file(t *testing.T) (path string, to fyne.URIWriteCloser) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "file")
	to, err := storage.Writer(storage.NewFileURI(path))
	require.NoError(t, err)
	return path, to
}

// full is a file on a disk without room.
type full struct {
	fyne.URIWriteCloser
	takes int
	err   error
}

func (f full) Write([]byte) (int, error) { return f.takes, f.err }

func TestWholeOrNotAtAll(t *testing.T) {
	path, to := file(t)
	require.NoError(t, Write(to, []byte("all")))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "all", string(content))
	if runtime.GOOS != "windows" {
		about, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), about.Mode().Perm())
	}
	assert.Equal(t, path, Place(to.URI()))

	for _, fault := range []full{{err: errors.New("full")}, {takes: 1}} {
		path, to := file(t)
		fault.URIWriteCloser = to
		assert.Error(t, Write(fault, []byte("all")))
		assert.NoFileExists(t, path)
	}
}

func TestTheQuestion(t *testing.T) {
	uitest.App(t, theme.Light, 1)
	w := test.NewTempWindow(t, nil)
	w.Resize(fyne.NewSize(1000, 700))
	asked := Ask(w, Words{"where", "save it", "leave it"}, "name.txt", func(fyne.URIWriteCloser, error) {})
	assert.NotNil(t, w.Canvas().Overlays().Top())
	asked.Hide()
	assert.Nil(t, w.Canvas().Overlays().Top())
}
