package browserdemo

import (
	"os"
	"time"
)

// Remove removes a folder in which a module's agent has kept its files. The
// agent ends a moment after the program that loaded the module, and may write
// until then: so it looks again.
func Remove(dir string) error {
	const (
		again   = 250 * time.Millisecond
		patient = 5 * time.Second // the agent takes two seconds at the most
	)
	for wait := time.Now().Add(patient); ; {
		err := os.RemoveAll(dir)
		time.Sleep(again)
		if _, gone := os.Lstat(dir); os.IsNotExist(gone) {
			return nil
		}
		if !time.Now().Before(wait) {
			return err
		}
	}
}
