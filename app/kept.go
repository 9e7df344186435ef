package app

import (
	"time"

	"cientro/card/store"
)

// OpenStore opens what this computer remembers of cards in a folder; portable
// leaves the system's keyring out of it. Without a place to keep anything the
// programs work and forget, and kept is false: then nothing would outlive the
// program that asking a real card for its tries may have cost one, so it must not
// be asked.
func OpenStore(folder string, portable bool, now func() time.Time) (known *store.Store, kept bool) {
	options := store.Options{Now: now}
	if portable {
		options.Keyring = store.NoKeyring()
	}
	known, err := store.Open(folder, options)
	if err != nil {
		return store.Memory(), false
	}
	return known, true
}
