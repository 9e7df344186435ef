//go:build linux

package browsertest

import (
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
)

// TestFirefoxPolicy: the module and the trust in the server come by an
// administrator's policy, the profile has neither.
func TestFirefoxPolicy(t *testing.T) {
	s := long(t)
	c := s.insert()
	devices := map[string]any{"Add": map[string]string{"CIEntro by policy": s.module}}
	b := s.start(browserdemo.Firefox, launch{
		pins: []string{rightPIN}, bare: true, policies: s.trusting(map[string]any{"SecurityDevices": devices}),
	})
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(1)
	assert.Equal(t, 1, c.Counters().Verify[pin])
}

// trusting are an administrator's policies for Firefox, below /etc: these, and trust
// in the server.
func (s *stand) trusting(policies map[string]any) map[string]string {
	s.Helper()
	authority := filepath.Join(s.dir, "authority.pem")
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Authority()})
	require.NoError(s, os.WriteFile(authority, encoded, 0o644))
	all := map[string]any{"Certificates": map[string]any{"Install": []string{authority}}}
	maps.Copy(all, policies)
	content, err := json.Marshal(map[string]any{"policies": all})
	require.NoError(s, err)
	return map[string]string{policyFile: string(content)}
}

// policyFile is where Firefox on Linux has its policies, below /etc.
const policyFile = "firefox/policies/policies.json"

// TestFirefoxShowsTheSystemPolicy: what `cientro browser install --system` writes is
// what a real Firefox says its policies are, beside what an administrator had put
// there; after remove Firefox and the file are as they were.
func TestFirefoxShowsTheSystemPolicy(t *testing.T) {
	skipUnlessAll(t)
	first := bare(t)
	const before = `{"policies": {"DisableTelemetry": true,
  "SecurityDevices": {"Add": {"Another maker's": "/nowhere/another.so"}}}}`
	etc, kept := first.copyOfEtc(map[string]string{policyFile: before}), t.TempDir()
	setUp := func(operation string) {
		t.Helper()
		// What is to be put back is kept in /var/lib.
		const script = `mount --bind "$0" /var/lib && exec "$@"`
		command := first.withEtc(etc, exec.CommandContext(t.Context(), "sh", "-c", script, kept, first.agent, "browser", operation, "--system"))
		command.Env = append(os.Environ(), "CIENTRO_HOME="+first.home)
		out, err := command.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	shown := func(name string) (text string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			s := bare(t)
			b := s.start(browserdemo.Firefox, launch{bare: true, etc: etc})
			b.open("about:policies")
			b.await("the page of policies", func() bool { text = b.text(); return strings.Contains(text, "DisableTelemetry") })
		})
		return text
	}
	text := shown("before")
	assert.Contains(t, text, "/nowhere/another.so")
	assert.NotContains(t, text, first.module)

	setUp("install")
	text = shown("installed")
	assert.Contains(t, text, first.module)
	assert.Contains(t, text, "/nowhere/another.so", "what was there stays")

	setUp("remove")
	text = shown("removed")
	assert.Contains(t, text, "/nowhere/another.so")
	assert.NotContains(t, text, first.module)
	left, err := os.ReadFile(filepath.Join(etc, policyFile))
	require.NoError(t, err)
	assert.Equal(t, before, string(left), "byte for byte")
}
