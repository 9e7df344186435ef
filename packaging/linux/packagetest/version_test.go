//go:build linux

package packagetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestVersions: what git says becomes versions that dpkg sorts as time went.
func TestVersions(t *testing.T) {
	need(t, "names packages")
	needDebian(t)
	git := []string{
		"0123456789ab", "v0.1.0-alpha", "v0.1.0-rc1", "v0.1.0-rc1-3-g0123456789ab", "v0.1.0", "v0.1.0-3-g0123456789ab", "v0.1.0-12-g0123456789ab-dirty", "v0.2.0",
	}
	want := []string{
		"0.1.0~git202611221742.0123456789ab", "0.1.0~alpha", "0.1.0~rc1", "0.1.0~rc1+3.g0123456789ab", "0.1.0", "0.1.0+3.g0123456789ab", "0.1.0+12.g0123456789ab+dirty", "0.2.0",
	}
	for i, v := range git {
		c := exec.Command(filepath.Join(source, "package.sh"), "version")
		c.Env = append(os.Environ(), "VERSION="+v, "SOURCE_DATE_EPOCH=1795369362")
		out, err := c.Output()
		require.NoError(t, err)
		got := strings.TrimSpace(string(out))
		assert.Equal(t, want[i], got)
		if i > 1 {
			assert.NoError(t, exec.Command("dpkg", "--compare-versions", want[i-1], "lt", got).Run(), "%s after %s", v, git[i-1])
		}
	}
}
