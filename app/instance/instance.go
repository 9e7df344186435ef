package instance

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cientro/card/store/atomicfile"
)

const (
	socketName = "desktop.sock"
	lockWait   = 2 * time.Second
	answerWait = time.Second
	// mostPath is how long the path of a socket may be on every system. (unix(7)
	// gives 108 bytes on Linux, others 104.)
	mostPath = 100
)

// ErrTaken says that another one is there, and was told to come forward.
var ErrTaken = errors.New("the app is open already")

// Instance is the one app of this user, until Close.
type Instance struct {
	listener net.Listener
	running  sync.WaitGroup
}

// Claim makes this the one app of the user whose folder that is; raise is called,
// from a goroutine, each time another one was started. Errors other than
// [ErrTaken] mean that nobody can tell.
func Claim(folder string, raise func()) (*Instance, error) {
	path := filepath.Join(folder, socketName)
	if folder == "" || len(path) > mostPath {
		return nil, errors.ErrUnsupported
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	lock, err := atomicfile.Acquire(path+".lock", lockWait)
	if err != nil {
		return nil, err
	}
	defer func() { _ = lock.Release() }()
	if knock(path) {
		return nil, ErrTaken
	}
	_ = os.Remove(path) // of one that was killed: nobody answers
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	i := &Instance{listener: listener}
	i.running.Go(func() { i.serve(raise) })
	return i, nil
}

// knock tells the one that is there to come forward, and returns whether there is
// one.
func knock(path string) bool {
	c, err := net.DialTimeout("unix", path, answerWait)
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(answerWait))
	answer := make([]byte, 1)
	n, err := c.Read(answer)
	return n == 1 && err == nil
}

// serve answers each knock with a byte.
func (i *Instance) serve(raise func()) {
	for {
		c, err := i.listener.Accept()
		if err != nil {
			return
		}
		_ = c.SetDeadline(time.Now().Add(answerWait))
		_, err = c.Write([]byte{1})
		_ = c.Close()
		if err == nil {
			raise()
		}
	}
}

// Close lets another one be the app. Nil may be closed.
func (i *Instance) Close() {
	if i == nil {
		return
	}
	_ = i.listener.Close() // which removes the socket
	i.running.Wait()
}
