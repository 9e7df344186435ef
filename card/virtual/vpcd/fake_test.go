package vpcd

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// scripted is a card that records what happens to it and answers from a table.
type scripted struct {
	mu      sync.Mutex
	events  []string
	answers map[string][]byte // by command; absent: no answer
	atr     []byte
	away    bool
	broken  error // of PowerOn and Reset
}

var errMute = errors.New("mute")

func newScripted() *scripted {
	return &scripted{
		atr: []byte{0x3B, 0x80, 0x80, 0x01, 0x01},
		answers: map[string][]byte{
			"\x00\xA4\x00\x00":         {0x90, 0x00},
			"\x03":                     {0x67, 0x00},
			"\x00\xB0\x00\x00\x00":     append(make([]byte, 300), 0x90, 0x00),
			"\x00\xCB\x3F\xFF":         {},
			"\x00\x84\x00\x00\x00\xFF": make([]byte, maxMessage+1),
		},
	}
}

func (c *scripted) note(event string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events = append(c.events, event)
}

func (c *scripted) Transmit(command []byte) ([]byte, error) {
	c.note("command")
	if a, ok := c.answers[string(command)]; ok {
		return a, nil
	}
	return nil, errMute
}

func (c *scripted) PowerOff()   { c.note("off") }
func (c *scripted) ATR() []byte { return c.atr }

func (c *scripted) start(how string) ([]byte, error) {
	c.note(how)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.atr, c.broken
}

// breakDown makes every later start fail.
func (c *scripted) breakDown() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = errMute
}

func (c *scripted) PowerOn() ([]byte, error) {
	return c.start("on")
}

func (c *scripted) Reset() ([]byte, error) {
	return c.start("reset")
}

func (c *scripted) Inserted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.away
}

func (c *scripted) take(away bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.away = away
}

func (c *scripted) happened() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.events...)
}

// reader is the listening side of vpcd, written from the protocol's facts and
// not with this package's frames.
type reader struct {
	t        *testing.T
	listener *net.TCPListener
}

func newReader(t *testing.T) *reader {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return &reader{t, l}
}

func (r *reader) addr() string { return r.listener.Addr().String() }

// slot is one inserted card as the reader sees it.
type slot struct {
	t *testing.T
	net.Conn
}

// inserted waits for the card to dial in.
func (r *reader) inserted() *slot {
	r.t.Helper()
	require.NoError(r.t, r.listener.SetDeadline(time.Now().Add(20*time.Second)))
	conn, err := r.listener.Accept()
	require.NoError(r.t, err)
	require.NoError(r.t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	r.t.Cleanup(func() { _ = conn.Close() })
	return &slot{r.t, conn}
}

func (s *slot) send(message ...byte) {
	s.t.Helper()
	_, err := s.Write(append([]byte{byte(len(message) >> 8), byte(len(message))}, message...))
	require.NoError(s.t, err)
}

func (s *slot) receive() []byte {
	s.t.Helper()
	var n uint16
	require.NoError(s.t, binary.Read(s, binary.BigEndian, &n))
	message := make([]byte, n)
	_, err := io.ReadFull(s, message)
	require.NoError(s.t, err)
	return message
}

// gone waits for the card to break the link without another byte.
func (s *slot) gone() {
	s.t.Helper()
	rest, err := io.ReadAll(s)
	require.NoError(s.t, err)
	require.Empty(s.t, rest, "the card must not send anything more")
}

// serve runs a server until the test ends; the channel gives its result.
func serve(t *testing.T, s *Server) (context.CancelFunc, <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(cancel)
	return cancel, done
}

func result(t *testing.T, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(20 * time.Second):
		require.FailNow(t, "Serve did not return")
		return nil
	}
}
