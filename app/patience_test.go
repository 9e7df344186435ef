package app_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/iso7816"
)

// keeper is a card that another program keeps: every wait for it lasts until it is
// called off.
type keeper struct{ app.Connection }

func (keeper) Begin(ctx context.Context) (bool, error) { <-ctx.Done(); return false, ctx.Err() }
func (keeper) Reconnect(ctx context.Context) error     { <-ctx.Done(); return ctx.Err() }

func kept(ctx context.Context) (app.Connection, error) { <-ctx.Done(); return nil, ctx.Err() }
func there(context.Context) (app.Connection, error)    { return keeper{}, nil }

// TestKeptCardIsNotWaitedForWithoutEnd: whoever keeps a card does not keep our
// programs; the end of the caller's own patience stays the caller's.
func TestKeptCardIsNotWaitedForWithoutEnd(t *testing.T) {
	const soon = time.Millisecond
	_, err := app.ConnectWithin(t.Context(), soon, kept)
	require.ErrorIs(t, err, iso7816.ErrBusy)
	require.NotErrorIs(t, err, context.DeadlineExceeded, "nobody's time ran out but the card's")

	c, err := app.ConnectWithin(t.Context(), soon, there)
	require.NoError(t, err)
	_, err = c.Begin(t.Context())
	require.ErrorIs(t, err, iso7816.ErrBusy)
	require.ErrorIs(t, c.Reconnect(t.Context()), iso7816.ErrBusy)

	ended, end := context.WithCancel(t.Context())
	end()
	c, err = app.ConnectWithin(t.Context(), time.Hour, there)
	require.NoError(t, err)
	_, err = c.Begin(ended)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, c.Reconnect(ended), context.Canceled)
	_, err = app.ConnectWithin(ended, time.Hour, kept)
	require.ErrorIs(t, err, context.Canceled)

	other := errors.New("other")
	_, err = app.ConnectWithin(t.Context(), time.Hour, func(context.Context) (app.Connection, error) { return nil, other })
	assert.Equal(t, other, err, "as it is")
}
