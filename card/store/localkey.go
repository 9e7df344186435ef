package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"cientro/card/store/atomicfile"
)

// keyPrefix opens the local key file; the rest is the key in hexadecimal.
const keyPrefix = "cientro-key-1 "

// localKeys returns the subkeys of the local key. Without create they are nil
// as long as no key exists: then there is nothing to read either.
func (s *Store) localKeys(create bool) (*keys, error) {
	s.localMu.Lock()
	defer s.localMu.Unlock()
	if s.local != nil {
		return s.local, nil
	}
	master, err := s.readLocalKey()
	if create && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, errDamaged)) {
		err = s.locked(keysLock, func() (err error) {
			master, err = s.createLocalKey()
			return err
		})
	}
	switch {
	case (errors.Is(err, fs.ErrNotExist) || errors.Is(err, errDamaged)) && !create:
		return nil, nil // a damaged key is set aside, and told, by the first write
	case err != nil:
		s.notify(NoticeDisk, localKeyFile, err)
		return nil, err
	}
	local, err := deriveKeys(master, "local")
	if err != nil {
		return nil, err
	}
	s.local, s.master = local, master
	return local, nil
}

// createLocalKey makes the key unless another process just did. The caller
// holds the keys lock.
func (s *Store) createLocalKey() ([]byte, error) {
	master, err := s.readLocalKey()
	if err == nil {
		return master, nil
	}
	if errors.Is(err, errDamaged) {
		s.setAside(localKeyFile, func() error { return err })
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	master = newMaster()
	content := keyPrefix + hex.EncodeToString(master) + "\n"
	return master, atomicfile.Write(s.path(localKeyFile), []byte(content))
}

// readLocalKey reads the key file; a memory store makes its key up.
func (s *Store) readLocalKey() ([]byte, error) {
	if s.dir == "" {
		return newMaster(), nil
	}
	path := s.path(localKeyFile)
	content, err := atomicfile.Read(path, 4096)
	if errors.Is(err, atomicfile.ErrTooLarge) || errors.Is(err, atomicfile.ErrNotRegular) {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if err != nil {
		return nil, err
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(string(content)), strings.TrimSpace(keyPrefix)+" ")
	if !ok {
		return nil, fmt.Errorf("%w: not a key file", errDamaged)
	}
	master, err := parseKey(text)
	if err != nil {
		return nil, err
	}
	// A copy or a restored backup may have lost the mode.
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(path, atomicfile.FileMode) // if it cannot be mended, the key works all the same
	}
	return master, nil
}

// parseKey reads a master key from its hexadecimal form.
func parseKey(text string) ([]byte, error) {
	master, err := hex.DecodeString(text)
	if err != nil || len(master) != masterSize {
		return nil, fmt.Errorf("%w: key is not %d bytes in hexadecimal", errDamaged, masterSize)
	}
	return master, nil
}
