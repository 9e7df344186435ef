package vpcd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxMessage is the longest message: its length has two bytes.
const maxMessage = 0xFFFF

// ErrProtocol means that the other side does not speak as vpcd does.
var ErrProtocol = errors.New("not a vpcd message")

var errLength = errors.New("message is empty or longer than 65535 bytes")

// readMessage reads one message. [io.EOF] only where the stream ended between
// two messages; a message without content is [ErrProtocol].
func readMessage(r io.Reader) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint16(head[:])
	if n == 0 {
		return nil, fmt.Errorf("%w: length is zero", ErrProtocol)
	}
	message := make([]byte, n)
	if _, err := io.ReadFull(r, message); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return message, nil
}

// writeMessage writes one message in a single call, so that it leaves in one
// segment. It refuses messages that the frame cannot carry, empty ones above all.
func writeMessage(w io.Writer, message []byte) error {
	if len(message) == 0 || len(message) > maxMessage {
		return errLength
	}
	out := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(message)), uint16(len(message)))
	_, err := w.Write(append(out, message...))
	return err
}
