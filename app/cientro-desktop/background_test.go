package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/autostart"
	"cientro/app/settings"
)

func TestSessionAndSettingAgree(t *testing.T) {
	for name, row := range map[string]struct {
		chosen, policy string
		had            bool // the entry, before
		setting, entry bool // after
	}{
		"off":                   {`{}`, ``, false, false, false},
		"on":                    {`{"autostart":true}`, ``, true, true, true},
		"taken away by others":  {`{"autostart":true}`, ``, false, false, false},
		"brought back":          {`{}`, ``, true, true, true},
		"administrator says on": {`{}`, `{"autostart":true}`, false, true, true},
		"and off":               {`{"autostart":true}`, `{"autostart":false}`, true, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			h := &house{source: settings.Source{File: filepath.Join(home, "settings.json")}}
			require.NoError(t, os.WriteFile(h.source.File, []byte(row.chosen), 0o600))
			if row.policy != "" {
				policy := filepath.Join(home, "policy.json")
				require.NoError(t, os.WriteFile(policy, []byte(row.policy), 0o600))
				h.source.Policy = settings.PolicyFile(policy)
			}
			h.now, _ = h.source.Load()
			entry := autostart.Entry{File: filepath.Join(home, "autostart", "x.desktop"), Program: "/opt/cientro-desktop"}
			require.NoError(t, entry.Set(row.had))
			require.NoError(t, h.settleAutostart(entry))
			assert.Equal(t, row.setting, h.now.Autostart)
			assert.Equal(t, row.entry, entry.On())
			require.NoError(t, h.settleAutostart(autostart.Entry{}), "nothing is possible there")
		})
	}
}

func TestNothingStartsWithTheSessionFromAMemoryStick(t *testing.T) {
	h := built(t, `{"welcomed":true}`)
	assert.True(t, h.paths.Portable)
	assert.False(t, h.CanAutostart())
}
