package vpcd

import (
	"net"
	"syscall"
)

// acknowledging answers every segment at once. The driver writes the length of
// a message and the message one after the other, and its kernel keeps the
// second back until the first is acknowledged: left to itself, ours takes 40 ms
// for that, on every command.
type acknowledging struct{ *net.TCPConn }

// Read implements io.Reader. The system forgets the wish as it pleases, so it
// is repeated each time.
func (c acknowledging) Read(b []byte) (int, error) {
	if raw, err := c.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
		})
	}
	return c.TCPConn.Read(b)
}

func promptly(c *net.TCPConn) net.Conn { return acknowledging{c} }
