package settings

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/store/atomicfile"
)

// writerVariable tells a copy of the test program to write settings.
const writerVariable = "SETTINGS_TEST_WRITER"

func TestMain(m *testing.M) {
	if file := os.Getenv(writerVariable); file != "" {
		os.Exit(writeMany(file))
	}
	os.Exit(m.Run())
}

func source(t *testing.T, content string) Source {
	s := Source{File: filepath.Join(t.TempDir(), "config", "settings.json")}
	if content != "" {
		require.NoError(t, os.MkdirAll(filepath.Dir(s.File), 0o700))
		require.NoError(t, os.WriteFile(s.File, []byte(content), 0o600))
	}
	return s
}

func policy(t *testing.T, content string) Policy {
	path := filepath.Join(t.TempDir(), "policy.json")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	return PolicyFile(path)
}

func TestNoFileIsTheDefaultsAndLeavesNoTrace(t *testing.T) {
	s := source(t, "")
	effective, warnings := s.Load()
	assert.Equal(t, Default(), effective.Settings)
	assert.Empty(t, warnings)
	assert.NoDirExists(t, filepath.Dir(s.File))
}

func TestUpdateIsReadBackPrivateAndKeepsWhatItDoesNotKnow(t *testing.T) {
	s := source(t, `{"schema":2,"language":"it","colour":{"of":["the","sea"]},"triesQuery":false}`)
	_, err := s.Update(func(c *Settings) { c.FinalTry = FinalTryDeny })
	require.NoError(t, err)

	content, err := os.ReadFile(s.File)
	require.NoError(t, err)
	assert.JSONEq(t, `{"schema":2,"language":"it","colour":{"of":["the","sea"]},"triesQuery":false,
		"finalTry":"deny","virtualCard":false,"logLevel":"off","look":"auto","textSize":100,"pinPadShuffle":false,
		"tray":false,"autostart":false,"welcomed":false}`, string(content))
	info, err := os.Stat(s.File)
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode().Perm())

	effective, warnings := s.Load()
	want := Default()
	want.Language, want.TriesQuery, want.FinalTry = LanguageItalian, false, FinalTryDeny
	assert.Equal(t, want, effective.Settings)
	require.Len(t, warnings, 1)
	assert.Equal(t, WarningNewer, warnings[0].Kind)
}

func TestFirstUpdateMakesPrivateFolder(t *testing.T) {
	s := source(t, "")
	_, err := s.Update(func(c *Settings) { c.Language = LanguageEnglish })
	require.NoError(t, err)
	info, err := os.Stat(filepath.Dir(s.File))
	require.NoError(t, err)
	assert.EqualValues(t, 0o700, info.Mode().Perm())
	content, err := os.ReadFile(s.File)
	require.NoError(t, err)
	assert.Contains(t, string(content), `"schema": 1`)
}

func TestDamagedSettingsAreSetAsideAndNeverFatal(t *testing.T) {
	for name, content := range map[string]string{
		"garbage":      "\x00\x01\x02",
		"truncated":    `{"language":"it"`,
		"null":         `null`,
		"array":        `[]`,
		"schema zero":  `{"schema":0}`,
		"schema words": `{"schema":"one"}`,
		"oversized":    `{"language":"it","pad":"` + strings.Repeat("x", maxFileSize) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := source(t, content)
			effective, warnings := s.Load()
			assert.Equal(t, Default(), effective.Settings)
			require.Len(t, warnings, 1)
			assert.Equal(t, WarningDamaged, warnings[0].Kind)
			assert.Equal(t, s.File+".corrupt-1", warnings[0].Aside)
			assert.Contains(t, warnings[0].String(), "settings.json.corrupt-1")
			kept, err := os.ReadFile(warnings[0].Aside)
			require.NoError(t, err)
			assert.Equal(t, content, string(kept), "nothing may be lost")

			_, warnings = s.Load()
			assert.Empty(t, warnings, "told once")
		})
	}
}

func TestUpdateOverDamagedSettings(t *testing.T) {
	s := source(t, "{")
	_, err := s.Update(func(c *Settings) { c.Language = LanguageItalian })
	require.NoError(t, err)
	assert.FileExists(t, s.File+".corrupt-1")
	effective, warnings := s.Load()
	assert.Empty(t, warnings)
	assert.Equal(t, LanguageItalian, effective.Language)
}

func TestOneBadValueCostsOneDefault(t *testing.T) {
	s := source(t, `{"language":"it","finalTry":"maybe","triesQuery":null}`)
	effective, warnings := s.Load()
	assert.Equal(t, LanguageItalian, effective.Language)
	assert.Equal(t, FinalTryAsk, effective.FinalTry)
	assert.True(t, effective.TriesQuery)
	require.Len(t, warnings, 2)
	for i, name := range []string{NameTriesQuery, NameFinalTry} {
		assert.Equal(t, WarningValue, warnings[i].Kind)
		assert.Equal(t, name, warnings[i].Name)
	}
}

func TestUpdateRefusesWhatIsNoChoice(t *testing.T) {
	s := source(t, "")
	_, err := s.Update(func(c *Settings) { c.LogLevel = "verbose" })
	require.ErrorContains(t, err, NameLogLevel)
	assert.NoFileExists(t, s.File)
}

func TestUnreadableSettingsAreNeitherUsedNorOverwritten(t *testing.T) {
	// A folder above that is a file: unreadable for root too.
	blocked := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600))
	s := Source{File: filepath.Join(blocked, "settings.json")}
	effective, warnings := s.Load()
	assert.Equal(t, Default(), effective.Settings)
	require.Len(t, warnings, 1)
	assert.Equal(t, WarningUnreadable, warnings[0].Kind)
	_, err := s.Update(func(*Settings) {})
	assert.Error(t, err)
}

func TestNowhereToKeepSettings(t *testing.T) {
	effective, warnings := Source{}.Load()
	assert.Equal(t, Default(), effective.Settings)
	assert.Empty(t, warnings)
	_, err := Source{}.Update(func(*Settings) {})
	assert.ErrorIs(t, err, ErrNoHome)
}

func TestSymbolicLinkStaysALink(t *testing.T) {
	s := source(t, `{"language":"it"}`)
	kept := filepath.Join(t.TempDir(), "dotfiles.json")
	require.NoError(t, os.Rename(s.File, kept))
	require.NoError(t, os.Symlink(kept, s.File))
	_, err := s.Update(func(c *Settings) { c.Language = LanguageEnglish })
	require.NoError(t, err)
	content, err := os.ReadFile(kept)
	require.NoError(t, err)
	assert.Contains(t, string(content), `"en"`)
	info, err := os.Lstat(s.File)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
}

func TestPolicyWinsAndLocks(t *testing.T) {
	s := source(t, `{"finalTry":"allow","language":"it"}`)
	s.Policy = policy(t, `{"schema":1,"finalTry":"deny","triesQuery":false}`)
	effective, warnings := s.Load()
	assert.Empty(t, warnings)
	assert.Equal(t, FinalTryDeny, effective.FinalTry)
	assert.False(t, effective.TriesQuery)
	assert.Equal(t, LanguageItalian, effective.Language)
	assert.True(t, effective.Locked(NameFinalTry))
	assert.True(t, effective.Locked(NameTriesQuery))
	assert.False(t, effective.Locked(NameLanguage))

	_, err := s.Update(func(c *Settings) { c.FinalTry = FinalTryAllow })
	var locked *LockedError
	require.ErrorAs(t, err, &locked)
	assert.Equal(t, NameFinalTry, locked.Name)
	assert.Contains(t, locked.Error(), "administrator")

	// A form that writes all settings back, the locked ones unchanged.
	form := Default()
	form.Language, form.TriesQuery, form.FinalTry = LanguageEnglish, false, FinalTryDeny
	form.VirtualCard, form.LogLevel, form.TextSize = true, LogInfo, 150
	effective, err = s.Update(func(c *Settings) { *c = form })
	require.NoError(t, err)
	assert.True(t, effective.Locked(NameFinalTry))
	assert.Equal(t, FinalTryDeny, effective.FinalTry)

	s.Policy = nil // lifted
	effective, _ = s.Load()
	form.TriesQuery, form.FinalTry = true, FinalTryAllow
	assert.Equal(t, form, effective.Settings, "the user's own choice is back")
}

func TestPolicyThatCannotBeUsedIsTold(t *testing.T) {
	for name, row := range map[string]struct {
		policy Policy
		names  []string
	}{
		"damaged":       {policy(t, `{`), []string{""}},
		"unreadable":    {PolicyFile(t.TempDir()), []string{""}},
		"bad value":     {policy(t, `{"finalTry":"never"}`), []string{NameFinalTry}},
		"unknown names": {policy(t, `{"zoom":1,"alarm":2,"language":"en"}`), []string{"alarm", "zoom"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := source(t, `{"finalTry":"deny"}`)
			s.Policy = row.policy
			effective, warnings := s.Load()
			assert.Equal(t, FinalTryDeny, effective.FinalTry)
			assert.False(t, effective.Locked(NameFinalTry))
			var names []string
			for _, warning := range warnings {
				assert.Equal(t, WarningPolicy, warning.Kind)
				assert.Error(t, warning.Err)
				names = append(names, warning.Name)
			}
			assert.Equal(t, row.names, names)
		})
	}
}

func TestNoPolicyFileIsNoPolicy(t *testing.T) {
	s := source(t, "")
	s.Policy = PolicyFile(filepath.Join(t.TempDir(), "none.json"))
	effective, warnings := s.Load()
	assert.Empty(t, warnings)
	assert.False(t, effective.Locked(NameLanguage))
}

func TestSystemSource(t *testing.T) {
	s := System(Paths{Config: "/config"})
	assert.Equal(t, "/config/settings.json", s.File)
	assert.NotNil(t, s.Policy)
}

// Each process adds a field of its own and changes a setting; a lost update
// would lose a field.
func TestProcessesDoNotLoseEachOthersFile(t *testing.T) {
	s := source(t, `{"keep":"me"}`)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), writerVariable+"="+s.File)
			output, err := child.CombinedOutput()
			assert.NoError(t, err, string(output))
		})
	}
	for range 200 {
		_, warnings := s.Load()
		assert.Empty(t, warnings, "a reader met half a file")
	}
	wait.Wait()
	content, err := os.ReadFile(s.File)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(content, &fields))
	assert.Equal(t, "me", fields["keep"])
	assert.NotContains(t, string(content), "corrupt")
}

func writeMany(file string) int {
	s := Source{File: file}
	for n := range 15 {
		_, err := s.Update(func(c *Settings) { c.VirtualCard = n%2 == 0 })
		for until := time.Now().Add(time.Minute); errors.Is(err, atomicfile.ErrBusy) && time.Now().Before(until); {
			_, err = s.Update(func(c *Settings) { c.VirtualCard = n%2 == 0 }) // a slow disk is no lost file
		}
		time.Sleep(5 * time.Millisecond) // whoever waits looks but now and then
		if err != nil {
			os.Stderr.WriteString(strconv.Itoa(n) + ": " + err.Error())
			return 1
		}
	}
	return 0
}

func FuzzSettings(f *testing.F) {
	for _, seed := range []string{``, `{}`, `null`, `{"schema":1,"language":"it"}`, `{"schema":9e99}`, `{"finalTry":["ask"]}`, `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		s := Source{File: filepath.Join(t.TempDir(), "settings.json")}
		require.NoError(t, os.WriteFile(s.File, content, 0o600))
		s.Policy = PolicyFile(s.File)
		effective, _ := s.Load()
		require.NoError(t, effective.Validate())
		s.Policy = nil
		before, _ := s.Load()
		_, err := s.Update(func(*Settings) {})
		require.NoError(t, err)
		after, warnings := s.Load()
		require.Equal(t, before, after)
		for _, warning := range warnings {
			require.Equal(t, WarningNewer, warning.Kind, "an update leaves nothing wrong")
		}
	})
}
