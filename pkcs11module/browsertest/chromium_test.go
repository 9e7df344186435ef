//go:build linux

package browsertest

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
)

// TestChromiumLogin: the module by modutil, the certificate chosen by hand.
func TestChromiumLogin(t *testing.T) {
	s := quick(t)
	c := s.insert()
	s.meet()
	b := s.start(browserdemo.Chromium, launch{pins: []string{rightPIN}, made: c.ClearJournal})
	b.confirm()
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(1)
	s.picture("in")
	assert.Contains(t, b.text(), "Sei entrato con la CIE")
	n := c.Counters()
	t.Logf("login with a known card: %d APDUs (at most %d)", n.APDUs, warmBudget)
	assert.Equal(t, 1, n.Verify[pin])
	assert.LessOrEqual(t, n.APDUs, warmBudget)
}

// TestChromiumAgain: the certificate chosen by policy, on a card that is met for
// the first time; then further handshakes without a prompt.
func TestChromiumAgain(t *testing.T) {
	s := quick(t)
	c := s.insert()
	const choice = `{"pattern":"https://localhost","filter":{"ISSUER":{"CN":"TEST Authentication CA"}}}`
	policy, err := json.Marshal(map[string][]string{"AutoSelectCertificateForUrls": {choice}})
	require.NoError(t, err)
	b := s.start(browserdemo.Chromium, launch{
		pins: []string{rightPIN}, policies: map[string]string{"chromium/policies/managed/cientro-test.json": string(policy)},
	})
	b.open(s.server.URL())
	s.login(s.server, 1)
	b.asked(1)
	first := c.Counters()
	assert.Equal(t, 1, first.Verify[pin])
	s.again(b, first.APDUs, c.Counters)
	assert.Equal(t, 1, c.Counters().Verify[pin])
	assert.Equal(t, 1, b.prompts.Count())
}
