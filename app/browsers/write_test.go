package browsers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestChangedMeanwhile: what another program wrote after the file was read stays.
func TestChangedMeanwhile(t *testing.T) {
	file := filepath.Join(t.TempDir(), listFile)
	p := Place{Kind: Database, File: file}
	require.NoError(t, replace(p, nil, []byte("one")))
	for _, was := range [][]byte{nil, {}, []byte("two")} {
		require.ErrorIs(t, replace(p, was, []byte("three")), ErrChangedMeanwhile)
		require.ErrorIs(t, removeFile(p, was), ErrChangedMeanwhile)
	}
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "one", string(raw))
	require.NoError(t, replace(p, []byte("one"), []byte("three")))
	require.NoError(t, removeFile(p, []byte("three")))
	require.ErrorIs(t, replace(p, []byte("three"), []byte("four")), ErrChangedMeanwhile, "it is gone")
	left, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	assert.Empty(t, left, "nothing half-way is left")
}

// TestLinksStayLinks: some keep their settings elsewhere.
func TestLinksStayLinks(t *testing.T) {
	l := newLayout(t)
	l.profiles(".mozilla/firefox", "default")
	list, kept := l.home(".mozilla/firefox/x.default/pkcs11.txt"), l.home("kept/pkcs11.txt")
	l.write(kept, internal)
	require.NoError(t, os.Remove(list))
	require.NoError(t, os.Symlink(kept, list))
	assert.Equal(t, Added, l.roundTrip()[list])
	l.outcomes(l.Install(t.Context()))
	raw, err := os.ReadFile(kept)
	require.NoError(t, err)
	assert.Contains(t, string(raw), l.Module)
	to, err := os.Readlink(list)
	require.NoError(t, err)
	assert.Equal(t, kept, to)
}
