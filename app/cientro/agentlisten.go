package main

import (
	"context"
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	"cientro/app"
	"cientro/app/messages"
)

// maxConnections bounds how many programs one agent serves at a time.
const maxConnections = 64

// listenAgent serves programs that connect to a socket, with a login of its own
// for each, until Ctrl-C or SIGTERM.
func (p *program) listenAgent(ctx context.Context, address string) error {
	path, err := socketPath(address)
	if err != nil {
		return &app.UsageError{Reason: app.UsageFlagValue, Subject: "--listen", Command: "cientro agent", Err: err}
	}
	harden()
	a, err := p.newAgent()
	if err != nil {
		return err
	}
	listener, err := listenPrivately(path)
	if err != nil {
		return &app.FileError{Op: app.FileWrite, Path: path, Err: err}
	}
	p.note("agent.listening", messages.Values{"Address": "unix:path=" + (&url.URL{Path: path}).EscapedPath()})
	return a.listen(ctx, listener)
}

// socketPath reads an address as p11-kit writes it: unix:path=, then an absolute
// path, percent-encoded.
func socketPath(address string) (string, error) {
	encoded, ok := strings.CutPrefix(address, "unix:path=")
	if !ok {
		return "", errors.New("not unix:path=…")
	}
	path, err := url.PathUnescape(encoded)
	switch {
	case err != nil:
		return "", err
	case !filepath.IsAbs(path):
		return "", errors.New("not an absolute path")
	case strings.ContainsRune(path, 0):
		return "", errors.New("not a path")
	}
	return filepath.Clean(path), nil
}

// listen serves each connection on its own and returns when all are over.
func (a *agent) listen(ctx context.Context, listener net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	var served sync.WaitGroup
	defer served.Wait()
	places := make(chan struct{}, maxConnections)
	for {
		conn, err := listener.Accept()
		if err != nil {
			_ = listener.Close()
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		if err := admit(conn); err != nil {
			a.log.Warn("connection-refused", "error", err)
			_ = conn.Close()
			continue
		}
		select {
		case places <- struct{}{}:
		default:
			a.log.Warn("connection-refused", "error", "too-many")
			_ = conn.Close()
			continue
		}
		served.Go(func() {
			defer func() { <-places }()
			_ = a.serve(ctx, conn) // it has logged what went wrong
		})
	}
}

// admit lets in programs of this user only; the socket's mode says the same, and
// a mode can be changed.
func admit(conn net.Conn) error {
	c, ok := conn.(*net.UnixConn)
	if !ok {
		return errors.New("not a local socket")
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	uid, err := -1, error(nil)
	if failed := raw.Control(func(fd uintptr) { uid, err = peerUser(int(fd)) }); failed != nil {
		return failed
	}
	if err != nil {
		return err
	}
	if !sameUser(uid) {
		return errForeignUser
	}
	return nil
}

var errForeignUser = errors.New("a program of another user")
