package settings

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/settings"
)

// TestNothingChangesWhatIsLocked: every list and every box of the page, by
// whatever way it is moved, leaves what the administrator decided, and the
// user's file is not even written.
func TestNothingChangesWhatIsLocked(t *testing.T) {
	h := newHouse(t, `{"language":"it","look":"dark","textSize":125,"finalTry":"deny","triesQuery":false,"pinPadShuffle":true,
		"tray":true,"autostart":false,"logLevel":"error"}`)
	decided := h.now.Settings
	_, v := italian(t, h)
	for _, c := range []choice{language(), look(), textSize(), finalTry(), logLevel()} {
		require.True(t, h.now.Locked(c.name), c.name)
		for i := range c.values {
			if i != v.p.chosen(c) {
				v.p.choose(c, i)
			}
			loaded, _ := h.source.Load()
			assert.Equal(t, decided, loaded.Settings, "%s %s", c.name, c.values[i])
		}
	}
	for _, box := range toggles() {
		require.True(t, h.now.Locked(box.name), box.name)
		v.p.toggle(box, !box.get(decided))
		loaded, _ := h.source.Load()
		assert.Equal(t, decided, loaded.Settings, box.name)
	}
	_, err := os.Stat(h.source.File)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.False(t, h.now.Locked(settings.NameWelcomed), "which the page does not show")
}
