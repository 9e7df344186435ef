//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// dialogCommand is `dialog FILE program args…`: it runs the program on a
// terminal of its own (standard input and error; standard output goes to the
// file stdout.txt) and follows the file, line by line:
//
//	expect REGEXP   wait until the terminal shows it, after what was seen before
//	type TEXT       type a line
//	interrupt       press Ctrl-C
//	end             press Ctrl-D
//	exit N          wait for the end, with this code
//
// What the terminal showed, echoes included, is then in terminal.txt.
func dialogCommand(ts *testscript.TestScript, _ bool, args []string) {
	steps := strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n")
	d := startDialog(ts, args[1], args[2:])
	defer d.end()
	for _, step := range steps {
		what, text, _ := strings.Cut(strings.TrimSpace(step), " ")
		switch what {
		case "", "#":
		case "expect":
			d.expect(text)
		case "type":
			d.send(text + "\n")
		case "interrupt":
			d.send("\x03")
		case "end":
			d.send("\x04")
		case "exit":
			d.exit(text)
		default:
			ts.Fatalf("dialog: %q", step)
		}
	}
}

const patience = 20 * time.Second

type dialog struct {
	ts       *testscript.TestScript
	terminal *os.File
	program  *exec.Cmd
	stdout   bytes.Buffer
	ended    chan error

	mu   sync.Mutex
	seen bytes.Buffer
	from int // where the next expectation starts
}

func startDialog(ts *testscript.TestScript, name string, args []string) *dialog {
	path, err := exec.LookPath(name)
	ts.Check(err)
	d := &dialog{ts: ts, program: exec.Command(path, args...), ended: make(chan error, 1)}
	terminal, tty, err := pty.Open()
	ts.Check(err)
	d.terminal = terminal
	d.program.Stdin, d.program.Stderr, d.program.Stdout = tty, tty, &d.stdout
	d.program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	for _, name := range []string{"CIENTRO_HOME", "LANG", "FAKE_READERS", "FAKE_FAULT", "FAKE_JOURNAL", "TMPDIR", "PATH", "HOME", "GOCOVERDIR"} {
		d.program.Env = append(d.program.Env, name+"="+ts.Getenv(name))
	}
	d.program.Dir = ts.Getenv("WORK")
	ts.Check(d.program.Start())
	ts.Check(tty.Close())
	go d.watch()
	return d
}

// watch collects what the terminal shows until the program is gone.
func (d *dialog) watch() {
	buffer := make([]byte, 4096)
	for {
		n, err := d.terminal.Read(buffer)
		d.mu.Lock()
		d.seen.Write(buffer[:n])
		d.mu.Unlock()
		if err != nil {
			break
		}
	}
	d.ended <- d.program.Wait()
}

func (d *dialog) expect(pattern string) {
	wanted := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		all := d.text()
		found := wanted.FindStringIndex(all[min(d.from, len(all)):])
		if found != nil {
			d.from += found[1]
		}
		if found != nil {
			return
		}
		if time.Now().After(deadline) {
			d.ts.Fatalf("the terminal never showed %q after what was seen; it shows:\n%s", pattern, all)
		}
	}
}

// text is what the terminal showed, as one line: where lines are broken is no
// matter here.
func (d *dialog) text() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(strings.Fields(d.seen.String()), " ")
}

func (d *dialog) send(text string) {
	_, err := d.terminal.WriteString(text)
	d.ts.Check(err)
}

func (d *dialog) exit(code string) {
	want, err := strconv.Atoi(code)
	d.ts.Check(err)
	select {
	case err = <-d.ended:
		d.ended <- err
	case <-time.After(patience):
		d.ts.Fatalf("the program does not end; the terminal shows:\n%s", d.text())
	}
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	}
	if got != want {
		d.ts.Fatalf("exit code %d, want %d; the terminal shows:\n%s", got, want, d.text())
	}
}

// end leaves the transcripts behind.
func (d *dialog) end() {
	_ = d.program.Process.Kill()
	select {
	case <-d.ended:
	case <-time.After(patience):
	}
	_ = d.terminal.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ts.Check(os.WriteFile(d.ts.MkAbs("terminal.txt"), d.seen.Bytes(), 0o600))
	d.ts.Check(os.WriteFile(d.ts.MkAbs("stdout.txt"), d.stdout.Bytes(), 0o600))
}
