//go:build linux

package screentest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// screen is a display with a window manager on it.
type screen struct {
	t       testing.TB
	display string
	frame   string // the file in which Xvfb keeps what is seen
	files   string // where programs on it keep theirs: CIENTRO_HOME

	environment []string // of programs on it
}

// patience bounds every wait; an idle machine needs a hundredth.
const patience = 2 * time.Minute

// openScreen starts an X server that nobody else has, of the given size.
func openScreen(t testing.TB, size string, more ...string) *screen {
	t.Helper()
	read, write, err := os.Pipe()
	require.NoError(t, err)
	frames := t.TempDir()
	server := exec.Command("Xvfb", append([]string{
		"-displayfd", "3", "-screen", "0", size + "x24", "-fbdir", frames, "-nolisten", "tcp",
		"-noreset", // else it begins anew, without the window manager, whenever its last client leaves
	}, more...)...)
	server.ExtraFiles = []*os.File{write}
	start(t, server)
	require.NoError(t, write.Close())
	require.NoError(t, read.SetReadDeadline(time.Now().Add(patience)))
	number := make([]byte, 16)
	n, err := read.Read(number)
	require.NoError(t, err, "the X server did not start")
	s := &screen{
		t: t, display: ":" + strings.TrimSpace(string(number[:n])), frame: filepath.Join(frames, "Xvfb_screen0"), files: t.TempDir(),
	}
	s.environment = append(os.Environ(),
		"DISPLAY="+s.display, "WAYLAND_DISPLAY=", "XDG_RUNTIME_DIR="+t.TempDir(), "CIENTRO_HOME="+s.files,
		"DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent", "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent",
		"LC_ALL=it_IT.UTF-8", "LANG=it_IT.UTF-8", "FYNE_THEME=light", "FYNE_SCALE=1", "SSH_CONNECTION=")
	start(t, s.command("openbox"))
	require.Eventually(t, func() bool {
		root, err := s.command("xprop", "-root", "_NET_SUPPORTED").Output()
		return err == nil && bytes.Contains(root, []byte("_NET_WM_STATE_ABOVE"))
	}, patience, 50*time.Millisecond, "the window manager did not start")
	// With the first key the display changes keyboards; the window manager then lets
	// go of its keys for a moment, and would miss an Alt+F4.
	s.press("Shift_L")
	return s
}

// command is a program on the screen.
func (s *screen) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Env = s.environment
	return c
}

// export puts what programs on the screen need into the test's own environment,
// for programs that it does not start itself.
func (s *screen) export(t *testing.T) {
	t.Helper()
	for _, variable := range s.environment[len(os.Environ()):] {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
}

func start(t testing.TB, command *exec.Cmd) {
	t.Helper()
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
}

// do runs xdotool.
func (s *screen) do(args ...string) (string, error) {
	out, err := s.command("xdotool", args...).Output()
	return strings.TrimSpace(string(out)), err
}

// window waits until a window of that name has the focus, and returns its number.
func (s *screen) window(name string) string {
	s.t.Helper()
	var number string
	require.Eventually(s.t, func() bool {
		found, err := s.do("search", "--onlyvisible", "--name", name)
		if err != nil || found == "" {
			return false
		}
		number = strings.Fields(found)[0]
		focused, err := s.do("getwindowfocus")
		return err == nil && focused == number
	}, patience, 50*time.Millisecond, "no window, or it has not the focus")
	time.Sleep(300 * time.Millisecond) // the first picture
	return number
}

// press presses keys one after the other.
func (s *screen) press(keys ...string) {
	s.t.Helper()
	for _, key := range keys {
		_, err := s.do("key", key)
		require.NoError(s.t, err)
		time.Sleep(100 * time.Millisecond) // a person is no faster
	}
}

// click presses the pointer's button at a place of the window, counted from its
// right and lower edge where negative.
func (s *screen) click(window string, x, y int) {
	s.t.Helper()
	place := s.place(window)
	if x < 0 {
		x += place.Dx()
	}
	if y < 0 {
		y += place.Dy()
	}
	s.clickAt(place.Min.Add(image.Pt(x, y)))
}

// clickAt presses the pointer's button at a place of the screen.
func (s *screen) clickAt(at image.Point) {
	s.t.Helper()
	// Then the pointer goes away again: it would cover words.
	_, err := s.do("mousemove", fmt.Sprint(at.X), fmt.Sprint(at.Y), "sleep", "0.1", "click", "1", "sleep", "0.1", "mousemove", "0", "0")
	require.NoError(s.t, err)
	time.Sleep(150 * time.Millisecond)
}

// place is where a window is, without its frame.
func (s *screen) place(window string) image.Rectangle {
	s.t.Helper()
	told, err := s.command("xwininfo", "-id", window).Output() // xdotool counts the frame twice
	require.NoError(s.t, err)
	var x, y, width, height int
	for line := range strings.Lines(string(told)) {
		line = strings.TrimSpace(line)
		_, _ = fmt.Sscanf(line, "Absolute upper-left X: %d", &x)
		_, _ = fmt.Sscanf(line, "Absolute upper-left Y: %d", &y)
		_, _ = fmt.Sscanf(line, "Width: %d", &width)
		_, _ = fmt.Sscanf(line, "Height: %d", &height)
	}
	require.NotZero(s.t, width*height, string(told))
	return image.Rect(x, y, x+width, y+height)
}

// look returns what is on the screen. Xvfb keeps it in a file in the form of
// xwd(1): a header of big-endian numbers, a colour map, and the pixels.
func (s *screen) look() *image.RGBA {
	s.t.Helper()
	content, err := os.ReadFile(s.frame)
	require.NoError(s.t, err)
	field := func(i int) int { return int(binary.BigEndian.Uint32(content[4*i:])) }
	const version, bits = 7, 32
	require.Equal(s.t, []int{version, bits}, []int{field(1), field(11)}, "not the form that is known here")
	width, height, line := field(4), field(5), field(12)
	pixels := content[field(0)+12*field(19):]
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		from, to := pixels[y*line:], picture.Pix[y*picture.Stride:]
		for i := 0; i < 4*width; i += 4 {
			to[i], to[i+1], to[i+2], to[i+3] = from[i+2], from[i+1], from[i], 0xFF
		}
	}
	return picture
}

// folder is where pictures go: build/test/screens of the repository.
func folder(t testing.TB) string {
	path := filepath.Join(root(t), "build", "test", "screens")
	require.NoError(t, os.MkdirAll(path, 0o750))
	return path
}

// root is the folder of the repository.
func root(t testing.TB) string {
	path, err := filepath.Abs("../..")
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(path, "go.mod"))
	return path
}

// picture puts what is on the screen into the folder of pictures, and returns
// how many colours it has: a window that draws nothing has very few.
func (s *screen) picture(name string) int {
	s.t.Helper()
	picture := s.look()
	s.save(filepath.Join(folder(s.t), "real-"+name+".png"), picture)
	return colours(picture)
}

func (s *screen) save(path string, picture image.Image) {
	s.t.Helper()
	var content bytes.Buffer
	require.NoError(s.t, png.Encode(&content, picture))
	assert.NoError(s.t, os.WriteFile(path, content.Bytes(), 0o600))
}

func colours(picture *image.RGBA) int {
	seen := map[color.RGBA]bool{}
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			seen[picture.RGBAAt(x, y)] = true
		}
	}
	return len(seen)
}
