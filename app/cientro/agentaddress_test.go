package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzSocketPath(f *testing.F) {
	for _, seed := range []string{"unix:path=/run/user/1000/cie", "unix:path=/a%20b", "unix:path=/..", "unix:path=/%00", "unix:path=", "vsock:cid=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		path, err := socketPath(address)
		if err != nil {
			require.Empty(t, path)
			return
		}
		require.True(t, filepath.IsAbs(path))
		require.Equal(t, filepath.Clean(path), path)
		require.False(t, strings.ContainsRune(path, 0))
	})
}
