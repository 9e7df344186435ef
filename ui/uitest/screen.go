package uitest

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"
)

// Folder is where pictures go: build/test/screens of the repository.
func Folder() string {
	_, here, _, ok := runtime.Caller(0)
	if !ok || !filepath.IsAbs(here) { // built with -trimpath
		return filepath.Join(os.TempDir(), "cientro-screens")
	}
	return filepath.Join(filepath.Dir(here), "..", "..", "build", "test", "screens")
}

// Screen draws the window as it is into Folder()/name.png, for eyes.
func Screen(t testing.TB, w fyne.Window, name string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(Folder(), 0o750))
	f, err := os.Create(filepath.Join(Folder(), fmt.Sprintf("%s.png", name)))
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	require.NoError(t, png.Encode(f, w.Canvas().Capture()))
}
