package daemon

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// errPort says that the driver did not get its port.
var errPort = errors.New("the virtual readers did not get their ports")

// lockPorts keeps processes of one user from choosing the same ports at the
// same time. It is held until the driver listens.
func lockPorts(ctx context.Context) (unlock func(), _ error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("cientro-pcscd-%d.lock", os.Geteuid()))
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = file.Close() }, nil
		}
		select {
		case <-ctx.Done():
			_ = file.Close()
			return nil, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// freePorts finds a port that is free together with the next one. The driver
// takes a port number of 16 bits.
func freePorts() (int, error) {
	for range 50 {
		first, err := net.Listen("tcp4", "0.0.0.0:0")
		if err != nil {
			return 0, err
		}
		port := first.Addr().(*net.TCPAddr).Port
		second, err := net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port+1))
		_ = first.Close()
		if err != nil {
			continue
		}
		_ = second.Close()
		return port, nil
	}
	return 0, errPort
}

// listening looks whether anybody listens on a port. To connect would be to
// put a card on the reader.
func listening(port int) bool {
	const listen = "0A"
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		file, err := os.Open(table)
		if err != nil {
			continue
		}
		found := false
		for lines := bufio.NewScanner(file); lines.Scan() && !found; {
			f := strings.Fields(lines.Text()) // sl local remote state …
			found = len(f) > 3 && f[3] == listen && strings.HasSuffix(f[1], fmt.Sprintf(":%04X", port))
		}
		_ = file.Close()
		if found {
			return true
		}
	}
	return false
}
