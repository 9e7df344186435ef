package uitest

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// ReadCodes lets an independent program, zbarimg, read the QR codes in a picture
// of a window. Without it the test is skipped.
func ReadCodes(t testing.TB, picture image.Image) []string {
	t.Helper()
	reader, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not installed, so nobody independent can read the codes")
	}
	var raw bytes.Buffer
	require.NoError(t, png.Encode(&raw, picture))
	file := filepath.Join(t.TempDir(), "window.png")
	require.NoError(t, os.WriteFile(file, raw.Bytes(), 0o600))
	said, err := exec.Command(reader, "--quiet", "--raw", file).Output()
	if err != nil {
		return nil // none was found
	}
	return strings.Fields(string(said))
}
