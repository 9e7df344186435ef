//go:build linux

package browsertest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
	"cientro/pkcs11module/builttest"
)

// TestFirefoxPackage: this computer's dpkg installs the deb, its command sets
// Firefox up for everybody beside the policies of somebody else, and a profile
// that knows nothing of it logs in. All of it is written to a layer over the
// system that only these processes see.
func TestFirefoxPackage(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("lays a folder over the whole system: wants root")
	}
	s := long(t)
	deb := s.pack()
	c := s.insert()
	// What is to run is the program of the package, in the layer.
	s.agent = filepath.Join(s.dir, "layer", "all", "usr/lib/cientro/cientro")
	b := s.start(browserdemo.Firefox, launch{
		pins: []string{rightPIN}, bare: true, deb: deb, policies: s.trusting(nil),
	})
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(1)
	assert.NotEmpty(t, b.agents(), "the agent is not the one of the package")
	assert.Equal(t, 1, c.Counters().Verify[pin])
	assert.NoFileExists(t, s.agent, "the layer is seen outside")
}

// pack makes the deb of what is built.
func (s *stand) pack() string {
	s.Helper()
	pack := exec.CommandContext(s.ctx, filepath.Join("..", "..", "packaging", "linux", "package.sh"), "deb")
	pack.Env = append(os.Environ(), "OUT="+s.dir, "PROGRAMS="+filepath.Dir(builttest.File(s, "cientro")))
	out, err := pack.Output()
	require.NoError(s, err)
	return strings.TrimSpace(string(out))
}

// installed runs a command in a system over which a deb was installed.
func (s *stand) installed(deb string, policies map[string]string, command *exec.Cmd) *exec.Cmd {
	s.Helper()
	etc := filepath.Join(s.dir, "etc")
	for path, content := range policies {
		path = filepath.Join(etc, path)
		require.NoError(s, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(s, os.WriteFile(path, []byte(content), 0o644))
	}
	const layer = `mount -t tmpfs none "$0" && mkdir "$0/up" "$0/work" "$0/all" &&
mount -t overlay -o "lowerdir=/,upperdir=$0/up,workdir=$0/work" overlay "$0/all" &&
for at in dev proc sys run tmp; do mount --rbind "/$at" "$0/all/$at" || exit; done
exec chroot "$0/all" sh -c 'dpkg --install "$0" && cp -r "$1/." /etc && shift && cientro browser install --system && exec "$@"' "$@"`
	folder := filepath.Join(s.dir, "layer")
	require.NoError(s, os.Mkdir(folder, 0o755))
	unshare, err := exec.LookPath("unshare")
	require.NoError(s, err)
	words := []string{"unshare", "--mount", "sh", "-c", layer, folder, deb, etc}
	command.Args = append(words, command.Args...)
	command.Path = unshare
	return command
}
