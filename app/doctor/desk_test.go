package doctor

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/sod"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
)

// desk is a computer in a folder: what testdata/healthy.txtar and then a
// scenario's own archive say of it.
type desk struct {
	t    *testing.T
	root string

	// What system.json says; a scenario's replaces single values.
	GOOS, GOARCH string
	Time         time.Time
	Environment  map[string]string
	UserID       int
	NoHome       bool
	FreeBytes    uint64
	Socket       string // "", refused, denied, missing
	Service      string // running, hangs, or a state of app
	LoadFails    bool
	Agent        string // the version that it tells; "" is silence
	Links        map[string]string
	Modes        map[string]fs.FileMode
	Touched      map[string]time.Time
	Sizes        map[string]int64
	Libraries    map[string]string // path to processor, or "mute" for one without names
	Remove       []string          // from the healthy computer
	Lists        []reader          `json:"Readers"`
	Flags        struct {
		Reader                                string
		Virtual, Anchored, Damaged, NoAnchors bool
	}

	mu       sync.Mutex
	readers  []app.Reader
	cards    map[string]*virtuallink.Reader
	virtuals []*virtual.Card
	connects map[string]int
}

// reader is one in system.json.
type reader struct {
	Name, Kind, Card   string
	Profile            string
	PINTries, PUKTries *int
	NoCounters         bool
	Taken              bool // by a transaction of another program
	Enrolled           bool // its certificate is known here
	Faults             []virtual.Fault
	ATR                string
	Took               []int // milliseconds of each free read, over and over
	Lost               int   // how many free reads are not answered
}

const deskHome = "/home/utentezeta"

func newDesk(t *testing.T, archives ...string) *desk {
	t.Helper()
	d := &desk{t: t, root: t.TempDir(), cards: map[string]*virtuallink.Reader{}, connects: map[string]int{}}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for _, f := range archive.Files {
			if f.Name != "system.json" {
				continue
			}
			if bytes.Contains(f.Data, []byte(`"Readers"`)) {
				d.Lists = nil // else json would mix old readers with new ones
			}
			decoder := json.NewDecoder(bytes.NewReader(f.Data))
			decoder.DisallowUnknownFields()
			require.NoError(t, decoder.Decode(d), name)
		}
		d.remove()
		for _, f := range archive.Files {
			if f.Name != "system.json" {
				d.write(f.Name, f.Data)
			}
		}
	}
	for name, processor := range d.Libraries {
		if !strings.HasPrefix(name, "/") {
			t.Fatal(name)
		}
		d.write(name, library(processor))
	}
	for name, size := range d.Sizes {
		d.write(name, nil)
		require.NoError(t, os.Truncate(d.at(name), size))
	}
	require.NoError(t, filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		mode := fs.FileMode(0o644)
		if e.IsDir() {
			mode = 0o755
		}
		require.NoError(t, os.Chmod(path, mode))
		return os.Chtimes(path, time.Time{}, d.Time.Add(-time.Hour))
	}))
	for name, mode := range d.Modes {
		if d.has(name) {
			require.NoError(t, os.Chmod(d.at(name), mode))
		}
	}
	for name, at := range d.Touched {
		require.NoError(t, os.Chtimes(d.at(name), time.Time{}, at))
	}
	return d
}

// remove takes away what the scenario does not have of the healthy computer.
func (d *desk) remove() {
	for _, name := range d.Remove {
		require.NoError(d.t, os.RemoveAll(d.at(name)))
		under := func(path, _ string) bool { return strings.HasPrefix(path, name) }
		maps.DeleteFunc(d.Links, under)
		maps.DeleteFunc(d.Libraries, under)
	}
}

func (d *desk) at(path string) string { return filepath.Join(d.root, filepath.FromSlash(path)) }

func (d *desk) has(path string) bool { _, err := os.Stat(d.at(path)); return err == nil }

func (d *desk) write(name string, data []byte) {
	require.NoError(d.t, os.MkdirAll(filepath.Dir(d.at(name)), 0o755))
	require.NoError(d.t, os.WriteFile(d.at(name), data, 0o644))
}

// library is the smallest ELF library that exports C_GetFunctionList (System V
// ABI, chapter 4): its header, names, symbols and four section headers.
func library(processor string) []byte {
	machine := map[string]uint16{"amd64": 62, "arm64": 183, "386": 3, "mute": 62}[processor]
	name := "C_GetFunctionList"
	if processor == "mute" {
		name = "C_GetNothing"
	}
	le := binary.LittleEndian
	names := append(append([]byte{0}, name...), 0)
	names = append(names, make([]byte, 32-len(names))...)
	symbols := make([]byte, 48)
	le.PutUint32(symbols[24:], 1)
	symbols[28], symbols[30] = 0x12, 1 // a global function, in section 1
	out := make([]byte, 64)
	copy(out, "\x7fELF\x02\x01\x01")
	le.PutUint16(out[16:], 3)
	le.PutUint16(out[18:], machine)
	le.PutUint32(out[20:], 1)
	le.PutUint64(out[40:], 64+32+48)
	le.PutUint16(out[52:], 64)
	le.PutUint16(out[58:], 64)
	le.PutUint16(out[60:], 4)
	le.PutUint16(out[62:], 3)
	out = append(append(out, names...), symbols...)
	section := func(kind, link uint32, at, size, entry uint64) {
		h := make([]byte, 64)
		le.PutUint32(h[4:], kind)
		le.PutUint64(h[24:], at)
		le.PutUint64(h[32:], size)
		le.PutUint32(h[40:], link)
		le.PutUint64(h[56:], entry)
		out = append(out, h...)
	}
	section(0, 0, 0, 0, 0)
	section(11, 2, 64+32, 48, 24)
	section(3, 0, 64, 32, 0)
	section(3, 0, 64, 32, 0)
	return out
}

// The System.

func (d *desk) OS() string                            { return d.GOOS }
func (d *desk) Arch() string                          { return d.GOARCH }
func (d *desk) Env(name string) string                { return d.Environment[name] }
func (d *desk) User() int                             { return d.UserID }
func (d *desk) PID() int                              { return 4242 }
func (d *desk) Program() string                       { return "/usr/bin" }
func (d *desk) Read(path string) ([]byte, error)      { return readSome(d.at(path)) }
func (d *desk) List(path string) ([]string, error)    { return listNames(d.at(path)) }
func (d *desk) Stat(path string) (fs.FileInfo, error) { return os.Stat(d.at(path)) }
func (d *desk) Free(string) (uint64, error)           { return d.FreeBytes, nil }

func (d *desk) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.Time
}

func (d *desk) Home() string {
	if d.NoHome {
		return ""
	}
	return deskHome
}

func (d *desk) State() string {
	if d.NoHome {
		return ""
	}
	return deskHome + "/.local/state/cientro"
}

func (d *desk) Link(path string) (string, error) {
	if target, ok := d.Links[path]; ok {
		return target, nil
	}
	return "", fs.ErrNotExist
}

func (d *desk) Dial(string) error {
	return map[string]error{"": nil, "refused": syscall.ECONNREFUSED, "denied": fs.ErrPermission, "missing": fs.ErrNotExist}[d.Socket]
}

func (d *desk) Load(context.Context, string) error {
	if d.LoadFails {
		return ErrNotLoaded
	}
	return nil
}

func (d *desk) AgentVersion(context.Context, string) (string, error) {
	if d.Agent == "" {
		return "", errors.New("silence")
	}
	return parseVersion([]byte(`{"schema":"cientro.version/1","version":"` + d.Agent + `"}`))
}

func (d *desk) Readers(ctx context.Context) (app.Readers, error) {
	switch d.Service {
	case "hangs":
		<-ctx.Done()
		return nil, ctx.Err()
	case "running":
		return deskReaders{d}, nil
	case "dies":
		return deskReaders{d}, nil
	}
	return nil, &app.ServiceError{State: app.ServiceState(d.Service)}
}

// The readers.

type deskReaders struct{ d *desk }

func (r deskReaders) Close() error { return nil }

func (r deskReaders) Readers(context.Context) ([]app.Reader, error) {
	if r.d.Service == "dies" {
		return nil, &app.ServiceError{State: app.ServiceStopped}
	}
	return r.d.readers, nil
}

func (r deskReaders) Connect(_ context.Context, name string) (app.Connection, error) {
	d := r.d
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, one := range d.Lists {
		switch {
		case one.Name != name:
			continue
		case one.Card == "busy":
			return nil, &iso7816.LinkError{Kind: iso7816.LinkBusy}
		case one.Card == "lost":
			return nil, &iso7816.LinkError{Kind: iso7816.LinkLost}
		}
		link, err := app.LinkToVirtual(d.cards[name])
		d.connects[name]++
		return &timedLink{Connection: link, d: d, reader: one, field: d.connects[name] > 2}, err
	}
	return nil, &app.NoReaderError{Wanted: name}
}

// timedLink takes its time over free reads, and loses some.
type timedLink struct {
	app.Connection
	d      *desk
	reader reader
	field  bool
	reads  int
}

// Begin waits in vain where another program does not give the card back.
func (l *timedLink) Begin(ctx context.Context) (bool, error) {
	if _, ends := ctx.Deadline(); ends && l.reader.Taken {
		return false, context.DeadlineExceeded
	}
	return l.Connection.Begin(ctx)
}

// ATR is the scenario's, where it gives one.
func (l *timedLink) ATR() []byte {
	if l.reader.ATR != "" {
		return unhex(l.d.t, l.reader.ATR)
	}
	return l.Connection.ATR()
}

func (l *timedLink) Transmit(command []byte) ([]byte, error) {
	if !l.field || !bytes.HasPrefix(command, []byte{0x00, 0xB0, 0x81, 0x00}) {
		return l.Connection.Transmit(command)
	}
	n := l.reads
	l.reads++
	if n < l.reader.Lost {
		return nil, &iso7816.LinkError{Kind: iso7816.LinkLost, Sent: true}
	}
	if len(l.reader.Took) > 0 {
		l.d.mu.Lock()
		l.d.Time = l.d.Time.Add(time.Duration(l.reader.Took[n%len(l.reader.Took)]) * time.Millisecond)
		l.d.mu.Unlock()
	}
	return l.Connection.Transmit(command)
}

var foreignCards = map[string]struct {
	kind    string
	atr     string
	answers map[string]uint16
}{
	"cns":      {atr: "3BFF1800FF8131FE55006B02090200011101434E531031808F"},
	"passport": {atr: "3B80800101", answers: map[string]uint16{"A0000002471001": 0x9000}},
	"badge":    {atr: "3B8F8001804F0CA000000306030001000000006A"},
	"unknown":  {atr: "3B8A80010031C173C840000090009E"},
}

func (d *desk) putCards(known *store.Store) {
	for _, one := range d.Lists {
		r := app.Reader{Name: one.Name, Kind: app.ReaderKind(one.Kind), Present: one.Card != "" && one.Card != "empty", Mute: one.Card == "mute"}
		var c *virtual.Card
		switch foreign, isForeign := foreignCards[one.Card]; {
		case isForeign:
			c = virtual.NewForeign(unhex(d.t, foreign.atr), foreign.answers)
		case one.Card == "cie":
			c = d.cie(one)
		}
		if c != nil {
			r.ATR = c.ATR()
			d.cards[one.Name] = virtuallink.NewReader(c)
		}
		if one.ATR != "" {
			r.ATR = unhex(d.t, one.ATR)
		}
		d.readers = append(d.readers, r)
		if one.Enrolled {
			d.enrol(one.Name, known)
		}
		if c != nil {
			c.ClearJournal()
			require.NoError(d.t, c.Arm(one.Faults...))
			d.virtuals = append(d.virtuals, c)
		}
	}
}

func (d *desk) cie(one reader) *virtual.Card {
	name := one.Profile
	if name == "" {
		name = "gemalto"
	}
	profile, ok := virtual.ProfileByName(name)
	require.True(d.t, ok, name)
	settings := profile.Defaults()
	settings.CountersByGetData = !one.NoCounters
	memory := &virtual.MemoryStore{}
	config := virtual.Config{Data: specimen.Default(), Profile: profile, Settings: &settings, Store: memory}
	c, err := virtual.New(config)
	require.NoError(d.t, err)
	state := c.State()
	if one.PINTries != nil {
		state.PINTries = *one.PINTries
	}
	if one.PUKTries != nil {
		state.PUKTries = *one.PUKTries
		state.BlockedForEver = state.PUKTries == 0
	}
	require.NoError(d.t, memory.Save(state))
	c, err = virtual.New(config)
	require.NoError(d.t, err)
	return c
}

// enrol reads the certificate with the specimen's PIN, as its holder did once.
func (d *desk) enrol(name string, known *store.Store) {
	s := app.New(app.Config{Readers: deskReaders{d}, Store: known, Anchors: d.anchors()})
	_, err := s.Certificate(d.t.Context(), app.Choice{Reader: name}, holder{})
	require.NoError(d.t, err)
	d.connects[name] = 0
}

func (d *desk) anchors() *sod.Anchors {
	trust, err := app.OpenTrust(d.t.TempDir())
	require.NoError(d.t, err)
	if d.Flags.Anchored {
		file := filepath.Join(d.t.TempDir(), "csca.der")
		require.NoError(d.t, os.WriteFile(file, specimen.Default().CSCA, 0o600))
		_, err = trust.Import(file)
		require.NoError(d.t, err)
	}
	return trust.Anchors()
}

// holder knows the specimen's PIN.
type holder struct{}

func (holder) Interactive() bool { return false }
func (holder) Secret(context.Context, app.SecretQuestion) ([]byte, error) {
	return bytes.Clone(specimen.Default().PIN), nil
}
func (holder) ConfirmLastTry(context.Context, card.Tries) (bool, error) { return false, nil }
func (holder) ConfirmPUK(context.Context, card.Tries) (int, error)      { return 0, nil }
func (holder) Show(*app.CardReport, card.Reference)                     {}
func (holder) Progress(card.Phase)                                      {}

// examine runs the checks on the desk.
func (d *desk) examine(groups ...Group) Report {
	known := store.Memory()
	d.putCards(known)
	o := Options{
		System: d, Version: "1.2.3", Groups: groups, Store: known, Reader: d.Flags.Reader, Virtual: d.Flags.Virtual,
		Anchors: d.anchors(), AnchorCount: 9, TrustDamaged: d.Flags.Damaged,
	}
	if d.Flags.NoAnchors {
		o.AnchorCount = 0
	}
	return Run(d.t.Context(), o)
}

func unhex(t *testing.T, digits string) []byte {
	t.Helper()
	var raw []byte
	for ; len(digits) > 1; digits = digits[2:] {
		var b byte
		for _, r := range digits[:2] {
			b = b<<4 | byte(strings.IndexRune("0123456789ABCDEF", r))
		}
		raw = append(raw, b)
	}
	return raw
}
