package main

import (
	"path/filepath"
	"strings"
	"syscall"
)

// peer is the program at the other end of a connection: the host that the agent
// works for.
type peer struct {
	pid     int    // 0: not known
	uid     int    // -1: not known
	program string // its file, as the system names it; empty: not known
	name    string // short, for people; empty: not known

	gone  bool      // it had ended before it could be looked at
	alive *liveness // nil: cannot be watched
}

// nobody is the peer of a pipe, or of a system that does not tell.
func nobody() *peer { return &peer{uid: -1} }

// peerOf looks at the other end of a connection. Where nothing can be known it
// is nobody.
func peerOf(conn any) *peer {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return nobody()
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nobody()
	}
	found := nobody()
	if err := raw.Control(func(fd uintptr) { found = lookAtPeer(int(fd)) }); err != nil {
		return nobody()
	}
	if found.program != "" {
		found.program = strings.TrimSuffix(found.program, " (deleted)") // updated while it runs
		found.name = filepath.Base(found.program)
	}
	return found
}

// watch calls gone when the program has ended, however long its children hold
// the connection; stop ends the watch.
func (p *peer) watch(gone func()) (stop func()) {
	switch {
	case p.gone:
		gone()
	case p.alive != nil:
		return p.alive.watch(gone)
	}
	return func() {}
}
