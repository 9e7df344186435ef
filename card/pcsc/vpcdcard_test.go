//go:build linux && cgo

package pcsc

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// vpcdCard lies on a virtual reader: it dials vsmartcard's driver and answers
// with two bytes to everything. Frames are a length of two bytes, most
// significant first, and that many bytes; a frame of one byte is a control:
// 0 off, 1 on, 2 reset, 4 ATR.
type vpcdCard struct {
	conn net.Conn
	atr  []byte

	mu       sync.Mutex
	commands [][]byte
	resets   int
	reply    func(command []byte) []byte
}

func putCard(t testing.TB, addr string, atr []byte) *vpcdCard {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	c := &vpcdCard{conn: conn, atr: atr, reply: func([]byte) []byte { return []byte{0x90, 0x00} }}
	go c.serve()
	t.Cleanup(c.take)
	return c
}

// take lifts the card off the reader.
func (c *vpcdCard) take() { _ = c.conn.Close() }

func (c *vpcdCard) serve() {
	for {
		var size [2]byte
		if _, err := io.ReadFull(c.conn, size[:]); err != nil {
			return
		}
		frame := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(c.conn, frame); err != nil {
			return
		}
		if answer := c.answer(frame); answer != nil {
			if _, err := c.conn.Write(binary.BigEndian.AppendUint16(nil, uint16(len(answer)))); err != nil {
				return
			}
			if _, err := c.conn.Write(answer); err != nil {
				return
			}
		}
	}
}

func (c *vpcdCard) answer(frame []byte) []byte {
	c.mu.Lock()
	if len(frame) == 1 {
		defer c.mu.Unlock()
		switch frame[0] {
		case 2:
			c.resets++
		case 4:
			return c.atr
		}
		return nil
	}
	c.commands = append(c.commands, frame)
	reply := c.reply
	c.mu.Unlock()
	return reply(frame)
}

func (c *vpcdCard) seen() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.commands)
}

func (c *vpcdCard) resetCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.resets
}

func (c *vpcdCard) replyWith(reply func([]byte) []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reply = reply
}
