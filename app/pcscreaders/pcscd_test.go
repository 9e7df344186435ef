package pcscreaders_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/pcscreaders"
	"cientro/card/cardtest/pcscdtest"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtual/vpcd"
)

// TestDeskThroughPCSCD: a card that is put into a reader of a real daemon is seen
// soon and inspected, costs nothing while it lies there, and is gone when it goes.
func TestDeskThroughPCSCD(t *testing.T) {
	daemon := pcscdtest.Start(t)
	ctx, cancel := context.WithCancel(t.Context())
	d := desk.New(desk.Config{Open: pcscreaders.Open, Service: app.Config{Store: store.Memory(), QueryTries: true}})
	states := make(chan desk.State, 1024)
	d.Listen(func(s desk.State) { states <- s })
	over := make(chan error, 1)
	go func() { over <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.ErrorIs(t, <-over, context.Canceled)
	})
	until := func(what string, fits func(desk.State) bool) (desk.State, time.Time) {
		t.Helper()
		late := time.After(30 * time.Second)
		for {
			select {
			case s := <-states:
				if fits(s) {
					return s, time.Now()
				}
			case <-late:
				require.Fail(t, "never seen: "+what, "%+v", d.State())
			}
		}
	}
	lies := func(s desk.State) bool {
		for _, p := range s.Places {
			if p.Look != desk.LookEmpty {
				return true
			}
		}
		return false
	}
	until("the readers", func(s desk.State) bool { return len(s.Places) > 0 && !lies(s) })

	profile, _ := virtual.ProfileByName("gemalto")
	chip, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
	require.NoError(t, err)
	serving, take := context.WithCancel(ctx)
	defer take()
	served := make(chan error, 1)
	start := time.Now()
	go func() { served <- vpcd.Serve(serving, daemon.VPCDAddr, chip) }()
	_, seen := until("the card", lies)
	s, read := until("its inspection", func(s desk.State) bool { return s.Chosen != "" && s.ChosenPlace().Look == desk.LookReady })
	t.Logf("seen after %v, read after %v", seen.Sub(start).Round(time.Millisecond), read.Sub(start).Round(time.Millisecond))
	assert.Equal(t, 3, s.ChosenPlace().Card.PIN.Left)
	assert.Equal(t, app.ReaderVirtual, s.ChosenPlace().Reader.Kind)

	chip.ClearJournal()
	time.Sleep(500 * time.Millisecond)
	assert.Zero(t, chip.Counters().APDUs, "a card that lies still is not spoken to")

	loan, err := d.Borrow(ctx, s.Chosen)
	require.NoError(t, err)
	take()
	<-served
	select {
	case <-loan.Left:
	case <-time.After(20 * time.Second):
		require.Fail(t, "nobody said that the card left")
	}
	loan.Return()
	until("an empty reader", func(s desk.State) bool { return !lies(s) })
}
