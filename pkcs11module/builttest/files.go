package builttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	variable    = "CIENTRO_TEST_MODULE"
	variableAll = "CIENTRO_TEST_ALL"
)

// Need skips the test, saying what it does, unless the built module is to be
// tried.
func Need(t testing.TB, what string) {
	t.Helper()
	if os.Getenv(variable) != "1" {
		t.Skipf("%s: set %s=1 after make build, with the packages of make setup", what, variable)
	}
}

// All says whether the long form of the tests is asked for.
func All() bool { return os.Getenv(variableAll) != "" }

// NeedAll skips the test, saying what it is, unless the long form is asked for.
func NeedAll(t testing.TB, what string) {
	t.Helper()
	if !All() {
		t.Skipf("%s: set %s=1", what, variableAll)
	}
}

// File is the path of a file that make build makes.
func File(t testing.TB, name string) string {
	t.Helper()
	root, err := os.Getwd()
	require.NoError(t, err)
	for !isRoot(root) {
		require.NotEqual(t, filepath.Dir(root), root, "no go.mod above the test")
		root = filepath.Dir(root)
	}
	path := filepath.Join(root, "build", name)
	require.FileExists(t, path, "make build comes first")
	return path
}

func isRoot(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

// Headers is the folder of p11-kit's headers, for programs in C.
func Headers() string {
	folder, err := exec.Command("pkg-config", "--variable=includedir", "p11-kit-1").Output()
	if err != nil {
		folder = []byte("/usr/include")
	}
	return filepath.Join(strings.TrimSpace(string(folder)), "p11-kit-1")
}
