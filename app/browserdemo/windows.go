package browserdemo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Window is one that can be seen on a display.
type Window struct{ ID, Title string }

// promptTitles begin the titles of the windows in which a family asks for a PIN.
var promptTitles = map[Kind]string{Firefox: "Password Required", Chromium: "Unlock Security Device"}

// IsPrompt tells whether a browser of the family asks for the PIN in this window.
func (w Window) IsPrompt(kind Kind) bool { return strings.HasPrefix(w.Title, promptTitles[kind]) }

// Windows lists what can be seen, oldest first.
func (d *Display) Windows(ctx context.Context) ([]Window, error) {
	found, err := d.xdotool(ctx, nil, "search", "--onlyvisible", "--name", ".")
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, ctx.Err() // none
	}
	if err != nil {
		return nil, err
	}
	var out []Window
	for _, id := range strings.Fields(found) {
		// One that has gone meanwhile is not there.
		if title, err := d.xdotool(ctx, nil, "getwindowname", id); err == nil {
			out = append(out, Window{ID: id, Title: strings.TrimRight(title, "\n")})
		}
	}
	return out, ctx.Err()
}

// lookEvery is how often windows are looked at.
const lookEvery = 100 * time.Millisecond

// AwaitWindow waits for a window that fits.
func (d *Display) AwaitWindow(ctx context.Context, fits func(Window) bool) (Window, error) {
	for {
		windows, err := d.Windows(ctx)
		if err != nil {
			return Window{}, err
		}
		for _, w := range windows {
			if fits(w) {
				return w, nil
			}
		}
		select {
		case <-ctx.Done():
			return Window{}, ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// Type gives the window the keyboard and types into it, once it has been drawn.
// The text goes through a pipe: arguments of programs can be seen by others.
func (d *Display) Type(ctx context.Context, w Window, text []byte) error {
	if err := d.focus(ctx, w); err != nil {
		return err
	}
	if _, err := d.xdotool(ctx, text, "type", "--delay", "15", "--file", "-"); err != nil {
		return fmt.Errorf("type: %w", err)
	}
	return nil
}

// Key gives the window the keyboard and presses keys, as in "Return" or "ctrl+t".
func (d *Display) Key(ctx context.Context, w Window, keys ...string) error {
	if err := d.focus(ctx, w); err != nil {
		return err
	}
	_, err := d.xdotool(ctx, nil, append([]string{"key", "--clearmodifiers"}, keys...)...)
	return err
}

// focus gives a window the keyboard. One that has just been mapped may not be
// known to the window manager yet.
func (d *Display) focus(ctx context.Context, w Window) error {
	const patient = 5 * time.Second
	for wait := time.Now().Add(patient); ; {
		_, err := d.xdotool(ctx, nil, "windowactivate", "--sync", w.ID)
		if err == nil {
			break
		}
		if ctx.Err() != nil || !time.Now().Before(wait) {
			return fmt.Errorf("give %q the keyboard: %w", w.Title, err)
		}
		time.Sleep(lookEvery)
	}
	return d.settle(ctx, w)
}

// settle waits until a window stops changing, a blinking cursor aside: a dialog
// in the making may lose what is typed into it.
func (d *Display) settle(ctx context.Context, w Window) error {
	const (
		quiet   = 150 * time.Millisecond
		patient = 3 * time.Second
	)
	var before *image.RGBA
	for wait := time.Now().Add(patient); time.Now().Before(wait); {
		now, err := d.picture(ctx, w)
		if err != nil {
			return err
		}
		if before != nil && before.Rect == now.Rect && bytes.Equal(before.Pix, now.Pix) {
			return nil
		}
		before = now
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(quiet):
		}
	}
	return nil
}

// picture is the part of the display that a window has.
func (d *Display) picture(ctx context.Context, w Window) (*image.RGBA, error) {
	text, err := d.xdotool(ctx, nil, "getwindowgeometry", "--shell", w.ID)
	if err != nil {
		return nil, fmt.Errorf("where is %q: %w", w.Title, err)
	}
	place := map[string]int{}
	for _, line := range strings.Fields(text) {
		name, value, _ := strings.Cut(line, "=")
		place[name], _ = strconv.Atoi(value)
	}
	whole, err := d.Screenshot()
	if err != nil {
		return nil, err
	}
	part := image.Rect(0, 0, place["WIDTH"], place["HEIGHT"]).Add(image.Pt(place["X"], place["Y"])).Intersect(whole.Bounds())
	out := image.NewRGBA(part)
	draw.Draw(out, part, whole, part.Min, draw.Src)
	return out, nil
}

// xdotool runs one command of it; stdin may be nil.
func (d *Display) xdotool(ctx context.Context, stdin []byte, arguments ...string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	command := exec.CommandContext(limited, "xdotool", arguments...)
	command.Env = append(os.Environ(), d.Environment()...)
	if stdin != nil {
		command.Stdin = bytes.NewReader(stdin)
	}
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil && said.Len() > 0:
		err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return string(out), err
}
