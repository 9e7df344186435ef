package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenStore(t *testing.T) {
	folder := t.TempDir()
	known, kept := OpenStore(folder, true, time.Now)
	require.True(t, kept)
	_, err := known.Card([]byte("specimen")).BumpEpoch()
	require.NoError(t, err)
	require.NoError(t, known.Close())
	again, kept := OpenStore(folder, true, time.Now)
	require.True(t, kept)
	assert.NotZero(t, again.Card([]byte("specimen")).Epoch())

	known, kept = OpenStore("", false, time.Now)
	assert.False(t, kept)
	require.NotNil(t, known)
	assert.Equal(t, "memory", known.Backend())
}
