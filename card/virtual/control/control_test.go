package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
)

func newCard(t *testing.T) *virtual.Card {
	t.Helper()
	card, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: virtual.Profiles()[0]})
	require.NoError(t, err)
	return card
}

// bounded is a context that cannot hang a test.
func bounded(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// served steers card over a socket in a folder of its own.
func served(t *testing.T, card Card) (client *Client, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "card")
	l, err := Listen(path)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, l, card) }()
	t.Cleanup(func() {
		cancel()
		assert.ErrorIs(t, <-done, context.Canceled)
		_, err := os.Lstat(path)
		assert.ErrorIs(t, err, os.ErrNotExist, "the socket is removed")
	})
	client, err = Dial(bounded(t), path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client, path
}

var selectMF = []byte{0x00, 0xA4, 0x00, 0x00}

func TestSteering(t *testing.T) {
	card, ctx := newCard(t), bounded(t)
	client, _ := served(t, card)

	status, err := client.Status(ctx)
	require.NoError(t, err)
	assert.Equal(t, card.Profile().Name, status.Profile)
	assert.Regexp(t, "^3B8", status.ATR)
	assert.True(t, status.Inserted)
	assert.Equal(t, card.State(), status.State)

	settings, err := client.Settings(ctx)
	require.NoError(t, err)
	want, got := card.Settings(), settings
	want.FilePadding, got.FilePadding = nil, nil // empty or absent
	assert.Equal(t, want, got)

	require.NoError(t, client.Remove(ctx))
	_, err = card.Transmit(selectMF)
	assert.ErrorIs(t, err, virtual.NewError(virtual.Removed))
	assert.ErrorIs(t, client.PowerCycle(ctx), &Error{Code: CodeRefused})
	require.NoError(t, client.Insert(ctx))
	_, err = card.Transmit(selectMF)
	require.NoError(t, err)

	boots := card.State().Boots
	require.NoError(t, client.PowerCycle(ctx))
	assert.Equal(t, boots+1, card.State().Boots)
}

func TestFaultsJournalAndCounters(t *testing.T) {
	card, ctx := newCard(t), bounded(t)
	client, _ := served(t, card)

	fault := virtual.Fault{Kind: virtual.FaultStatusPlain, At: 2, StatusWord: 0x6F00}
	require.NoError(t, client.Arm(ctx, fault))
	faults, err := client.Faults(ctx)
	require.NoError(t, err)
	assert.Equal(t, []virtual.Fault{fault}, faults)

	first, err := card.Transmit(selectMF)
	require.NoError(t, err)
	second, err := card.Transmit(selectMF)
	require.NoError(t, err)
	assert.NotEqual(t, first, second)
	assert.Equal(t, []byte{0x6F, 0x00}, second)

	journal, err := client.Journal(ctx)
	require.NoError(t, err)
	assert.Equal(t, card.Journal(), journal)
	require.Len(t, journal, 2)
	assert.Equal(t, virtual.FaultStatusPlain, journal[1].Fault)
	counters, err := client.Counters(ctx)
	require.NoError(t, err)
	assert.Equal(t, card.Counters(), counters)
	assert.Equal(t, 2, counters.Selects)

	require.NoError(t, client.ClearJournal(ctx))
	journal, err = client.Journal(ctx)
	require.NoError(t, err)
	assert.Empty(t, journal)

	require.NoError(t, client.Arm(ctx, virtual.Fault{Kind: virtual.FaultRemove}))
	require.NoError(t, client.Disarm(ctx))
	faults, err = client.Faults(ctx)
	require.NoError(t, err)
	assert.Empty(t, faults)

	err = client.Arm(ctx, virtual.Fault{Kind: "explode"})
	var refused *Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, CodeRefused, refused.Code)
	assert.ErrorContains(t, err, "explode")
}

// resettable is a card with the two abilities that a card may also have.
type resettable struct {
	*virtual.Card
	tries   [2]int
	factory int
	broken  error
}

func (r *resettable) SetTries(pin, puk int) error {
	r.tries = [2]int{pin, puk}
	return r.broken
}

func (r *resettable) ResetToFactory() error {
	r.factory++
	return r.broken
}

func TestTriesAndFactory(t *testing.T) {
	card, ctx := &resettable{Card: newCard(t)}, bounded(t)
	client, _ := served(t, card)
	one := 1
	require.NoError(t, client.SetTries(ctx, &one, nil))
	assert.Equal(t, [2]int{1, 10}, card.tries, "what is left out stays")
	zero := 0
	require.NoError(t, client.SetTries(ctx, nil, &zero))
	assert.Equal(t, [2]int{3, 0}, card.tries)
	require.NoError(t, client.ResetToFactory(ctx))
	assert.Equal(t, 1, card.factory)

	card.broken = errors.New("store is full")
	assert.ErrorContains(t, client.SetTries(ctx, &one, &one), "store is full")
	assert.ErrorContains(t, client.ResetToFactory(ctx), "store is full")
}

// plain hides every ability beyond Card.
type plain struct{ Card }

func TestUnsupported(t *testing.T) {
	client, _ := served(t, plain{newCard(t)})
	one := 1
	assert.ErrorIs(t, client.SetTries(bounded(t), &one, nil), &Error{Code: CodeUnsupported})
	assert.ErrorIs(t, client.ResetToFactory(bounded(t)), &Error{Code: CodeUnsupported})
}

func TestHostileLines(t *testing.T) {
	card := newCard(t)
	for _, c := range []struct {
		line string
		code Code
	}{
		{"", CodeBadRequest},
		{"insert", CodeBadRequest},
		{"[]", CodeBadRequest},
		{`{"do":"insert"`, CodeBadRequest},
		{`{"do":"insert"}{"do":"remove"}`, CodeBadRequest},
		{`{"do":"insert"} remove`, CodeBadRequest},
		{`{"do":"insert","surprise":1}`, CodeBadRequest},
		{`{"do":"insert","pinTries":1}`, CodeBadRequest},
		{`{"do":"set-tries","faults":[]}`, CodeBadRequest},
		{`{"do":"set-tries","pinTries":1e99}`, CodeBadRequest},
		{`{"do":"arm","faults":[{"kind":"remove","ins":"XYZ"}]}`, CodeBadRequest},
		{`null`, CodeUnknownCommand},
		{`{"do":"dance"}`, CodeUnknownCommand},
		{`{"do":"arm","faults":[{"kind":"remove","at":-1}]}`, CodeRefused},
	} {
		a := reply(card, []byte(c.line))
		require.NotNil(t, a.Error, c.line)
		assert.Equal(t, c.code, a.Error.Code, c.line)
		assert.False(t, a.OK)
	}
	assert.Empty(t, card.Armed())
}

// A line without end is refused and the connection closed; others go on.
func TestLineWithoutEnd(t *testing.T) {
	client, path := served(t, newCard(t))
	conn, err := net.Dial("unix", path)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	go func() { _, _ = conn.Write([]byte(strings.Repeat(" ", maxRequest+8192))) }()
	in := bufio.NewReader(conn)
	line, err := in.ReadBytes('\n')
	require.NoError(t, err)
	assert.Contains(t, string(line), string(CodeBadRequest))
	_, err = in.ReadByte()
	assert.Error(t, err)
	_, err = client.Status(bounded(t))
	assert.NoError(t, err)
}

func TestListen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "card")
	l, err := Listen(path)
	require.NoError(t, err)
	info, err := os.Lstat(path)
	require.NoError(t, err)
	assert.Equal(t, os.ModeSocket|0o600, info.Mode())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing else is left in the folder")

	_, err = Listen(path)
	assert.ErrorIs(t, err, ErrInUse)
	require.NoError(t, l.Close())
	assert.Error(t, l.Close(), "closed twice")

	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	stale.SetUnlinkOnClose(false)
	require.NoError(t, stale.Close())
	_, err = Dial(bounded(t), path)
	assert.ErrorIs(t, err, ErrNoCard, "nobody listens")
	l, err = Listen(path)
	require.NoError(t, err, "what a dead program left is replaced")
	require.NoError(t, l.Close())

	require.NoError(t, os.WriteFile(path, []byte("letters"), 0o600))
	_, err = Listen(path)
	assert.ErrorIs(t, err, ErrNotASocket)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "letters", string(kept))

	_, err = Listen(filepath.Join(dir, "no", "folder"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = Listen(filepath.Join(path, "below a file"))
	assert.Error(t, err)
	_, err = Listen(filepath.Join(dir, strings.Repeat("x", 200)))
	assert.ErrorContains(t, err, "longer than 103", "a name that nobody could dial")
}

func TestServeReportsABrokenListener(t *testing.T) {
	l, err := Listen(filepath.Join(t.TempDir(), "card"))
	require.NoError(t, err)
	require.NoError(t, l.Close())
	assert.ErrorIs(t, Serve(context.Background(), l, newCard(t)), net.ErrClosed)
}

func TestDialNobody(t *testing.T) {
	_, err := Dial(bounded(t), filepath.Join(t.TempDir(), "card"))
	assert.ErrorIs(t, err, ErrNoCard)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Dial(ctx, filepath.Join(t.TempDir(), "card"))
	assert.ErrorIs(t, err, context.Canceled)
}

// The client against servers that are not ours.
func TestClientAgainstHostileServer(t *testing.T) {
	for name, c := range map[string]struct {
		line string
		want error
	}{
		"not JSON":               {"hello\n", ErrProtocol},
		"neither done nor not":   {"{}\n", ErrProtocol},
		"no result":              {`{"ok":true}` + "\n", ErrProtocol},
		"another kind of result": {`{"ok":true,"result":"x"}` + "\n", ErrProtocol},
		"a refusal":              {`{"ok":false,"error":{"code":"refused","message":"no"}}` + "\n", &Error{Code: CodeRefused}},
		"too long":               {strings.Repeat(" ", maxAnswer+8192), ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := against(t, c.line).Status(bounded(t))
			assert.ErrorIs(t, err, c.want)
		})
	}
	t.Run("closed", func(t *testing.T) {
		_, err := against(t, "").Status(bounded(t))
		assert.ErrorContains(t, err, "unexpected EOF")
	})
	t.Run("closed in a line", func(t *testing.T) {
		_, err := against(t, `{"ok":`).Status(bounded(t))
		assert.ErrorContains(t, err, "unexpected EOF")
	})
}

// against is a client whose other side reads one line, says line and closes.
func against(t *testing.T, line string) *Client {
	t.Helper()
	here, there := net.Pipe()
	go func() {
		_, _ = bufio.NewReader(there).ReadBytes('\n')
		_, _ = there.Write([]byte(line))
		_ = there.Close()
	}()
	t.Cleanup(func() { _ = here.Close() })
	return newClient(here)
}

func TestClientGivesUpWithItsContext(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	client := newClient(here)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = bufio.NewReader(there).ReadBytes('\n')
		cancel() // and no answer
	}()
	assert.ErrorIs(t, client.Insert(ctx), context.Canceled)
	assert.ErrorIs(t, client.Insert(ctx), context.Canceled)
	assert.Error(t, client.Insert(bounded(t)), "of no more use")
	require.NoError(t, client.Close())
}

// Whatever lines arrive, each gets exactly one line back that is an answer, and
// the card is never made to transmit.
func FuzzConnection(f *testing.F) {
	for _, s := range []string{
		`{"do":"status"}` + "\n" + `{"do":"remove"}` + "\n" + `{"do":"power-cycle"}` + "\n",
		`{"do":"arm","faults":[{"kind":"remove","at":3,"ins":"20","statusWord":"6F00","repeat":true}]}` + "\n",
		`{"do":"set-tries","pinTries":0}` + "\n\n",
		"\x00\xFF\n[[[[[[[[[[[[[[[[\n",
	} {
		f.Add([]byte(s))
	}
	data, profile := specimen.Default(), virtual.Profiles()[0]
	f.Fuzz(func(t *testing.T, stream []byte) {
		card, err := virtual.New(virtual.Config{Data: data, Profile: profile})
		require.NoError(t, err)
		tape := &tape{in: bytes.NewReader(stream)}
		serveConn(context.Background(), tape, card)
		if len(stream) <= maxRequest {
			assert.Equal(t, bytes.Count(stream, []byte("\n")), bytes.Count(tape.out.Bytes(), []byte("\n")))
		}
		for line := range bytes.Lines(tape.out.Bytes()) {
			var a answer
			require.NoError(t, json.Unmarshal(line, &a))
			require.True(t, a.OK != (a.Error != nil))
		}
		assert.Zero(t, card.Counters().APDUs)
	})
}

// tape is a connection that was recorded beforehand.
type tape struct {
	net.Conn
	in  *bytes.Reader
	out bytes.Buffer
}

func (c *tape) Read(p []byte) (int, error)  { return c.in.Read(p) }
func (c *tape) Write(p []byte) (int, error) { return c.out.Write(p) }
func (c *tape) Close() error                { return nil }
