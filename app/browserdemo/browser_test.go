//go:build unix

package browserdemo

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// searchPath makes the only folder in which programs are found.
func searchPath(t *testing.T, programs map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, script := range programs {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700))
	}
	t.Setenv("PATH", dir)
	return dir
}

func TestFind(t *testing.T) {
	const snap = "#!/bin/sh\nexec /snap/bin/firefox \"$@\"\n"
	dir := searchPath(t, map[string]string{"firefox": "#!/bin/sh\n", "google-chrome": "#!/bin/sh\n"})
	path, err := Find(Firefox)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "firefox"), path)
	path, err = Find(Chromium)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "google-chrome"), path)

	searchPath(t, map[string]string{"firefox": snap})
	_, err = Find(Firefox)
	assert.ErrorIs(t, err, ErrConfined)
	dir = searchPath(t, map[string]string{"firefox-esr": snap, "firefox": "#!/bin/sh\n"})
	path, err = Find(Firefox)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "firefox"), path, "a snap is passed over")

	searchPath(t, nil)
	_, err = Find(Chromium)
	var missing *MissingError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "chromium", missing.Package)
	assert.ErrorContains(t, err, "not installed")
}

func TestParseKind(t *testing.T) {
	for _, k := range Kinds() {
		got, ok := ParseKind(strings.ToUpper(string(k)))
		assert.True(t, ok)
		assert.Equal(t, k, got)
	}
	_, ok := ParseKind("lynx")
	assert.False(t, ok)
}

func TestVersion(t *testing.T) {
	dir := searchPath(t, map[string]string{"b": "#!/bin/sh\necho 'Browser 1.0 '\n"})
	assert.Equal(t, "Browser 1.0", Version(filepath.Join(dir, "b")))
	assert.Empty(t, Version(filepath.Join(dir, "none")))
}

// TestProfileTouchesItsFolderOnly: what the tools of NSS are asked, and where.
func TestProfileTouchesItsFolderOnly(t *testing.T) {
	for _, kind := range Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			dir := t.TempDir()
			tool := "#!/bin/sh\necho \"${0##*/} $* HOME=$HOME EXTRA=$EXTRA\" >>" + filepath.Join(dir, "asked") + "\n"
			searchPath(t, map[string]string{"certutil": tool, "modutil": tool})
			p, err := NewProfile(t.Context(), ProfileOptions{
				Kind: kind, Dir: dir, Module: "/m.so", Authority: []byte("der"), Preferences: "user_pref(\"a\", 1);\n",
				Environment: []string{"EXTRA=x"},
			})
			require.NoError(t, err)
			raw, err := os.ReadFile(filepath.Join(dir, "asked"))
			require.NoError(t, err)
			asked := strings.Split(strings.TrimSpace(string(raw)), "\n")
			require.Len(t, asked, 3)
			for i, want := range []string{"certutil -N", "certutil -A", "modutil -dbdir sql:" + p.database() + " -add CIEntro -libfile /m.so"} {
				assert.Contains(t, asked[i], want)
				assert.Contains(t, asked[i], "sql:"+dir+"/")
				assert.Contains(t, asked[i], "HOME="+dir+"/home EXTRA=x")
			}
			command := p.Command("/browser", "https://localhost:1/")
			assert.Equal(t, "https://localhost:1/", command.Args[len(command.Args)-1])
			assert.Contains(t, strings.Join(command.Args, " "), dir+"/profile")
			assert.Equal(t, os.Geteuid() == 0 && kind == Chromium, strings.Contains(strings.Join(command.Args, " "), "--no-sandbox"))
			if kind == Firefox {
				preferences, err := os.ReadFile(filepath.Join(dir, "profile", "user.js"))
				require.NoError(t, err)
				assert.Contains(t, string(preferences), "security.default_personal_cert")
				assert.True(t, strings.HasSuffix(string(preferences), "user_pref(\"a\", 1);\n"))
			}
		})
	}
}

func TestProfileNamesTheToolThatIsMissing(t *testing.T) {
	searchPath(t, nil)
	_, err := NewProfile(t.Context(), ProfileOptions{Kind: Firefox, Dir: t.TempDir()})
	var missing *MissingError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "libnss3-tools", missing.Package)
	searchPath(t, map[string]string{"certutil": "#!/bin/sh\necho broken database >&2\nexit 255\n"})
	_, err = NewProfile(t.Context(), ProfileOptions{Kind: Firefox, Dir: t.TempDir()})
	assert.ErrorContains(t, err, "broken database")
}

func TestProcessEndsWithItsChildren(t *testing.T) {
	file := filepath.Join(t.TempDir(), "child")
	p, err := Run(exec.Command("/bin/sh", "-c", "sleep 600 & echo $! >"+file+"; echo said; wait"))
	require.NoError(t, err)
	var child string
	require.Eventually(t, func() bool {
		raw, _ := os.ReadFile(file)
		child = strings.TrimSpace(string(raw))
		return child != "" && p.Said() == "said"
	}, 10*time.Second, 10*time.Millisecond)
	p.End()
	assert.Eventually(t, func() bool { return !running(child) }, 10*time.Second, 10*time.Millisecond)
	_, err = Run(exec.Command("/nowhere"))
	assert.Error(t, err)
}

// running: the process is there and no zombie.
func running(pid string) bool {
	status, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(status), ") Z ")
}

func TestLastWordsAreBounded(t *testing.T) {
	var l lastWords
	for range 100 {
		_, _ = l.Write([]byte(strings.Repeat("x", 100)))
	}
	assert.Len(t, l.String(), 4000)
}

func TestDisplayNamesTheToolThatIsMissing(t *testing.T) {
	searchPath(t, map[string]string{"Xvfb": "#!/bin/sh\n"})
	_, err := StartDisplay(context.Background())
	var missing *MissingError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "openbox", missing.Package)
	searchPath(t, map[string]string{"Xvfb": "#!/bin/sh\necho no screens >&2\n", "openbox": "", "xdotool": ""})
	_, err = StartDisplay(context.Background())
	assert.ErrorContains(t, err, "no screens")
}

// TestRemoveOutlastsALateWriter: somebody writes into the folder for a while yet.
func TestRemoveOutlastsALateWriter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "cache"), 0o700))
	until := time.Now().Add(400 * time.Millisecond)
	go func() {
		for time.Now().Before(until) {
			_ = os.MkdirAll(filepath.Join(dir, "cache"), 0o700)
			_ = os.WriteFile(filepath.Join(dir, "cache", "late"), nil, 0o600)
			time.Sleep(5 * time.Millisecond)
		}
	}()
	require.NoError(t, Remove(dir))
	assert.NoDirExists(t, dir)
}
