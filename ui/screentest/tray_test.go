//go:build linux

package screentest

import (
	"bufio"
	"image"
	"image/color"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/pkcs11module/builttest"
)

// tray is what shows the signs of programs on a desktop: the part of it that
// knows them, and the menu that a click would open. (freedesktop.org,
// StatusNotifierItem; com.canonical.dbusmenu.)
type tray struct {
	t     testing.TB
	bus   *dbus.Conn
	signs chan dbus.BusObject
	sign  dbus.BusObject
}

const watcher = "org.kde.StatusNotifierWatcher"

// trayWatcher is what programs tell of their signs.
type trayWatcher struct{ heard func(sender, service string) }

// RegisterStatusNotifierItem is part of the protocol.
func (w trayWatcher) RegisterStatusNotifierItem(sender dbus.Sender, service string) *dbus.Error {
	w.heard(string(sender), service)
	return nil
}

// startTray gives the desk a session with a tray. What runs already has none.
func (d *desk) startTray() *tray {
	d.t.Helper()
	daemon := d.command("dbus-daemon", "--session", "--nofork", "--print-address", "--address=unix:dir="+d.files)
	out, err := daemon.StdoutPipe()
	require.NoError(d.t, err)
	start(d.t, daemon)
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(d.t, err)
	address = strings.TrimSpace(address)
	bus, err := dbus.Connect(address)
	require.NoError(d.t, err)
	d.t.Cleanup(func() { _ = bus.Close() })
	s := &tray{t: d.t, bus: bus, signs: make(chan dbus.BusObject, 4)}
	heard := func(sender, service string) { s.signs <- bus.Object(sender, dbus.ObjectPath(service)) }
	require.NoError(d.t, bus.Export(trayWatcher{heard}, "/StatusNotifierWatcher", watcher))
	_, err = bus.RequestName(watcher, dbus.NameFlagDoNotQueue)
	require.NoError(d.t, err)
	d.environment = append(d.environment, "DBUS_SESSION_BUS_ADDRESS="+address)
	return s
}

// await waits until the program has put its sign there.
func (s *tray) await() {
	s.t.Helper()
	select {
	case s.sign = <-s.signs:
	case <-time.After(patience):
		require.Fail(s.t, "no sign in the tray")
	}
}

// entry is a line of the menu.
type entry struct {
	id    int32
	label string
	off   bool
}

// menu is what the sign's menu says now, without the lines between.
func (s *tray) menu() (all []entry) {
	s.t.Helper()
	path, err := s.sign.GetProperty("org.kde.StatusNotifierItem.Menu")
	require.NoError(s.t, err)
	var revision uint32
	var top struct {
		ID    int32
		Props map[string]dbus.Variant
		Lines []dbus.Variant
	}
	menu := s.bus.Object(s.sign.Destination(), path.Value().(dbus.ObjectPath))
	for range 2 { // the first answer may lack what lies deeper
		require.NoError(s.t, menu.Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &top))
	}
	for _, line := range top.Lines {
		parts := line.Value().([]any)
		said := parts[1].(map[string]dbus.Variant)
		label, _ := said["label"].Value().(string)
		enabled, told := said["enabled"].Value().(bool)
		if label != "" {
			all = append(all, entry{parts[0].(int32), label, told && !enabled})
		}
	}
	return all
}

// says waits until the menu has a line, which can be pressed or not.
func (s *tray) says(label string, off bool) entry {
	s.t.Helper()
	var seen []entry
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(100 * time.Millisecond) {
		seen = s.menu()
		for _, e := range seen {
			if e.label == label && e.off == off {
				return e
			}
		}
	}
	require.Fail(s.t, "not in the menu: "+label, "%v", seen)
	return entry{}
}

// press presses a line of the menu.
func (s *tray) press(label string) {
	s.t.Helper()
	path, err := s.sign.GetProperty("org.kde.StatusNotifierItem.Menu")
	require.NoError(s.t, err)
	menu := s.bus.Object(s.sign.Destination(), path.Value().(dbus.ObjectPath))
	call := menu.Call("com.canonical.dbusmenu.Event", 0, s.says(label, false).id, "clicked", dbus.MakeVariant(int32(0)), uint32(0))
	require.NoError(s.t, call.Err)
}

// icon is the picture of the sign, as the program sends it: ARGB, from the top.
func (s *tray) icon() *image.NRGBA {
	s.t.Helper()
	raw, err := s.sign.GetProperty("org.kde.StatusNotifierItem.IconPixmap")
	require.NoError(s.t, err)
	var all []struct {
		Width, Height int32
		Pixels        []byte
	}
	require.NoError(s.t, raw.Store(&all))
	require.NotEmpty(s.t, all)
	width, height, pixels := int(all[0].Width), int(all[0].Height), all[0].Pixels
	require.Len(s.t, pixels, 4*width*height)
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := 0; i < len(pixels); i += 4 {
		picture.SetNRGBA(i/4%width, i/4/width, color.NRGBA{A: pixels[i], R: pixels[i+1], G: pixels[i+2], B: pixels[i+3]})
	}
	return picture
}

// seen says whether the window is on the screen.
func (d *desk) seen() bool {
	found, err := d.do("search", "--onlyvisible", "--name", "^CIEntro")
	return err == nil && found != ""
}

// TestTray: the sign says what lies on the reader, as it changes; its menu opens the
// window, leads to the PIN and ends the program, and closing the window does not.
func TestTray(t *testing.T) {
	builttest.NeedAll(t, "plays a desktop with a tray")
	t.Parallel()
	d := openDesk(t)
	d.lay()
	s := d.startTray()
	d.choose(func(s *settings.Settings) { s.Tray = true })
	d.open()
	s.await()
	tries := d.words.Count("shell.tray.tries", 3, messages.Values{"Max": 3})
	verify := d.text("shell.tray.verify")
	s.says(tries, true)
	s.says(verify, false)
	d.save(filepath.Join(folder(t), "real-tray-icon.png"), s.icon())

	d.press("alt+F4")
	require.Eventually(t, func() bool { return !d.seen() }, patience, 50*time.Millisecond, "the window stays")
	d.card.Remove()
	s.says(d.text("shell.tray.state.empty"), true)
	s.says(verify, true)
	require.NoError(t, d.card.Insert())
	s.says(tries, true)
	d.runs()

	s.press(verify)
	d.app.number = d.window("^CIEntro")
	d.sees(d.text("operations.heading.verify.type-pin"))
	d.picture("tray-verify")
	d.spent(0, 0)
	d.press("alt+F4")
	require.Eventually(t, func() bool { return !d.seen() }, patience, 50*time.Millisecond, "the window stays")
	s.press(d.text("shell.tray.open"))
	d.app.number = d.window("^CIEntro")
	d.picture("tray-open")
	s.press(d.text("shell.tray.quit"))
	d.ended()
	d.spent(0, 0)
	assert.Empty(t, d.app.said.String())
}
