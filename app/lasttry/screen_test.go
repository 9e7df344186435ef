package lasttry

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestScreen(t *testing.T) {
	for _, row := range []struct {
		name        string
		environment map[string]string
		seen        bool
	}{
		{"nothing", nil, false},
		{"X", map[string]string{"DISPLAY": ":0"}, true},
		{"X with screen", map[string]string{"DISPLAY": ":1.0"}, true},
		{"old X", map[string]string{"DISPLAY": "unix:0"}, true},
		{"X by path", map[string]string{"DISPLAY": "/private/tmp/launchd/org.xquartz:0"}, true},
		{"Wayland", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, true},
		{"both", map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, true},
		{"forwarded by ssh", map[string]string{"DISPLAY": "localhost:10.0"}, false},
		{"forwarded by number", map[string]string{"DISPLAY": "127.0.0.1:10"}, false},
		{"forwarded, IPv6", map[string]string{"DISPLAY": "::1:10.0"}, false},
		{"another computer's", map[string]string{"DISPLAY": "terminal7:0"}, false},
		{"ssh beside a desktop", map[string]string{"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, false},
		{"ssh terminal", map[string]string{"WAYLAND_DISPLAY": "wayland-0", "SSH_TTY": "/dev/pts/1"}, false},
		{"old ssh", map[string]string{"DISPLAY": ":0", "SSH_CLIENT": "192.0.2.1 1 22"}, false},
	} {
		err := screen("linux", func(name string) string { return row.environment[name] })
		if row.seen {
			assert.NoError(t, err, row.name)
		} else {
			assert.ErrorIs(t, err, ErrNoScreen, row.name)
		}
	}
	none := func(string) string { return "" }
	assert.NoError(t, screen("windows", none))
	assert.NoError(t, screen("darwin", none))
}
