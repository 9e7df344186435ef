package lockedmemory

import "golang.org/x/sys/unix"

func keepOutOfDumps(page []byte) {
	_ = unix.Madvise(page, unix.MADV_DONTDUMP)
	_ = unix.Madvise(page, unix.MADV_WIPEONFORK)
}
