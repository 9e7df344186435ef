package browserdemo

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Display is an X display that nobody sees, with a window manager: dialogs get
// the keyboard there as on a desk, and what is typed goes to nobody else.
type Display struct {
	// Name is for the variable DISPLAY.
	Name string

	dir     string
	server  *Process
	manager *Process
}

const (
	displaySize    = "1280x900x24"
	displayPatient = 20 * time.Second
)

// StartDisplay starts Xvfb and openbox. Errors: *MissingError.
func StartDisplay(ctx context.Context) (_ *Display, err error) {
	for _, tool := range []string{"Xvfb", "openbox", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			return nil, &MissingError{What: tool, Package: strings.ToLower(tool)}
		}
	}
	d := &Display{}
	if d.dir, err = os.MkdirTemp("", "cientro-display-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	if err := os.WriteFile(d.cookie(), cookieFile(), 0o600); err != nil {
		return nil, err
	}
	if err := d.startServer(ctx); err != nil {
		return nil, fmt.Errorf("start Xvfb: %w", err)
	}
	manager := exec.Command("openbox")
	manager.Env = append(os.Environ(), append(d.Environment(), "HOME="+d.dir)...)
	if d.manager, err = Run(manager); err != nil {
		return nil, fmt.Errorf("start openbox: %w", err)
	}
	return d, d.awaitManager(ctx)
}

func (d *Display) startServer(ctx context.Context) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	// A busy machine would take a key that is pressed for one that is held (-r).
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", displaySize, "-nolisten", "tcp",
		"-auth", d.cookie(), "-fbdir", d.dir, "-noreset", "-r")
	server.ExtraFiles = []*os.File{write}
	d.server, err = Run(server)
	_ = write.Close()
	if err != nil {
		return err
	}
	if err := read.SetReadDeadline(time.Now().Add(displayPatient)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = read.SetReadDeadline(time.Now()) })
	defer stop()
	number, err := bufio.NewReader(read).ReadString('\n')
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, io.EOF) { // it is ending: hear it out
		select {
		case <-d.server.Done():
		case <-time.After(endWithin):
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %s", err, d.server.Said())
	}
	d.Name = ":" + strings.TrimSpace(number)
	return nil
}

// awaitManager waits until the window manager has taken the display: before,
// windows are mapped without it.
func (d *Display) awaitManager(ctx context.Context) error {
	for wait := time.Now().Add(displayPatient); time.Now().Before(wait); {
		// Asks the root window for the property by which managers are known.
		if _, err := d.xdotool(ctx, nil, "get_desktop"); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.manager.Done():
			return fmt.Errorf("openbox has ended: %s", d.manager.Said())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return errors.New("openbox does not manage the display")
}

// Environment is what programs need to be on this display, and to speak
// English there, as the titles of their windows are looked for.
func (d *Display) Environment() []string {
	return []string{
		"DISPLAY=" + d.Name, "XAUTHORITY=" + d.cookie(), "WAYLAND_DISPLAY=", "MOZ_ENABLE_WAYLAND=0", "GDK_BACKEND=x11",
		"LC_ALL=C.UTF-8", "LANGUAGE=en", "NO_AT_BRIDGE=1", "DBUS_SESSION_BUS_ADDRESS=disabled:",
	}
}

// Close ends the display.
func (d *Display) Close() {
	if d.manager != nil {
		d.manager.End()
	}
	if d.server != nil {
		d.server.End()
	}
	_ = os.RemoveAll(d.dir)
}

func (d *Display) cookie() string { return filepath.Join(d.dir, "authority") }

// cookieFile is an authority file (libXau) with one entry for every display:
// family wild, no address, no number, and a cookie.
func cookieFile() []byte {
	cookie := make([]byte, 16)
	_, _ = rand.Read(cookie) // never fails since Go 1.24
	out := []byte{0xFF, 0xFF}
	for _, field := range []string{"", "", "MIT-MAGIC-COOKIE-1", string(cookie)} {
		out = binary.BigEndian.AppendUint16(out, uint16(len(field)))
		out = append(out, field...)
	}
	return out
}

// Screenshot is what the display shows.
func (d *Display) Screenshot() (image.Image, error) {
	raw, err := os.ReadFile(filepath.Join(d.dir, "Xvfb_screen0"))
	if err != nil {
		return nil, err
	}
	return parseXWD(raw)
}

// ErrXWD: the bytes are no dump of a display as Xvfb makes them.
var ErrXWD = errors.New("not a 32-bit X window dump")

// parseXWD reads a dump (X11/XWDFile.h, version 7) of the kind that Xvfb writes
// for 24-bit displays: ZPixmap, 32 bits a pixel, least significant byte first.
func parseXWD(raw []byte) (*image.RGBA, error) {
	const fields = 25
	if len(raw) < fields*4 {
		return nil, ErrXWD
	}
	field := func(i int) int { return int(binary.BigEndian.Uint32(raw[4*i:])) }
	header, version, format := field(0), field(1), field(2)
	width, height := field(4), field(5)
	least, bits, stride, colours := field(7), field(11), field(12), field(19)
	const largest = 1 << 14
	if version != 7 || format != 2 || least != 0 || bits != 32 || width > largest || height > largest ||
		header < fields*4 || header > len(raw) || colours > 1<<16 || stride < 4*width || stride > 8*largest {
		return nil, ErrXWD
	}
	const colourSize = 12
	start := header + colours*colourSize
	if len(raw) < start+stride*height {
		return nil, ErrXWD
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		line := raw[start+y*stride:]
		for x := range width {
			out.Pix[out.PixOffset(x, y)+0] = line[4*x+2]
			out.Pix[out.PixOffset(x, y)+1] = line[4*x+1]
			out.Pix[out.PixOffset(x, y)+2] = line[4*x+0]
			out.Pix[out.PixOffset(x, y)+3] = 0xFF
		}
	}
	return out, nil
}
