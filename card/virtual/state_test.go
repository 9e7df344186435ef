package virtual

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFileStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "card.json")
	store := NewFileStore(path)
	_, err := store.Load()
	require.ErrorIs(t, err, fs.ErrNotExist)

	p, _ := ProfileByName("stm")
	card, err := New(Config{Data: vectorData(t), Profile: p, Store: store})
	require.NoError(t, err)
	x := connect(t, card)
	runSteps(t, x, []step{{changePIN, swOK}, {rightPIN, 0x63C2}})
	info, err := os.Stat(path)
	require.NoError(t, err)
	if runtime.GOOS != "windows" {
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	}

	card, err = New(Config{Data: vectorData(t), Profile: p, Store: NewFileStore(path)})
	require.NoError(t, err)
	require.Equal(t, State{PIN: "11223344", PINTries: 2, PUKTries: 10, Boots: 2}, card.State())
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1, "no temporary file stays")
}

func TestFileStoreRefusals(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "card.json")
	p, _ := ProfileByName("stm")
	for name, content := range map[string]string{
		"not JSON":             "tries",
		"no PIN":               `{"pinTries":3,"pukTries":10}`,
		"PIN of 7":             `{"pin":"1234567","pinTries":3,"pukTries":10}`,
		"PIN tries won":        `{"pin":"12345678","pinTries":4,"pukTries":10}`,
		"negative PUK tries":   `{"pin":"12345678","pinTries":3,"pukTries":-1}`,
		"blocked and tries":    `{"pin":"12345678","pinTries":3,"pukTries":1,"blockedForEver":true}`,
		"negative PIN tries":   `{"pin":"12345678","pinTries":-1,"pukTries":10}`,
		"more PUK tries":       `{"pin":"12345678","pinTries":3,"pukTries":11}`,
		"tries of wrong types": `{"pin":"12345678","pinTries":"3"}`,
	} {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := New(Config{Data: vectorData(t), Profile: p, Store: NewFileStore(path)})
		require.ErrorIs(t, err, ErrState, name)
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, content, string(kept), "a file that is not understood is not touched")
	}
	missing := NewFileStore(filepath.Join(dir, "no such folder", "card.json"))
	require.Error(t, missing.Save(State{}))
	_, err := New(Config{Data: vectorData(t), Profile: p, Store: missing})
	require.ErrorIs(t, err, fs.ErrNotExist)
	folder := filepath.Join(dir, "folder")
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "full"), 0o700))
	require.Error(t, NewFileStore(folder).Save(State{}), "a folder is not replaced")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 2, "no temporary file stays")
}

func TestPowerLostBetweenLastTryAndMark(t *testing.T) {
	store := &MemoryStore{}
	require.NoError(t, store.Save(State{PIN: "12345678", PINTries: 3, PUKTries: 0}))
	p, _ := ProfileByName("stm")
	card, err := New(Config{Data: vectorData(t), Profile: p, Store: store})
	require.NoError(t, err)
	require.True(t, card.State().BlockedForEver)
}
