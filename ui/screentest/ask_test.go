//go:build linux

package screentest

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/lasttry"
	"cientro/pkcs11module/builttest"
)

// The question before the last try, on a screen: what a person would do with keys
// and pointer, and what the agent hears.

// title is how the names of the windows of the question begin, in each language.
// The dash after it is lost where the system lacks the language.
const title = "^CIEntro"

func request() lasttry.Request {
	return lasttry.Request{
		Host:     lasttry.Host{PID: os.Getpid(), Program: "/usr/lib/firefox-esr/firefox-esr", Name: "Firefox"},
		Tries:    lasttry.Tries{Left: 1, Max: 3, Source: lasttry.SourceCard},
		Reader:   "Virtual PCD 00 00",
		Language: "it", TimeoutSeconds: 60,
	}
}

// question asks as the agent does while acts plays the person.
func question(t *testing.T, program string, r lasttry.Request, acts func()) (lasttry.Answer, error) {
	t.Helper()
	type heard struct {
		answer lasttry.Answer
		err    error
	}
	over := make(chan heard, 1)
	go func() {
		answer, err := lasttry.Ask(t.Context(), program, r)
		over <- heard{answer, err}
	}()
	acts()
	select {
	case h := <-over:
		return h.answer, h.err
	case <-time.After(30 * time.Second):
		require.Fail(t, "no answer")
		return "", nil
	}
}

func TestWindowOnAScreen(t *testing.T) {
	program := built(t)
	s := openScreen(t, "1280x900")
	s.export(t)
	tests := []struct {
		name string
		acts func(window string)
		want lasttry.Answer
	}{
		{"escape", func(string) { s.press("Escape") }, lasttry.Deny},
		{"enter", func(string) { s.press("Return") }, lasttry.Deny},
		{"space", func(string) { s.press("space") }, lasttry.Deny},
		{"closed", func(window string) {
			// As the button in the window's frame does.
			_, err := s.do("windowclose", window)
			require.NoError(t, err)
		}, lasttry.Deny},
		{"closed-by-keys", func(string) { s.press("alt+F4") }, lasttry.Deny},
		{"ticked-then-escape", func(string) { s.press("Tab", "space", "Escape") }, lasttry.Deny},
		{"typed-ahead", func(string) { s.press("4", "1", "7", "3", "9", "6", "2", "8", "Return") }, lasttry.Deny},
		{"keys", func(string) { s.press("Tab", "space", "Tab", "space") }, lasttry.Consent},
		{"enter-on-the-button", func(string) { s.press("Tab", "space", "Tab", "Return") }, lasttry.Consent},
		{"pointer-no", func(window string) { s.click(window, -70, -36) }, lasttry.Deny},
		{"pointer-yes", func(window string) {
			s.click(window, -180, -36) // the button is off yet
			s.click(window, 32, -118)
			assert.Greater(t, s.picture("ticked"), 50)
			s.click(window, -180, -36)
		}, lasttry.Consent},
	}
	for _, tt := range tests {
		answer, err := question(t, program, request(), func() { tt.acts(s.window(title)) })
		if tt.name == "closed" {
			// The window is destroyed under the program: no answer is no, too.
			assert.Equal(t, tt.want, answer, tt.name)
			continue
		}
		require.NoError(t, err, tt.name)
		assert.Equal(t, tt.want, answer, tt.name)
	}
}

// TestWindowIsReadable draws the window in each language, theme and scale, for
// eyes: build/test/screens/real-*.png. Two of them in the short form.
func TestWindowIsReadable(t *testing.T) {
	program := built(t)
	s := openScreen(t, "1400x1300")
	s.export(t)
	for _, language := range []string{"it", "en"} {
		for _, theme := range []string{"light", "dark"} {
			for _, scale := range []string{"1", "2"} {
				if one := language + theme + scale; !builttest.All() && one != "itlight1" && one != "endark2" {
					continue
				}
				t.Setenv("FYNE_THEME", theme)
				t.Setenv("FYNE_SCALE", scale)
				r := request()
				r.Language, r.Demo = language, theme == "dark"
				answer, err := question(t, program, r, func() {
					s.window(title)
					assert.Greater(t, s.picture(strings.Join([]string{language, theme, scale + "x"}, "-")), 50)
					s.press("Escape")
				})
				require.NoError(t, err)
				assert.Equal(t, lasttry.Deny, answer)
			}
		}
	}
}

// TestWindowStaysAbove: a browser that raises itself does not cover the question.
func TestWindowStaysAbove(t *testing.T) {
	program := built(t)
	s := openScreen(t, "1280x900")
	s.export(t)
	answer, err := question(t, program, request(), func() {
		window := s.window(title)
		state, err := exec.Command("xprop", "-id", window, "_NET_WM_STATE").Output()
		require.NoError(t, err)
		assert.Contains(t, string(state), "_NET_WM_STATE_ABOVE")
		s.press("Escape")
	})
	require.NoError(t, err)
	assert.Equal(t, lasttry.Deny, answer)
}

func TestWindowTimeOver(t *testing.T) {
	program := built(t)
	s := openScreen(t, "1280x900")
	s.export(t)
	r := request()
	r.TimeoutSeconds = 3
	answer, err := question(t, program, r, func() { s.window(title) })
	assert.Equal(t, lasttry.Deny, answer)
	require.ErrorIs(t, err, lasttry.ErrTimeout)
}

// alone runs the program with a channel of ours, and returns what it sent and
// how it ended.
func alone(t *testing.T, program string, r lasttry.Request) (sent []byte, exit int, complaint string) {
	t.Helper()
	ours, theirs := socketPair(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, program, lasttry.Command)
	command.ExtraFiles = []*os.File{theirs}
	var said bytes.Buffer
	command.Stderr = &said
	require.NoError(t, command.Start())
	_ = theirs.Close()
	require.NoError(t, lasttry.WriteRequest(ours, r))
	sent, _ = io.ReadAll(ours)
	_ = command.Wait()
	require.NoError(t, ctx.Err(), "it did not end")
	return sent, command.ProcessState.ExitCode(), said.String()
}

func TestNoDisplayNoAnswer(t *testing.T) {
	program := built(t)
	for name, display := range map[string]string{"none": "", "gone": ":4242"} {
		t.Setenv("DISPLAY", display)
		t.Setenv("WAYLAND_DISPLAY", "")
		t.Setenv("CIENTRO_HOME", t.TempDir())
		sent, exit, said := alone(t, program, request())
		assert.Empty(t, sent, name)
		assert.Equal(t, 1, exit, "%s: %s", name, said)
	}
}

// TestNoOpenGLNoAnswer: a display that cannot draw, as some remote desktops are.
func TestNoOpenGLNoAnswer(t *testing.T) {
	program := built(t)
	openScreen(t, "1280x900", "-extension", "GLX").export(t)
	sent, exit, said := alone(t, program, request())
	assert.Empty(t, sent)
	assert.NotZero(t, exit, said)
}

func TestAskedByNobody(t *testing.T) {
	program := built(t)
	t.Setenv("LC_ALL", "it_IT.UTF-8")
	t.Setenv("CIENTRO_HOME", t.TempDir())
	var said bytes.Buffer
	command := exec.Command(program, lasttry.Command)
	command.Stderr = &said
	var ended *exec.ExitError
	require.ErrorAs(t, command.Run(), &ended)
	assert.Equal(t, 2, ended.ExitCode())
	assert.Contains(t, said.String(), "a mano non ha nulla da chiedere")
}

// socketPair is a channel as the agent makes it.
func socketPair(t *testing.T) (ours, theirs *os.File) {
	t.Helper()
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	ours, theirs = os.NewFile(uintptr(pair[0]), "ours"), os.NewFile(uintptr(pair[1]), "theirs")
	t.Cleanup(func() { _ = ours.Close() })
	return ours, theirs
}
