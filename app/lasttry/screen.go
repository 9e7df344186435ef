package lasttry

import (
	"errors"
	"runtime"
	"strings"
)

// ErrNoScreen says that no window can reach the person at this computer.
var ErrNoScreen = errors.New("no screen")

// Screen returns an error that is [ErrNoScreen] where a window would not be seen
// by the person at this computer: there is no display, or it is forwarded from
// another computer, or the session is a remote shell. getenv reads the
// environment that the window would get, and the host's where it is known.
func Screen(getenv func(string) string) error { return screen(runtime.GOOS, getenv) }

func screen(system string, getenv func(string) string) error {
	for _, name := range []string{"SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"} {
		if getenv(name) != "" {
			return ErrNoScreen
		}
	}
	if system == "windows" || system == "darwin" {
		return nil // the window system is part of the system
	}
	if getenv("WAYLAND_DISPLAY") != "" {
		return nil
	}
	if x := getenv("DISPLAY"); x == "" || forwarded(x) {
		return ErrNoScreen
	}
	return nil
}

// forwarded: sshd calls the displays that it forwards localhost:10.0 and up
// (sshd_config, X11DisplayOffset and X11UseLocalhost), other forwarders name a
// computer. A display of this computer has no host ("unix" in old scripts), or
// is the path of a socket.
func forwarded(display string) bool {
	colon := strings.LastIndexByte(display, ':')
	if colon < 0 {
		return false
	}
	host := display[:colon]
	return host != "" && host != "unix" && !strings.HasPrefix(host, "/")
}
