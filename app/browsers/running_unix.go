//go:build unix

package browsers

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// isRunning: Firefox has a profile open. It holds a lock of the kernel on
// .parentlock; and a link named lock, whose target says address:+process, or
// address:process where the kernel's lock could not be had (Mozilla,
// nsProfileLock.cpp). A link that a crash left means nothing.
func isRunning(profile string) bool {
	target, err := os.Readlink(filepath.Join(profile, "lock"))
	if err == nil {
		_, process, _ := strings.Cut(target, ":")
		number, err := strconv.Atoi(process)
		if !strings.HasPrefix(process, "+") && err == nil && number > 0 && !errors.Is(unix.Kill(number, 0), unix.ESRCH) {
			return true
		}
	}
	file, err := os.OpenFile(filepath.Join(profile, ".parentlock"), os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	lock := unix.Flock_t{Type: unix.F_WRLCK}
	if err := unix.FcntlFlock(file.Fd(), unix.F_GETLK, &lock); err != nil {
		return false
	}
	return lock.Type != unix.F_UNLCK
}
