package vpcd

import (
	"bytes"
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConversation(t *testing.T) {
	r, card := newReader(t), newScripted()
	connected, left := make(chan struct{}, 1), make(chan struct{}, 1)
	cancel, done := serve(t, &Server{Addr: r.addr(), Card: card,
		Connected: func() { connected <- struct{}{} }, Left: func() { left <- struct{}{} }})
	s := r.inserted()
	assert.Empty(t, connected, "the reader has not said anything yet")

	s.send(0x01) // power on, not answered
	<-connected
	s.send(0x04)
	assert.Equal(t, card.atr, s.receive())
	s.send(0x00, 0xA4, 0x00, 0x00)
	assert.Equal(t, []byte{0x90, 0x00}, s.receive())
	s.send(0x00, 0xB0, 0x00, 0x00, 0x00)
	assert.Len(t, s.receive(), 302, "an answer of more than 256 bytes")
	s.send(0x02)
	s.send(0x03) // no control code: a command of one byte
	assert.Equal(t, []byte{0x67, 0x00}, s.receive())
	s.send(0x00) // power off
	s.send(0x04)
	assert.Equal(t, card.atr, s.receive())

	cancel()
	s.gone()
	assert.ErrorIs(t, result(t, done), context.Canceled)
	<-left
	assert.Empty(t, connected, "once a link")
	assert.Equal(t, []string{"on", "on", "command", "command", "reset", "command", "off", "off"}, card.happened())
}

// What the card does not answer breaks the link and nothing is sent; then the
// card is there again.
func TestMuteCard(t *testing.T) {
	for name, command := range map[string][]byte{
		"an error":          {0x00, 0x20, 0x00, 0x81},
		"an empty answer":   {0x00, 0xCB, 0x3F, 0xFF},
		"an endless answer": {0x00, 0x84, 0x00, 0x00, 0x00, 0xFF},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReader(t)
			serve(t, &Server{Addr: r.addr(), Card: newScripted(), Redial: time.Millisecond})
			s := r.inserted()
			s.send(command...)
			s.gone()
			again := r.inserted()
			again.send(0x00, 0xA4, 0x00, 0x00)
			assert.Equal(t, []byte{0x90, 0x00}, again.receive())
		})
	}
}

func TestEmptyATRIsNeverSent(t *testing.T) {
	r, card := newReader(t), newScripted()
	card.atr = nil
	serve(t, &Server{Addr: r.addr(), Card: card})
	s := r.inserted()
	s.send(0x04)
	s.gone()
}

// A card that does not start is taken off, at once and after a reset.
func TestCardThatDoesNotStart(t *testing.T) {
	for name, control := range map[string]byte{"power on": 0x01, "reset": 0x02} {
		t.Run(name, func(t *testing.T) {
			r, card := newReader(t), newScripted()
			serve(t, &Server{Addr: r.addr(), Card: card})
			s := r.inserted()
			s.send(0x04)
			s.receive()
			card.breakDown()
			s.send(control)
			s.gone()
		})
	}
	t.Run("in the field", func(t *testing.T) {
		r, card := newReader(t), newScripted()
		card.breakDown()
		serve(t, &Server{Addr: r.addr(), Card: card})
		r.inserted().gone()
	})
}

// A driver that never asks for power still finds a card that answers.
func TestPoweredByTheField(t *testing.T) {
	r, card := newReader(t), newScripted()
	serve(t, &Server{Addr: r.addr(), Card: card})
	s := r.inserted()
	s.send(0x00, 0xA4, 0x00, 0x00)
	assert.Equal(t, []byte{0x90, 0x00}, s.receive())
	assert.Equal(t, []string{"on", "command"}, card.happened())
}

func TestRemovalAndReinsertion(t *testing.T) {
	r, card := newReader(t), newScripted()
	card.take(true)
	left := make(chan struct{}, 1)
	cancel, done := serve(t, &Server{Addr: r.addr(), Card: card, Redial: time.Millisecond, Left: func() { left <- struct{}{} }})
	require.NoError(t, r.listener.SetDeadline(time.Now().Add(3*presencePoll)))
	_, err := r.listener.Accept()
	require.Error(t, err, "no card, no connection")

	card.take(false)
	s := r.inserted()
	s.send(0x01)
	s.send(0x04)
	assert.Equal(t, card.atr, s.receive())

	card.take(true)
	s.gone()
	<-left
	assert.Equal(t, []string{"on", "on", "off"}, card.happened(), "a card without a reader has no power")
	card.take(false)
	s = r.inserted()
	s.send(0x04)
	assert.Equal(t, card.atr, s.receive())

	card.take(true)
	s.gone()
	<-left
	cancel() // while it waits for the card
	assert.ErrorIs(t, result(t, done), context.Canceled)
}

func TestNoReader(t *testing.T) {
	r := newReader(t)
	require.NoError(t, r.listener.Close())
	err := Serve(context.Background(), r.addr(), newScripted())
	assert.ErrorIs(t, err, ErrNoReader)
	assert.ErrorContains(t, err, r.addr())
	assert.ErrorIs(t, Serve(context.Background(), "no port", newScripted()), ErrNoReader)
}

func TestReaderGone(t *testing.T) {
	r := newReader(t)
	_, done := serve(t, &Server{Addr: r.addr(), Card: newScripted(), Redial: time.Millisecond})
	s := r.inserted()
	require.NoError(t, r.listener.Close())
	require.NoError(t, s.Close())
	assert.ErrorIs(t, result(t, done), ErrReaderGone)
}

func TestNotAReader(t *testing.T) {
	r := newReader(t)
	_, done := serve(t, &Server{Addr: r.addr(), Card: newScripted()})
	s := r.inserted()
	s.send()
	assert.ErrorIs(t, result(t, done), ErrProtocol)
	s.gone()
}

func TestContextEndsBeforeAnything(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	assert.ErrorIs(t, Serve(ctx, "", newScripted()), context.Canceled)
}

// The reader's end of the connection breaks in the middle of a pause.
func TestContextEndsInThePause(t *testing.T) {
	r := newReader(t)
	left := make(chan struct{}, 1)
	cancel, done := serve(t, &Server{Addr: r.addr(), Card: newScripted(), Left: func() { left <- struct{}{} }})
	require.NoError(t, r.inserted().Close())
	<-left
	cancel()
	assert.ErrorIs(t, result(t, done), context.Canceled)
}

func TestMessages(t *testing.T) {
	var wire bytes.Buffer
	for _, n := range []int{1, 2, 255, 256, maxMessage} {
		require.NoError(t, writeMessage(&wire, make([]byte, n)))
		got, err := readMessage(&wire)
		require.NoError(t, err)
		assert.Len(t, got, n)
	}
	assert.ErrorIs(t, writeMessage(&wire, nil), errLength)
	assert.ErrorIs(t, writeMessage(&wire, make([]byte, maxMessage+1)), errLength)
	assert.Zero(t, wire.Len(), "nothing of a refused message is written")

	for name, c := range map[string]struct {
		raw  string
		want string
	}{
		"nothing":             {"", "EOF"},
		"half a length":       {"\x00", "unexpected EOF"},
		"zero":                {"\x00\x00", ErrProtocol.Error()},
		"length only":         {"\x00\x02", "unexpected EOF"},
		"half of the content": {"\x00\x02\x00", "unexpected EOF"},
	} {
		_, err := readMessage(bytes.NewReader([]byte(c.raw)))
		assert.ErrorContains(t, err, c.want, name)
	}
}

// Whatever a hostile reader sends, the session ends, and no empty message
// ever leaves.
func FuzzSession(f *testing.F) {
	f.Add([]byte("\x00\x01\x01\x00\x01\x04\x00\x04\x00\xA4\x00\x00"))
	f.Add([]byte("\x00\x00"))
	f.Add([]byte("\x00\x01\x03\x00\x04\x00\xCB\x3F\xFF"))
	f.Add([]byte("\xFF\xFF\x00"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		conn := &tape{in: bytes.NewReader(stream)}
		err := (&Server{Card: newScripted()}).exchange(conn)
		require.Error(t, err)
		for conn.out.Len() > 0 {
			message, err := readMessage(&conn.out)
			require.NoError(t, err)
			require.NotEmpty(t, message)
		}
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
