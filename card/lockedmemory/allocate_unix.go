//go:build unix

package lockedmemory

import (
	"os"

	"golang.org/x/sys/unix"
)

func allocate(size int) (whole []byte, free func([]byte)) {
	page := os.Getpagesize()
	size = (size + page - 1) / page * page
	whole, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return make([]byte, size), func([]byte) {}
	}
	_ = unix.Mlock(whole)
	keepOutOfDumps(whole)
	return whole, func(b []byte) { _ = unix.Munmap(b) } // which unlocks
}
