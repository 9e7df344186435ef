//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"cientro/app"
	"cientro/card/iso7816"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// The scripts in testdata/script run the program as a user types it. The
// program is the test binary itself, with other readers around it: what they
// are stands in the variable FAKE_READERS, which the product does not know.

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cientro":      func() { os.Exit(runWithFakes()) },
		"cientro-pcsc": main, // with the system's readers
		measureName:    measure,
		agentHost:      func() { os.Exit(playHost()) },
	})
}

func runWithFakes() int {
	return run(os.Args[1:], surroundings{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv,
		rand: rand.Reader, now: time.Now, readers: openFakes,
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			// No keyring, no settings of whoever runs the tests, no language but ours.
			e.Setenv("CIENTRO_HOME", filepath.Join(e.WorkDir, "home"))
			e.Setenv("LANG", "it_IT.UTF-8")
			e.Setenv("FAKE_JOURNAL", filepath.Join(e.WorkDir, "journal.json"))
			return writeSamples(e)
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exit": exitCommand, "dialog": dialogCommand, "commands": commandsCommand,
		},
	})
}

// writeSamples puts what the fixed specimen has for files into the script's
// folder: its country signer, and its EF.SODs, one of them spoilt.
func writeSamples(e *testscript.Env) error {
	data := specimen.Default()
	bad := bytes.Clone(data.SODSHA256)
	bad[len(bad)-20] ^= 1 // in the signature
	e.Setenv("CSCA", fmt.Sprintf("%x", sha256.Sum256(data.CSCA))[:12])
	for name, content := range map[string][]byte{
		"csca.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: data.CSCA}),
		"sod.bin":  data.SODSHA256, "sod512.bin": data.SODSHA512, "bad.bin": bad,
	} {
		if err := os.WriteFile(filepath.Join(e.WorkDir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// exitCommand is `exit N program args…`: the program must end with that code.
func exitCommand(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// commandsCommand is `commands VERIFY CHANGE RESET`: how many PIN commands
// reached the fake cards in the last run; `commands none` wants not one APDU.
func commandsCommand(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.Getenv("FAKE_JOURNAL")
	raw, err := os.ReadFile(path)
	if args[0] == "none" {
		if err == nil && !strings.Contains(string(raw), `"apdus":0,`) {
			ts.Fatalf("commands went out: %s", raw)
		}
		_ = os.Remove(path)
		return
	}
	ts.Check(err)
	_ = os.Remove(path)
	var counted virtual.Counters
	ts.Check(json.Unmarshal(raw, &counted))
	got := fmt.Sprintf("%d %d %d", sum(counted.Verify), sum(counted.Change), sum(counted.Reset))
	if want := strings.Join(args, " "); got != want {
		ts.Fatalf("VERIFY, CHANGE, RESET: %s, want %s", got, want)
	}
	if counted.EmptyVerify[0x82] != 0 {
		ts.Fatalf("the PUK got an empty VERIFY")
	}
}

func sum(counts map[virtual.Reference]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// fakes are readers of this test.
type fakes struct {
	readers []app.Reader
	cards   map[string]*virtuallink.Reader
	release []func()
	trouble error            // of every list
	connect map[string]error // by reader
}

// openFakes reads FAKE_READERS: reader=card pairs with commas between, where a
// card is empty, mute, cns, passport, badge, bank, sam, busy and its ATR
// ("busy:3B80800101"), or cie and the file it is kept in ("cie:/path"); or one word for a service in trouble. FAKE_FAULT
// arms a fault on every CIE: its kind, after = the status word, after @ the
// number of the command, after / the instruction, after : the file and the
// offset in it; a plus at the end makes it happen again and again.
func openFakes(context.Context) (app.Readers, error) {
	f := &fakes{cards: map[string]*virtuallink.Reader{}, connect: map[string]error{}}
	config := os.Getenv("FAKE_READERS")
	switch config {
	case "missing", "stopped", "denied", "unsupported":
		return nil, &app.ServiceError{State: app.ServiceState(config), Err: errors.New("smart card service " + config)}
	case "", "none":
		return f, nil
	case "dying":
		f.trouble = &app.ServiceError{State: app.ServiceStopped, Err: errors.New("went away")}
		return f, nil
	}
	for _, pair := range strings.Split(config, ",") {
		name, content, _ := strings.Cut(pair, "=")
		if err := f.add(name, content); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *fakes) add(name, content string) error {
	reader := app.Reader{Name: name, Kind: app.ReaderContactless, Present: true}
	var c *virtual.Card
	switch kind, path, _ := strings.Cut(content, ":"); kind {
	case "empty":
		reader.Present = false
	case "mute":
		reader.Mute = true
	case "sam":
		reader.Kind = app.ReaderSAM
	case "busy":
		f.connect[name] = &iso7816.LinkError{Kind: iso7816.LinkBusy}
		reader.ATR = fromHex(path)
	case "cns":
		reader.Kind = app.ReaderContact
		c = virtual.NewForeign(fromHex("3BFF1800FF8131FE55006B0209020001110143 4E531031808F"), nil)
	case "passport":
		c = virtual.NewForeign(fromHex("3B8880010000000000000000 09"), map[string]uint16{"A0000002471001": 0x9000})
	case "bank": // knows the directory of payment applications
		c = virtual.NewForeign(fromHex("3B8A80010031C173C840000090009F"), map[string]uint16{"325041592E5359532E4444463031": 0x9000})
	case "badge":
		c = virtual.NewForeign(fromHex("3B8F8001804F0CA000000306030001000000006A"), nil)
	case "cie":
		held, release, err := app.NewVirtualCard(path).Hold()
		if err != nil {
			return err
		}
		f.release = append(f.release, release)
		if err := held.Arm(fakeFaults()...); err != nil {
			return err
		}
		c = held
	}
	if c != nil {
		reader.ATR = c.ATR()
		f.cards[name] = virtuallink.NewReader(c)
	}
	f.readers = append(f.readers, reader)
	return nil
}

func fakeFaults() []virtual.Fault {
	text := os.Getenv("FAKE_FAULT")
	if text == "" {
		return nil
	}
	text, again := strings.CutSuffix(text, "+")
	text, file, _ := strings.Cut(text, ":")
	file, offset, _ := strings.Cut(file, ":")
	rest, ins, _ := strings.Cut(text, "/")
	kind, at, _ := strings.Cut(rest, "@")
	kind, sw, _ := strings.Cut(kind, "=")
	fault := virtual.Fault{Kind: virtual.FaultKind(kind), File: file, Repeat: again}
	if sw != "" {
		_ = fault.StatusWord.UnmarshalText([]byte(sw))
	}
	fault.At, _ = strconv.Atoi(at)
	fault.Offset, _ = strconv.Atoi(offset)
	if ins != "" {
		_ = fault.INS.UnmarshalText([]byte(ins))
	}
	return []virtual.Fault{fault}
}

func fromHex(digits string) []byte {
	var out []byte
	for digits = strings.ReplaceAll(digits, " ", ""); len(digits) >= 2; digits = digits[2:] {
		n, err := strconv.ParseUint(digits[:2], 16, 8)
		if err != nil {
			panic(err)
		}
		out = append(out, byte(n))
	}
	return out
}

func (f *fakes) Readers(context.Context) ([]app.Reader, error) { return f.readers, f.trouble }

func (f *fakes) Connect(_ context.Context, name string) (app.Connection, error) {
	if err := f.connect[name]; err != nil {
		return nil, err
	}
	return app.LinkToVirtual(f.cards[name])
}

// Close leaves behind what reached the cards.
func (f *fakes) Close() error {
	total := virtual.Counters{Verify: map[virtual.Reference]int{}, EmptyVerify: map[virtual.Reference]int{}, Change: map[virtual.Reference]int{}, Reset: map[virtual.Reference]int{}}
	for _, r := range f.cards {
		n := r.Card().Counters()
		total.APDUs += n.APDUs
		for ref := range n.Verify {
			total.Verify[ref] += n.Verify[ref]
		}
		for ref := range n.EmptyVerify {
			total.EmptyVerify[ref] += n.EmptyVerify[ref]
		}
		for ref := range n.Change {
			total.Change[ref] += n.Change[ref]
		}
		for ref := range n.Reset {
			total.Reset[ref] += n.Reset[ref]
		}
	}
	for _, release := range f.release {
		release()
	}
	raw, err := json.Marshal(total)
	if err != nil {
		return err
	}
	return os.WriteFile(os.Getenv("FAKE_JOURNAL"), raw, 0o600)
}
