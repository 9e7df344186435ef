package builttest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtual/vpcd"
)

// Daemon starts a pcscd for the test.
func Daemon(t testing.TB, options daemon.Options) *daemon.Daemon {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	d, err := daemon.Start(ctx, options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Stop()) })
	return d
}

// Card is a fresh specimen of a chip family that lies on no reader yet.
func Card(t testing.TB, family string) *virtual.Card {
	t.Helper()
	profile, ok := virtual.ProfileByName(family)
	require.True(t, ok, family)
	c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
	require.NoError(t, err)
	return c
}

// takenWithin bounds the wait for a reader; an idle machine needs a hundredth.
const takenWithin = 30 * time.Second

// Serve puts a card on a virtual reader until the test ends, and waits until the
// reader has it. The card may be removed and inserted meanwhile.
func Serve(t testing.TB, address string, c *virtual.Card) {
	t.Helper()
	taken := make(chan struct{})
	var once sync.Once
	server := &vpcd.Server{Addr: address, Card: c, Connected: func() { once.Do(func() { close(taken) }) }}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-served //nolint:errcheck // that it ended is all there is to it
	})
	select {
	case <-taken:
	case err := <-served:
		served <- err
		require.NoError(t, err)
	case <-time.After(takenWithin):
		require.FailNow(t, "pcscd did not take the card")
	}
}
