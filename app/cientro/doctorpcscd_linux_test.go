package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/doctor"
)

// checkUp runs the program against the private daemon, and returns how each check
// came out, by its code.
func (p *pcscd) checkUp() map[string]string {
	p.t.Helper()
	out, _ := p.run("", "doctor", "--card")
	var document struct {
		Schema string
		Checks []struct{ Code, Way string }
	}
	require.NoError(p.t, json.Unmarshal([]byte(out), &document), out)
	require.Equal(p.t, doctor.Schema, document.Schema)
	ways := map[string]string{}
	for _, c := range document.Checks {
		ways[c.Code] = c.Way
	}
	return ways
}

// TestDoctorThroughPCSCD: a real service, without a card, with one, and gone.
func TestDoctorThroughPCSCD(t *testing.T) {
	p := startPCSCD(t)
	ways := p.checkUp()
	assert.Equal(t, "ok", ways["DOC-PCSC-004"])
	assert.Equal(t, "none-there", ways["DOC-CARD-001"])

	stop := p.serve("gemalto")
	before := p.counters()
	ways = p.checkUp()
	for code, want := range map[string]string{
		"DOC-CARD-001": "ok", "DOC-CARD-004": "ok", "DOC-CARD-007": "ok", "DOC-CARD-009": "ok", "DOC-CARD-010": "unanchored",
	} {
		assert.Equal(t, want, ways[code], code)
	}
	assert.NotContains(t, []string{"lossy", "shaky", "none"}, ways["DOC-CARD-011"], "the time it takes is the machine's")
	after := p.counters()
	assert.Equal(t, before.Verify, after.Verify)
	assert.Equal(t, before.EmptyVerify, after.EmptyVerify)
	assert.GreaterOrEqual(t, after.APDUs-before.APDUs, 30)
	stop()

	require.NoError(t, p.daemon.Stop())
	start := time.Now()
	ways = p.checkUp()
	assert.Contains(t, []string{"stopped", "missing"}, ways["DOC-PCSC-004"])
	assert.Less(t, time.Since(start), 15*time.Second)
}
