//go:build linux

package screentest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNoNetwork visits every page under the eyes of strace: the program speaks to
// the X server, to pcscd and to the session, and to nobody beyond this machine.
func TestNoNetwork(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.lay()
	calls := filepath.Join(t.TempDir(), "calls")
	d.start(d.command("strace", "-f", "--seccomp-bpf", "-e", "trace=%network", "-o", calls, d.program))
	d.app.number = d.window("^CIEntro")
	d.sees(d.text("home.cie.title"))
	for _, page := range pages() {
		d.goes(page)
	}
	d.home()
	d.sees(d.text("home.cie.title"))
	d.quit()
	seen, err := os.ReadFile(calls)
	require.NoError(t, err)
	assert.Contains(t, string(seen), "/tmp/.X11-unix/", "strace saw nothing")
	assert.Contains(t, string(seen), filepath.Base(d.daemon.Socket), "strace saw nothing of pcscd")
	assert.Empty(t, abroad(string(seen)))
}

var address = regexp.MustCompile(`sa_family=(AF_\w+)`)

// abroad returns the calls that speak to other machines, or could.
func abroad(calls string) (found []string) {
	for call := range strings.Lines(calls) {
		for _, family := range address.FindAllStringSubmatch(call, -1) {
			if family[1] != "AF_UNIX" && family[1] != "AF_NETLINK" {
				found = append(found, call)
			}
		}
		if strings.Contains(call, "socket(AF_INET") {
			found = append(found, call)
		}
	}
	return found
}

// TestAbroad: the test above would see it.
func TestAbroad(t *testing.T) {
	const calls = `12 connect(7, {sa_family=AF_UNIX, sun_path=@"/tmp/.X11-unix/X4"}, 20) = 0
12 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 9
12 connect(9, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1
12 sendto(9, "", 0, 0, {sa_family=AF_INET6, sin6_port=htons(53)}, 28) = 0
`
	assert.Len(t, abroad(calls), 3)
	assert.Empty(t, abroad(strings.SplitAfter(calls, "\n")[0]))
}
