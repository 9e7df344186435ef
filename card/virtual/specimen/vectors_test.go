package specimen

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// vector reads one JSON file of published or externally judged test vectors.
func vector(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "cardtest", "testdata", "vectors", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, into))
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// judgeTime is when openssl is told to judge: 15 March 2026, 12:00 UTC. All
// certificates of the tests are valid then, whatever today is.
const judgeTime = "1773576000"

// openssl runs the command line tool, our judge, on files of dir. It returns
// what the tool printed on both channels, and its verdict.
func openssl(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed, so nobody independent can judge our certificates and EF.SOD")
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// pem writes DER certificates one after the other as a PEM file in dir.
func pem(t *testing.T, dir, name string, certificates ...[]byte) {
	t.Helper()
	var all strings.Builder
	for _, c := range certificates {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "one.der"), c, 0o600))
		out, err := openssl(t, dir, "x509", "-inform", "DER", "-in", "one.der")
		require.NoError(t, err, out)
		all.WriteString(out)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(all.String()), 0o600))
}
