package pcsc

import (
	"runtime"
	"time"
)

// pollSlice is how long to wait where nobody announces new readers.
const pollSlice = time.Second

// thisPlatform says how PC/SC behaves on the system this program runs on.
func thisPlatform() platform {
	p := platform{
		establish:             establish,
		diagnose:              diagnose,
		plugAndPlay:           true,
		slice:                 3 * time.Second, // arrivals that pcsc-lite's pseudo-reader misses wait no longer
		warningsComeFirst:     runtime.GOOS != "windows" && runtime.GOOS != "darwin",
		resetKeepsTransaction: runtime.GOOS != "windows" && runtime.GOOS != "darwin",
		pause:                 pause,
	}
	if runtime.GOOS == "darwin" { // no pseudo-reader, and SCardCancel may be lost
		p.plugAndPlay, p.slice = false, pollSlice
	}
	return p
}
