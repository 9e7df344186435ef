package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/godbus/dbus/v5"
)

// trayWait bounds the question for a tray: the window waits for it.
const trayWait = 300 * time.Millisecond

const trayName = "org.kde.StatusNotifierWatcher"

// HasTray returns whether the desktop shows signs of programs.
// (freedesktop.org, StatusNotifierItem.)
func HasTray(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, trayWait)
	defer cancel()
	bus, err := sessionBus(ctx)
	if err != nil {
		return false
	}
	defer func() { _ = bus.Close() }()
	var has bool
	err = bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, trayName).Store(&has)
	return err == nil && has
}

var errNoBus = errors.New("no session bus")

// sessionBus connects to the bus of the session, where there is one: the library
// would start one otherwise.
func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		if _, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus")); err != nil {
			return nil, errNoBus
		}
	}
	return dbus.ConnectSessionBus(dbus.WithContext(ctx))
}

// savers are the interfaces in which desktops tell that the screen was locked, by
// ActiveChanged(true).
func savers() []string {
	return []string{
		"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.mate.ScreenSaver",
		"org.cinnamon.ScreenSaver", "org.xfce.ScreenSaver",
	}
}

// WatchLock calls locked, from a goroutine of its own, each time the screen is
// locked or the computer goes to sleep, until ctx ends. It returns an error where
// nobody would tell.
func WatchLock(ctx context.Context, locked func()) error {
	session, failed := lockSignals(ctx, sessionBus, sessionRules())
	system, also := lockSignals(ctx, func(ctx context.Context) (*dbus.Conn, error) {
		return dbus.ConnectSystemBus(dbus.WithContext(ctx))
	}, systemRules())
	for session != nil || system != nil {
		var s *dbus.Signal
		var open bool
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s, open = <-session:
			if !open {
				session = nil
			}
		case s, open = <-system:
			if !open {
				system = nil
			}
		}
		if tellsLock(s) {
			locked()
		}
	}
	return errors.Join(errNoBus, failed, also)
}

// lockSignals listens to a bus for what matches one of the rules. The channel is
// closed when the bus is gone or ctx ended, and nil where there is no bus.
func lockSignals(ctx context.Context, connect func(context.Context) (*dbus.Conn, error), rules [][]dbus.MatchOption) (<-chan *dbus.Signal, error) {
	bus, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, rule := range rules {
		if err := bus.AddMatchSignalContext(ctx, rule...); err != nil {
			_ = bus.Close()
			return nil, err
		}
	}
	signals := make(chan *dbus.Signal, 16)
	bus.Signal(signals)
	return signals, nil // the connection ends with ctx
}

func sessionRules() [][]dbus.MatchOption {
	var rules [][]dbus.MatchOption
	for _, saver := range savers() {
		rules = append(rules, []dbus.MatchOption{dbus.WithMatchInterface(saver), dbus.WithMatchMember("ActiveChanged")})
	}
	return rules
}

func systemRules() [][]dbus.MatchOption {
	return [][]dbus.MatchOption{
		{dbus.WithMatchInterface("org.freedesktop.login1.Session"), dbus.WithMatchMember("Lock")},
		{dbus.WithMatchInterface("org.freedesktop.login1.Manager"), dbus.WithMatchMember("PrepareForSleep")},
	}
}

// tellsLock returns whether a signal says that nobody is to see the screen now:
// those with a flag tell the contrary, too.
func tellsLock(s *dbus.Signal) bool {
	if s == nil {
		return false
	}
	if s.Name == "org.freedesktop.login1.Session.Lock" {
		return true
	}
	if len(s.Body) == 0 {
		return false
	}
	on, ok := s.Body[0].(bool)
	return ok && on
}
