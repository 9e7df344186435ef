package lockedmemory

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

func allocate(size int) (whole []byte, free func([]byte)) {
	address, err := windows.VirtualAlloc(0, uintptr(size), windows.MEM_COMMIT|windows.MEM_RESERVE, windows.PAGE_READWRITE)
	if err != nil {
		return make([]byte, size), func([]byte) {}
	}
	_ = windows.VirtualLock(address, uintptr(size))
	// The address is the system's, not Go's, so no collector moves or frees it.
	whole = unsafe.Slice(*(**byte)(unsafe.Pointer(&address)), size)
	return whole, func([]byte) {
		_ = windows.VirtualUnlock(address, uintptr(size))
		_ = windows.VirtualFree(address, 0, windows.MEM_RELEASE)
	}
}
