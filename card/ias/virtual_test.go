package ias_test

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/ias"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
)

// TestServicesKeyOnEveryFamily is what a badge reader does: no PIN, no channel.
func TestServicesKeyOnEveryFamily(t *testing.T) {
	for _, profile := range virtual.Profiles() {
		chip, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
		require.NoError(t, err)
		send := ias.Plain(chip)
		_, found, err := ias.SelectRoot(send, "")
		require.NoError(t, err)
		require.True(t, found)
		is, err := ias.SelectCIE(send)
		require.NoError(t, err)
		require.True(t, is, profile.Name)

		der, err := ias.NewFiles(send, ias.ChunkClear).Read(ias.EFServiziKpub)
		require.NoError(t, err)
		key, err := ias.ParsePublicKey(der)
		require.NoError(t, err)
		challenge := make([]byte, 32)
		_, _ = rand.Read(challenge)
		require.NoError(t, ias.ProveServices(send, challenge, key), profile.Name)

		der, err = ias.NewFiles(send, ias.ChunkClear).Read(ias.EFIntKpub)
		require.NoError(t, err)
		other, err := ias.ParsePublicKey(der)
		require.NoError(t, err)
		assert.ErrorIs(t, ias.ProveServices(send, challenge, other), ias.ErrChip)
	}
}
