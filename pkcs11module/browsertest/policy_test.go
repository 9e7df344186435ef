//go:build linux

package browsertest

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
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
	authority := filepath.Join(s.dir, "authority.pem")
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Authority()})
	require.NoError(t, os.WriteFile(authority, encoded, 0o644))
	policy, err := json.Marshal(map[string]any{"policies": map[string]any{
		"SecurityDevices": map[string]any{"Add": map[string]string{"CIEntro by policy": s.module}},
		"Certificates":    map[string]any{"Install": []string{authority}},
	}})
	require.NoError(t, err)
	b := s.start(browserdemo.Firefox, launch{
		pins: []string{rightPIN}, bare: true, policies: map[string]string{"firefox/policies/policies.json": string(policy)},
	})
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(1)
	assert.Equal(t, 1, c.Counters().Verify[pin])
}
