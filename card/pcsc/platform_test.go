package pcsc

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestThisPlatform(t *testing.T) {
	p := thisPlatform()
	assert.Equal(t, runtime.GOOS != "darwin", p.plugAndPlay)
	assert.Equal(t, runtime.GOOS == "linux", p.warningsComeFirst)
	assert.NotNil(t, p.establish)
	assert.GreaterOrEqual(t, SettleTime(), 300*time.Millisecond)
}

func TestPause(t *testing.T) {
	assert.NoError(t, pause(context.Background(), time.Microsecond))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, pause(ctx, time.Hour), context.Canceled)
}
