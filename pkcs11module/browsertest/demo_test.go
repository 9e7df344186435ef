//go:build linux

package browsertest

import (
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// played is what matters of the demonstrations' documents.
type played struct {
	Place, Result string
	Steps         []struct {
		Step  string
		APDUs int
	}
	Login   *struct{ GivenNames, Surname, TLS string }
	Prompts *int
	Cost    *struct{ APDUs, Verify, Wrong int }
	Error   *struct{ Message string }
}

func (s *stand) play(wrapper []string, arguments ...string) played {
	line := append(append(wrapper, s.agent, "--json", "demo"), arguments...)
	command := exec.CommandContext(s.ctx, line[0], line[1:]...)
	out, err := command.Output()
	require.NoError(s, err, "%s", out)
	var p played
	require.NoError(s, json.Unmarshal(out, &p))
	require.Equal(s, "ok", p.Result)
	return p
}

// TestDemo: the first command of the README, to its end: a login by curl.
func TestDemo(t *testing.T) {
	s := quick(t)
	p := s.play(nil)
	require.Len(t, p.Steps, 12)
	last := p.Steps[11]
	assert.Equal(t, "login", last.Step)
	assert.NotZero(t, last.APDUs)
	t.Logf("login of an unknown card by curl: %d APDUs (at most 60)", last.APDUs)
	assert.LessOrEqual(t, last.APDUs, 60)
}

// TestDemoBrowser: the browser's demonstration, with nobody there.
func TestDemoBrowser(t *testing.T) {
	for _, kind := range []string{"firefox", "chromium"} {
		t.Run(kind, func(t *testing.T) {
			s := long(t)
			p := s.play(nil, "browser", "--self-test", "--browser", kind)
			assert.Equal(t, "private-pcscd", p.Place)
			require.NotNil(t, p.Login)
			assert.Equal(t, "S*******", p.Login.Surname)
			assert.Equal(t, "TLS 1.2", p.Login.TLS)
			assert.Equal(t, 1, *p.Prompts)
			assert.Equal(t, 1, p.Cost.Verify)
			assert.Zero(t, p.Cost.Wrong)
		})
	}
}

// TestDemoBrowserWithoutPCSC: where there is no pcscd, the card is in the agent.
func TestDemoBrowserWithoutPCSC(t *testing.T) {
	s := long(t)
	hide := []string{"unshare", "--mount", "sh", "-c", `mount --bind /dev/null "$(command -v pcscd || echo /usr/sbin/pcscd)" && exec "$0" "$@"`}
	p := s.play(hide, "browser", "--self-test")
	assert.Equal(t, "agent", p.Place)
	assert.Equal(t, 1, *p.Prompts)
	assert.Nil(t, p.Cost)
	require.NotNil(t, p.Login)
}
