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
// of a window. Where it is not installed there is nobody to read them.
func ReadCodes(t testing.TB, picture image.Image) (said []string, able bool) {
	t.Helper()
	reader, err := exec.LookPath("zbarimg")
	if err != nil {
		return nil, false
	}
	var raw bytes.Buffer
	require.NoError(t, png.Encode(&raw, picture))
	file := filepath.Join(t.TempDir(), "window.png")
	require.NoError(t, os.WriteFile(file, raw.Bytes(), 0o600))
	output, err := exec.Command(reader, "--quiet", "--raw", file).Output()
	if err != nil {
		return nil, true // none was found
	}
	return strings.Fields(string(output)), true
}
