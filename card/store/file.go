package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"cientro/card/store/atomicfile"
)

// Bounds of the store's files and waits.
const (
	maxFileSize = 1 << 20
	lockWait    = 500 * time.Millisecond
	// staleAfter is when a temporary file can only be a dead process's.
	staleAfter = time.Hour
)

// Names inside the folder of a store.
const (
	recordsLock    = "records.lock"
	keysLock       = "keys.lock"
	localKeyFile   = "local.key"
	vaultFile      = "vault.json"
	guardExtension = ".guard"
	staticExt      = ".chip"
	heldExtension  = ".held"
)

// errDamaged marks content that cannot be understood.
var errDamaged = errors.New("damaged")

// path returns the path of a file of the store.
func (s *Store) path(name string) string { return filepath.Join(s.dir, name) }

// read returns the plain content of a sealed file. A missing file gives
// fs.ErrNotExist, one that is not ours or no longer whole errDamaged.
func (s *Store) read(k *keys, name string) ([]byte, error) {
	content, err := atomicfile.Read(s.path(name), maxFileSize)
	if errors.Is(err, atomicfile.ErrTooLarge) || errors.Is(err, atomicfile.ErrNotRegular) {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if err != nil {
		return nil, err
	}
	plain, err := k.open(name, content)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return plain, nil
}

// write seals and replaces a file. The caller holds the records lock.
func (s *Store) write(k *keys, name string, plain []byte) error {
	s.sweep.Do(func() { _ = atomicfile.Sweep(s.dir, staleAfter) }) // what stays is swept another day
	sealed := k.sealed(name, plain)
	if len(sealed) > maxFileSize {
		return fmt.Errorf("%w of %d bytes", atomicfile.ErrTooLarge, maxFileSize)
	}
	return atomicfile.Write(s.path(name), sealed)
}

// locked runs change under a lock of the store.
func (s *Store) locked(lock string, change func() error) error {
	held, err := atomicfile.Acquire(s.path(lock), lockWait)
	if err != nil {
		return err
	}
	defer held.Release()
	return change()
}

// setAside moves a damaged file out of the way, unless another process has
// replaced it by a good one meanwhile. The caller holds the lock of the file.
func (s *Store) setAside(name string, stillBad func() error) {
	err := stillBad()
	if !errors.Is(err, errDamaged) {
		return
	}
	if _, failed := atomicfile.SetAside(s.path(name)); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
		s.notify(NoticeDisk, name, failed)
		return
	}
	s.notify(NoticeDamaged, name, err)
}
