package doctor

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
)

func TestParsers(t *testing.T) {
	assert.Equal(t, map[string]string{"a": "1", "b": "x:y"}, keyValues([]byte("# c: d\na: 1\nnothing\n b :x:y\n"), ":"))
	assert.Equal(t, map[string]bool{"nfc": true}, kernelModules([]byte("\nnfc 1 2\n")))
	for processor, want := range map[string]libraryKind{"amd64": {"amd64", true}, "arm64": {"arm64", true}, "386": {"386", true}, "mute": {"amd64", false}} {
		kind, err := parseLibrary(library(processor))
		require.NoError(t, err)
		assert.Equal(t, want, kind)
	}
	_, err := parseLibrary([]byte("no library"))
	assert.Error(t, err)
	_, err = parseVersion([]byte(`{"schema":"cientro.version/1","version":"persona's"}`))
	assert.ErrorIs(t, err, fs.ErrInvalid)
	_, err = parseVersion([]byte("x"))
	assert.Error(t, err)
}

func FuzzParsers(f *testing.F) {
	f.Add([]byte("# x\nremote: |/y z\n"))
	f.Add([]byte("pn533 1 0 -\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		keyValues(raw, "=")
		kernelModules(raw)
		p11ModuleOf("x.module", raw)
		if v, err := parseVersion(raw); err == nil && strings.Trim(v, versionSigns) != "" {
			t.Fatalf("version %q", v)
		}
	})
}

func FuzzParseLibrary(f *testing.F) {
	f.Add(library("amd64"))
	f.Add(library("mute"))
	f.Add([]byte("\x7fELF"))
	f.Fuzz(func(_ *testing.T, raw []byte) { _, _ = parseLibrary(raw) })
}

func FuzzReaderName(f *testing.F) {
	f.Add("ACS ACR1252 (123) 00 00")
	f.Add("specimen-host-pc")
	f.Fuzz(func(t *testing.T, name string) {
		for _, w := range strings.Fields(readerName(name).String()) {
			if w != "?" && !plainWord(w) {
				t.Fatalf("%q stays of %q", w, name)
			}
		}
	})
}

// TestMachine: the computer that runs the tests is one too.
func TestMachine(t *testing.T) {
	m := Machine{
		Open:   func(context.Context) (app.Readers, error) { return nil, &app.ServiceError{State: app.ServiceStopped} },
		Getenv: func(string) string { return "" }, Clock: time.Now, StateFolder: t.TempDir(),
	}
	assert.Equal(t, runtime.GOOS, m.OS())
	assert.Equal(t, os.Getpid(), m.PID())
	assert.NotEmpty(t, m.Program())
	file := filepath.Join(t.TempDir(), "big")
	require.NoError(t, os.WriteFile(file, make([]byte, mostFile+10), 0o600))
	raw, err := m.Read(file)
	require.NoError(t, err)
	assert.Len(t, raw, mostFile)
	_, err = m.Read(filepath.Dir(file))
	assert.ErrorIs(t, err, fs.ErrInvalid)
	_, err = m.Read(file + "x")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.Error(t, m.Dial(file))
	_, err = m.AgentVersion(t.Context(), file)
	assert.Error(t, err)
	if runtime.GOOS != "linux" {
		return
	}
	free, err := m.Free(t.TempDir())
	require.NoError(t, err)
	assert.NotZero(t, free)
	_, err = m.Free(file + "x")
	assert.Error(t, err)
	spaced := filepath.Join(t.TempDir(), "not a library.so")
	require.NoError(t, os.WriteFile(spaced, []byte("text"), 0o600))
	assert.ErrorIs(t, m.Load(t.Context(), spaced), ErrNotLoaded)
	assert.ErrorIs(t, m.Load(t.Context(), file+"x"), ErrNotLoaded)

	r := Run(t.Context(), Options{System: m, Version: "1.2.3"})
	assert.Len(t, r.Results, len(checks()))
	assertSchema(t, schemaOf(t), r.Document(english(t)))

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	assert.Equal(t, len(checks()), Run(cancelled, Options{System: m, Version: "1.2.3"}).Count(NotApplicable))
}
