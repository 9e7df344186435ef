//go:build linux || darwin

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// answerWithin is how long whoever has the socket may take to accept.
const answerWithin = time.Second

// errInUse says that somebody listens there already.
var errInUse = errors.New("another program listens there")

func sameUser(uid int) bool { return uid == os.Geteuid() }

// listenPrivately makes a socket for this user alone. The folder must be one
// where nobody else can put another in its place. A socket that nobody answers
// on any more is replaced; anything else is left as it is.
func listenPrivately(path string) (net.Listener, error) {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer func() { _ = folder.Close() }()
	if err := trustworthy(folder); err != nil {
		return nil, err
	}
	// Two agents that start at once must not remove each other's socket.
	if err := unix.Flock(int(folder.Fd()), unix.LOCK_EX); err != nil {
		return nil, err
	}
	if err := removeStale(path); err != nil {
		return nil, err
	}
	before := syscall.Umask(0o177)
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	syscall.Umask(before)
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	made, err := os.Lstat(path)
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	return &ownSocket{UnixListener: listener, path: path, made: made}, nil
}

// trustworthy: only this user or root can rename what is in the folder.
func trustworthy(folder *os.File) error {
	info, err := folder.Stat()
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid != 0 && !sameUser(int(owner.Uid)) {
		return errors.New("the folder is another user's")
	}
	if info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0 {
		return errors.New("others can write to the folder")
	}
	return nil
}

// removeStale removes a socket of this user that nobody answers on.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if info.Mode()&fs.ModeSocket == 0 || !ok || !sameUser(int(owner.Uid)) {
		return fs.ErrExist
	}
	conn, err := net.DialTimeout("unix", path, answerWithin)
	if err == nil {
		_ = conn.Close()
		return errInUse
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%w: %w", errInUse, err)
	}
	return os.Remove(path)
}

// ownSocket removes its socket in the end, if it is still its own.
type ownSocket struct {
	*net.UnixListener
	path string
	made os.FileInfo
}

func (s *ownSocket) Close() error {
	if now, err := os.Lstat(s.path); err == nil && os.SameFile(now, s.made) {
		_ = os.Remove(s.path)
	}
	return s.UnixListener.Close()
}
