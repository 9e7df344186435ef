package control

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
)

// maxPath is the longest path that a socket can have everywhere: macOS takes 104
// bytes with the zero at the end, Linux and Windows 108.
const maxPath = 103

// Listen makes the socket at path, mode 0600 from its first moment: it is bound
// in a folder of mode 0700 and then moved. A socket that a dead program left
// behind is replaced; [ErrInUse] if a live one answers, [ErrNotASocket] if the
// path is something else. Closing the listener removes the socket.
func Listen(path string) (net.Listener, error) {
	info, err := os.Lstat(path)
	switch {
	case len(path) > maxPath:
		return nil, fmt.Errorf("make control socket: a path of %d bytes is longer than %d", len(path), maxPath)
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("look at control socket: %w", err)
	case info.Mode()&fs.ModeSocket == 0:
		return nil, fmt.Errorf("%w: %s", ErrNotASocket, path)
	default:
		if conn, err := net.Dial("unix", path); err == nil {
			_ = conn.Close()
			return nil, fmt.Errorf("%w: %s", ErrInUse, path)
		}
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".c") // 0700 by MkdirTemp; short, socket paths are
	if err != nil {
		return nil, fmt.Errorf("make control socket: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	born := filepath.Join(dir, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: born, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("make control socket: %w", err)
	}
	l.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(born, 0o600), os.Rename(born, path)); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("make control socket: %w", err)
	}
	return &listener{UnixListener: l, path: path}, nil
}

// listener removes the socket where it was moved to.
type listener struct {
	*net.UnixListener
	path string
	once sync.Once
}

func (l *listener) Close() error {
	l.once.Do(func() { _ = os.Remove(l.path) })
	return l.UnixListener.Close()
}
