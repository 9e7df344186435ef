package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/app/pcscreaders"
	"cientro/card"
	"cientro/card/cardtest/pcscdtest"
	"cientro/card/cardtest/story"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtual/vpcd"
)

// TestEveryFamilyThroughPCSCD plays the story of every operation through a real
// daemon and the connection that the program uses: three families, all of them
// where CIENTRO_TEST_ALL is set (make test-all).
func TestEveryFamilyThroughPCSCD(t *testing.T) {
	daemon := pcscdtest.Start(t)
	chosen := map[string]virtual.SODVariant{"gemalto": virtual.SODSHA256, "nxp": virtual.SODSHA512, "bit4id_b9547": virtual.SODSHA512}
	for _, profile := range virtual.Profiles() {
		for _, variant := range []virtual.SODVariant{virtual.SODSHA256, virtual.SODSHA512} {
			if os.Getenv("CIENTRO_TEST_ALL") == "" && chosen[profile.Name] != variant {
				continue
			}
			t.Run(profile.Name+"/"+string(variant), func(t *testing.T) {
				story.Play(t, plugIn(t, daemon.VPCDAddr, profile, variant))
			})
		}
	}
}

// plugIn puts a fresh card into the virtual reader and waits until the program
// can connect to it.
func plugIn(t *testing.T, addr string, profile virtual.Profile, variant virtual.SODVariant) story.Stage {
	settings := profile.Defaults()
	settings.SODVariant = variant
	chip, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile, Settings: &settings})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	readers, err := pcscreaders.Open(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { _ = readers.Close() })
	lying := func() (name string) {
		list, err := readers.Readers(ctx)
		require.NoError(t, err)
		for _, r := range list {
			if r.Present {
				name = r.Name
			}
		}
		return name
	}
	// The card of the test before may still seem to lie there.
	require.Eventually(t, func() bool { return lying() == "" }, 20*time.Second, 50*time.Millisecond, "the reader is empty")

	done := make(chan error, 1)
	go func() { done <- vpcd.Serve(ctx, addr, chip) }()
	t.Cleanup(func() { cancel(); <-done })
	var name string
	require.Eventually(t, func() bool { name = lying(); return name != "" }, 20*time.Second, 50*time.Millisecond, "the daemon sees the card")
	return story.Stage{
		Chip:    chip,
		Options: card.Options{Store: store.Memory(), QueryTries: true},
		Connect: func(t testing.TB) card.Link {
			t.Helper()
			link, err := readers.Connect(ctx, name)
			require.NoError(t, err)
			t.Cleanup(func() { _ = link.Close() })
			return link
		},
	}
}
