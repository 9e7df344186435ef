//go:build linux

package screentest

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/pkcs11module/builttest"
)

// built returns the path of the program, as `make build` left it.
func built(t testing.TB) string {
	t.Helper()
	builttest.Need(t, "tries the built desktop program on a screen of its own")
	return builttest.File(t, "cientro-desktop")
}

// The codes of the specimen on the reader. Its PIN is not that of the specimen
// which the program brings along for training: where it is found in the program's
// memory, it was typed.
const (
	pin   = "60924817"
	puk   = "85206317"
	wrong = "71350924"
	fresh = "39174605"
)

// The references of PIN and PUK in the card's counters.
const (
	refPIN = virtual.Reference(0x81)
	refPUK = virtual.Reference(0x82)
)

// desk is a person's desk: a screen, a reader with a card, and the program.
type desk struct {
	*screen
	program string
	daemon  *daemon.Daemon
	card    *virtual.Card
	words   *messages.Printer
	slow    atomic.Int64 // how long the card takes for each command, in nanoseconds
	config  string       // the folder of the program's settings

	app *app
}

// app is the program while it runs.
type app struct {
	process *os.Process
	over    chan struct{}
	ended   error
	said    bytes.Buffer
	number  string // of its window
}

// openDesk prepares a desk. Nothing runs yet, and no card is on the reader.
func openDesk(t testing.TB) *desk {
	t.Helper()
	program := built(t)
	d := &desk{program: program, screen: openScreen(t, "1100x800")}
	d.config = filepath.Join(d.files, "config")
	d.speak(messages.Italian)
	d.choose(func(s *settings.Settings) {
		s.Welcomed, s.Look, s.Language = true, settings.LookLight, settings.LanguageItalian
	})
	d.daemon = builttest.Daemon(t, daemon.Options{})
	_, err := d.do("mousemove", "0", "0") // the pointer would cover words
	require.NoError(t, err)
	d.environment = append(d.environment, d.daemon.Environment()...)
	return d
}

// speak says which catalogue the words on the screen are expected from.
func (d *desk) speak(language messages.Language) {
	words, err := messages.New(language)
	require.NoError(d.t, err)
	d.words = words
}

// choose writes the settings, as of an earlier day.
func (d *desk) choose(change func(*settings.Settings)) {
	d.t.Helper()
	_, err := d.kept().Update(change)
	require.NoError(d.t, err)
}

// kept is where the program keeps its settings.
func (d *desk) kept() settings.Source {
	return settings.Source{File: settings.Paths{Config: d.config}.SettingsFile()}
}

// lay puts a specimen on the reader.
func (d *desk) lay() {
	d.t.Helper()
	profile, ok := virtual.ProfileByName("gemalto")
	require.True(d.t, ok)
	data := *specimen.Default()
	data.PIN, data.PUK = []byte(pin), []byte(puk)
	takesItsTime := func(virtual.Exchange) {
		for begun := time.Now(); time.Since(begun) < time.Duration(d.slow.Load()); {
			time.Sleep(10 * time.Millisecond) // slow may change meanwhile
		}
	}
	c, err := virtual.New(virtual.Config{Data: &data, Profile: profile, Observers: []virtual.Observer{takesItsTime}})
	require.NoError(d.t, err)
	d.card = c
	builttest.Serve(d.t, d.daemon.VPCDAddr, c)
}

// open starts the program and waits for its window.
func (d *desk) open(args ...string) {
	d.t.Helper()
	d.start(d.command(d.program, args...))
	d.app.number = d.window("^CIEntro")
}

func (d *desk) start(command *exec.Cmd) {
	d.t.Helper()
	a := &app{over: make(chan struct{})}
	command.Stdout, command.Stderr = &a.said, &a.said
	require.NoError(d.t, command.Start())
	a.process = command.Process
	go func() { a.ended = command.Wait(); close(a.over) }()
	d.app = a
	d.t.Cleanup(func() {
		_ = a.process.Kill()
		<-a.over
	})
}

// quit ends the program with the keys for that.
func (d *desk) quit() {
	d.t.Helper()
	d.press("ctrl+q")
	d.ended()
}

// close closes the window, as the button in its frame does.
func (d *desk) close() {
	d.t.Helper()
	_, err := d.do("windowactivate", "--sync", d.app.number)
	require.NoError(d.t, err)
	d.press("alt+F4")
	d.ended()
}

// ended waits until the program has ended well.
func (d *desk) ended() {
	d.t.Helper()
	select {
	case <-d.app.over:
		assert.NoError(d.t, d.app.ended, d.app.said.String())
	case <-time.After(patience):
		d.picture("not-ended")
		_ = d.app.process.Signal(syscall.SIGQUIT) // says where it stands
		<-d.app.over
		require.Fail(d.t, "the program did not end", d.app.said.String())
	}
}

// runs fails where the program has ended.
func (d *desk) runs() {
	d.t.Helper()
	select {
	case <-d.app.over:
		require.Fail(d.t, "the program has ended", "%v %s", d.app.ended, d.app.said.String())
	default:
	}
}

// text says a sentence of the catalogue.
func (d *desk) text(key string) string { return d.words.Text(key, nil) }

// start of a sentence: so many words of it, which stand on one line.
func begin(words string, n int) string {
	all := strings.Fields(words)
	return strings.Join(all[:min(n, len(all))], " ")
}

// sees waits until all words are read on the screen, each on one line.
func (d *desk) sees(words ...string) {
	d.t.Helper()
	d.wait(1, func(lines []line) bool {
		for _, w := range words {
			if find(lines, w) == nil {
				return false
			}
		}
		return true
	}, strings.Join(words, " | "))
}

// where waits until words are read on the screen, and returns where they stand
// last.
func (d *desk) where(words string) image.Rectangle {
	d.t.Helper()
	var box image.Rectangle
	d.wait(2, func(lines []line) bool {
		found := findAlone(lines, words)
		if found == nil {
			return false
		}
		box = found[0]
		for _, f := range found {
			if f.Min.Y > box.Min.Y {
				box = f
			}
		}
		return true
	}, words)
	return box
}

// presses clicks on words.
func (d *desk) presses(words string) {
	d.t.Helper()
	box := d.where(words)
	d.clickAt(box.Min.Add(box.Size().Div(2)))
}

// wait reads the screen, in as many manners as are said, until it is as wanted.
// Where nothing changes it is read in others, too.
func (d *desk) wait(least int, wanted func([]line) bool, what string) {
	d.t.Helper()
	var seen []byte
	var lines []line
	done := 0
	for begun := time.Now(); time.Since(begun) < patience; {
		d.runs()
		picture := d.still()
		switch {
		case !bytes.Equal(seen, picture.Pix):
			seen, lines, done = picture.Pix, nil, 0
		case done == len(manners()):
			time.Sleep(100 * time.Millisecond)
			continue
		}
		for done < len(manners()) {
			lines = append(lines, read(d.t, picture, manners()[done])...)
			if done++; done >= least {
				break
			}
		}
		if wanted(lines) {
			return
		}
	}
	d.picture("not-seen")
	var all []string
	for _, l := range lines {
		all = append(all, l.letters)
	}
	require.Fail(d.t, "not on the screen: "+what, "read there: %s", strings.Join(all, " / "))
}

// reads returns whether words are on the screen as it is.
func (d *desk) reads(words string) bool {
	d.t.Helper()
	picture := d.still()
	return find(append(read(d.t, picture, manners()[0]), read(d.t, picture, manners()[1])...), words) != nil
}

// goes goes to a page of the navigation by its key, and waits until the window is
// called so.
func (d *desk) goes(page string) {
	d.t.Helper()
	at := slices.Index(pages(), page)
	require.GreaterOrEqual(d.t, at, 0, page)
	title := d.text("shell.title")
	if page != "home" {
		title = d.words.Text("shell.titled", messages.Values{"Page": d.text("shell.nav." + page)})
	}
	inside := d.place(d.app.number)
	before := d.part(inside)
	d.press(fmt.Sprintf("ctrl+%d", at+1))
	require.Eventually(d.t, func() bool {
		name, err := d.do("getwindowname", d.app.number)
		return err == nil && name == title
	}, patience, 50*time.Millisecond, page)
	// It is called so before it is drawn; a page that was there already is not
	// drawn again.
	for range 60 {
		if !bytes.Equal(before, d.part(inside)) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	d.still()
}

// part is what is seen in a part of the screen.
func (d *desk) part(at image.Rectangle) []byte {
	picture := d.look()
	var pixels []byte
	for y := at.Min.Y; y < at.Max.Y; y++ {
		pixels = append(pixels, picture.Pix[picture.PixOffset(at.Min.X, y):picture.PixOffset(at.Max.X-1, y)]...)
	}
	return pixels
}

// types types digits.
func (d *desk) types(digits string) {
	d.t.Helper()
	for _, digit := range digits {
		_, err := d.do("key", string(digit))
		require.NoError(d.t, err)
		time.Sleep(40 * time.Millisecond)
	}
}

// spent checks what reached the card: VERIFY of the PIN and of the PUK.
func (d *desk) spent(verifyPIN, verifyPUK int) {
	d.t.Helper()
	n := d.card.Counters()
	assert.Equal(d.t, verifyPIN, n.Verify[refPIN], "VERIFY with the PIN")
	assert.Equal(d.t, verifyPUK, n.Verify[refPUK], "VERIFY with the PUK")
	assert.Zero(d.t, n.EmptyVerify[refPUK], "the PUK is never asked for its tries")
}

// quiet says that the card hears nothing for a while.
func (d *desk) quiet() {
	d.t.Helper()
	before := d.card.Counters().APDUs
	time.Sleep(time.Second)
	assert.Equal(d.t, before, d.card.Counters().APDUs, "something was sent")
}
