//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/messages"
	"cientro/app/settings"
)

// TestLockedSettingStays: the one setting that the command line changes stays as
// the administrator wants it, in the file and for the agent, and the answer says
// who decided.
func TestLockedSettingStays(t *testing.T) {
	for policy, command := range map[string]string{`{"virtualCard":false}`: "enable", `{"virtualCard":true}`: "disable"} {
		home := t.TempDir()
		paths := settings.Paths{Config: filepath.Join(home, "config"), Cache: filepath.Join(home, "cache"), State: filepath.Join(home, "state"), Portable: true}
		source := settings.Source{File: paths.SettingsFile(), Policy: policyOf(policy)}
		before, _ := source.Load()
		for _, how := range [][]string{{"virtual", command}, {"--json", "virtual", command}} {
			words, err := messages.New(messages.English)
			require.NoError(t, err)
			var out bytes.Buffer
			p := &program{
				surroundings: surroundings{stdin: os.Stdin, stdout: &out, stderr: &out, getenv: os.Getenv, rand: rand.Reader, now: time.Now, readers: openFakes},
				words:        words, paths: paths, settings: source, chosen: before,
			}
			root := p.rootCommand()
			root.SetArgs(how)
			err = root.ExecuteContext(context.Background())
			var locked *settings.LockedError
			require.ErrorAs(t, err, &locked, command)
			assert.Equal(t, settings.NameVirtualCard, locked.Name)
			assert.Equal(t, app.ExitUnexpected, p.report(err))
			assert.Contains(t, out.String(), "GEN-002")
			assert.NoFileExists(t, paths.SettingsFile())
			after, _ := source.Load()
			assert.Equal(t, before.Settings, after.Settings)
		}
	}
}
