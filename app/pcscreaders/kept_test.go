package pcscreaders

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
	"cientro/card/pcsc"
)

// keeping is a service whose card another program keeps.
type keeping struct{ service }

func (keeping) Connect(ctx context.Context, _ string) (*pcsc.Card, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestAKeptCardIsGivenUp: after the time that is promised, as a busy reader.
func TestAKeptCardIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		_, err := newReaders(keeping{}).Connect(t.Context(), "r")
		require.ErrorIs(t, err, iso7816.ErrBusy)
		assert.Equal(t, 20*time.Second, time.Since(begun))
	})
}
