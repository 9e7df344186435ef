package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseGuardRefuses(t *testing.T) {
	for name, content := range map[string]string{
		"nothing":       ``,
		"null":          `null`,
		"array":         `[]`,
		"no schema":     `{}`,
		"schema zero":   `{"schema":0}`,
		"negative":      `{"schema":-1}`,
		"tries":         `{"schema":1,"counters":{"81":{"triesLeft":16}}}`,
		"minus tries":   `{"schema":1,"counters":{"81":{"triesLeft":-2}}}`,
		"reference":     `{"schema":1,"counters":{"081":{"triesLeft":1}}}`,
		"reference sgn": `{"schema":1,"counters":{"+1":{"triesLeft":1}}}`,
		"reference gg":  `{"schema":1,"counters":{"gg":{"triesLeft":1}}}`,
		"safety":        `{"schema":1,"query":"cheap"}`,
		"shape":         `{"schema":1,"epoch":-1}`,
		"trailing":      `{"schema":1} {}`,
	} {
		_, err := parseGuard([]byte(content))
		assert.Error(t, err, name)
		assert.NotErrorIs(t, err, errNewer, name)
	}
	_, err := parseGuard([]byte(`{"schema":2,"epoch":"of another kind"}`))
	assert.ErrorIs(t, err, errNewer)
	for _, content := range []string{`{"schema":1,"static":null}`, `{"schema":1,"static":7}`, `{"schema":0}`, ``} {
		_, err := parseStatic([]byte(content))
		assert.ErrorIs(t, err, errDamaged, content)
	}
}

func FuzzParseGuard(f *testing.F) {
	full, err := guard{map[byte]Seen{0x81: {3, noon, true}, 0x82: {10, noon, false}}, SafetyFree, true, 7, true}.encode()
	require.NoError(f, err)
	f.Add(full)
	f.Add([]byte(`{"schema":1}`))
	f.Add([]byte(`{"schema":2}`))
	f.Add([]byte(`{"schema":1,"counters":{"8a":{"triesLeft":1},"8A":{"triesLeft":2}}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		g, err := parseGuard(content)
		if err != nil {
			return
		}
		again, err := g.encode()
		if err != nil {
			return // a year beyond 9999 can be read from no text we write
		}
		back, err := parseGuard(again)
		require.NoError(t, err)
		require.Equal(t, g.epoch, back.epoch)
		require.Len(t, back.counters, len(g.counters))
	})
}

// FuzzFiles gives a store three files of somebody else's making.
func FuzzFiles(f *testing.F) {
	f.Add([]byte("x"), []byte("x"), []byte("x"))
	f.Add([]byte(keyPrefix+strings.Repeat("00", masterSize)), []byte(`{"schema":1,"source":"file"}`), magic)
	f.Add([]byte(keyPrefix+strings.Repeat("00", masterSize)), []byte(`{"schema":1,"source":"keyring","account":"a"}`), []byte{})
	f.Fuzz(func(t *testing.T, key, where, sealed []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, localKeyFile), key, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, vaultFile), where, 0o600))
		s := openWith(t, dir, Options{Keyring: NoKeyring(), Now: at(noon)})
		if local, err := s.localKeys(false); err == nil && local != nil {
			require.NoError(t, os.WriteFile(s.path(local.fileName(specimen, guardExtension)), sealed, 0o600))
			require.NoError(t, os.WriteFile(s.path(local.fileName(specimen, staticExt)), sealed, 0o600))
		}
		r := s.Card(specimen)
		require.Zero(t, r.Epoch(), "nobody without the key can set it")
		_, ok := r.Static()
		require.False(t, ok)
		require.NoError(t, r.SetOverride(true))
		require.True(t, open(t, dir).Card(specimen).Override())
	})
}

func BenchmarkFirstRecord(b *testing.B) {
	dir := b.TempDir()
	s, err := Open(dir, Options{Keyring: NoKeyring()})
	require.NoError(b, err)
	require.NoError(b, s.Card(specimen).SetCounter(0x81, Seen{TriesLeft: 3}))
	require.NoError(b, s.Card(specimen).SetStatic(make([]byte, 4096)))
	b.Run("counter", func(b *testing.B) {
		for b.Loop() {
			s, _ := Open(dir, Options{Keyring: NoKeyring()})
			if _, ok := s.Card(specimen).Counter(0x81); !ok {
				b.Fatal("no counter")
			}
		}
	})
	b.Run("static", func(b *testing.B) {
		for b.Loop() {
			s, _ := Open(dir, Options{Keyring: NoKeyring()})
			if _, ok := s.Card(specimen).Static(); !ok {
				b.Fatal("no chip data")
			}
		}
	})
	b.Run("epoch again", func(b *testing.B) {
		r := s.Card(specimen)
		for b.Loop() {
			r.Epoch()
		}
	})
	b.Run("set counter", func(b *testing.B) {
		r := s.Card(specimen)
		for b.Loop() {
			if err := r.SetCounter(0x81, Seen{TriesLeft: 3}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
