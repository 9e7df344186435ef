package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// store puts an object into a cache as Go lays it out.
func store(t *testing.T, folder string, action []byte, content string) {
	t.Helper()
	output := bytes.Repeat([]byte{byte(len(content))}, 32)
	for name, text := range map[string]string{
		hex.EncodeToString(action) + "-a": fmt.Sprintf("v1 %x %x %20d %20d\n", action, output, len(content), 1_700_000_000_000_000_000),
		hex.EncodeToString(output) + "-d": content,
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, name[:2]), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name[:2], name), []byte(text), 0o600))
	}
}

func TestForgetsWhatItIsTold(t *testing.T) {
	shared, own := t.TempDir(), t.TempDir()
	kept, forgotten := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	store(t, shared, kept, "kept")
	store(t, shared, forgotten, "forgotten")
	forget, written := filepath.Join(own, "forget"), filepath.Join(own, "report")
	require.NoError(t, os.WriteFile(forget, []byte(name(forgotten)+"/content\n"), 0o600))

	var asked bytes.Buffer
	e := json.NewEncoder(&asked)
	for _, r := range []any{
		request{ID: 1, Command: "get", ActionID: kept},
		request{ID: 2, Command: "get", ActionID: forgotten},
		request{ID: 3, Command: "put", ActionID: forgotten, OutputID: bytes.Repeat([]byte{7}, 32), BodySize: 3}, []byte("new"),
		request{ID: 4, Command: "get", ActionID: forgotten},
		request{ID: 5, Command: "get", ActionID: bytes.Repeat([]byte{3}, 32)},
		request{ID: 6, Command: "put", ActionID: bytes.Repeat([]byte{4}, 32), OutputID: bytes.Repeat([]byte{5}, 32)},
		request{ID: 7, Command: "sing"},
		request{ID: 8, Command: "close"},
	} {
		require.NoError(t, e.Encode(r))
	}
	var out bytes.Buffer
	require.NoError(t, run([]string{"-shared", shared, "-own", own, "-forget", forget, "-report", written}, &asked, &out))

	d := json.NewDecoder(&out)
	var said []response
	for d.More() {
		var r response
		require.NoError(t, d.Decode(&r))
		said = append(said, r)
	}
	require.Len(t, said, 9)
	assert.Equal(t, []string{"get", "put", "close"}, said[0].KnownCommands)
	assert.FileExists(t, said[1].DiskPath)
	assert.Equal(t, int64(4), said[1].Size)
	assert.True(t, said[2].Miss)
	for _, r := range said[3:5] {
		content, err := os.ReadFile(r.DiskPath)
		require.NoError(t, err)
		assert.Equal(t, "new", string(content))
	}
	assert.True(t, said[5].Miss)
	assert.Empty(t, said[6].Err)
	assert.Equal(t, "unknown command sing", said[7].Err)

	raw, err := os.ReadFile(written)
	require.NoError(t, err)
	var r report
	require.NoError(t, json.Unmarshal(raw, &r))
	assert.Equal(t, report{Forgotten: 1, Compiled: 1, Other: []string{name(forgotten)}}, r)
}

func TestBrokenEntriesAreNone(t *testing.T) {
	shared := t.TempDir()
	action := bytes.Repeat([]byte{1}, 32)
	store(t, shared, action, "content")
	c := newCache(shared, t.TempDir(), "")
	_, ok := c.get(action)
	require.True(t, ok)
	entry := filepath.Join(shared, "01", hex.EncodeToString(action)+"-a")
	good, err := os.ReadFile(entry)
	require.NoError(t, err)
	for _, bad := range []string{"", "v1", "v2" + string(good[2:]), strings.Replace(string(good), "7", "8", 1), strings.Replace(string(good), "v1 01", "v1 02", 1)} {
		require.NoError(t, os.WriteFile(entry, []byte(bad), 0o600))
		_, ok := c.get(action)
		assert.False(t, ok, bad)
	}
	_, ok = c.get(nil)
	assert.False(t, ok)
	_, err = newCache(shared, filepath.Join(shared, "nowhere"), "").put(action, action, strings.NewReader("x"))
	assert.Error(t, err)
}

func TestRefusals(t *testing.T) {
	assert.ErrorIs(t, run(nil, nil, nil), errFlags)
	assert.ErrorIs(t, run([]string{"-shared", "a", "-own", "b", "-forget", "/nowhere/at/all", "-report", "d"}, nil, nil), os.ErrNotExist)
	for _, broken := range []string{"", "{", `{"Command":"put","BodySize":3}`} {
		assert.Error(t, serve(strings.NewReader(broken), &bytes.Buffer{}, newCache("", "", "")))
	}
}
