package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
)

const staticSchema = 1

// staticJSON is the content of a card's sealed file.
type staticJSON struct {
	Schema int    `json:"schema"`
	Static []byte `json:"static"`
}

var errNoVaultKey = errors.New("key of the holder's data cannot be had now")

// Static returns the public data of the card as package card encoded them, or
// false when none are known or their key cannot be had. It may wait for the
// keyring once.
func (r *Record) Static() ([]byte, bool) {
	r.mu.Lock()
	static := append([]byte(nil), r.static...)
	known := r.static != nil
	r.mu.Unlock()
	if known {
		return static, true
	}
	vault, _ := r.store.vaultKeys()
	if vault == nil {
		return nil, false
	}
	static, err := r.loadStatic(vault)
	if errors.Is(err, errDamaged) {
		_ = r.store.locked(recordsLock, func() error {
			r.setStaticAside(vault)
			return nil
		})
	}
	return static, err == nil
}

// SetStatic remembers the public data of the card. The certificate in them
// names the holder: without the vault key they stay in this process.
func (r *Record) SetStatic(static []byte) error {
	err := r.saveStatic(static)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.static = nil
	if err != nil || r.store.dir == "" {
		r.static = append([]byte{}, static...)
	}
	return err
}

func (r *Record) saveStatic(static []byte) error {
	s := r.store
	if s.dir == "" {
		return nil
	}
	vault, _ := s.vaultKeys()
	if vault == nil {
		return fmt.Errorf("remember chip data: %w", errNoVaultKey)
	}
	plain, err := json.Marshal(staticJSON{staticSchema, static})
	if err != nil {
		return err
	}
	err = s.locked(recordsLock, func() error {
		if _, err := r.loadStatic(vault); errors.Is(err, errNewer) {
			return err
		}
		return s.write(vault, vault.fileName(r.name, staticExt), plain)
	})
	if err != nil {
		s.notify(NoticeDisk, vault.fileName(r.name, staticExt), err)
		return fmt.Errorf("remember chip data: %w", err)
	}
	return nil
}

func (r *Record) loadStatic(vault *keys) ([]byte, error) {
	name := vault.fileName(r.name, staticExt)
	plain, err := r.store.read(vault, name)
	if err == nil {
		var static []byte
		if static, err = parseStatic(plain); err == nil {
			return static, nil
		}
	}
	switch {
	case errors.Is(err, errNewer):
		r.store.notify(NoticeNewer, name, err)
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errDamaged):
		r.store.notify(NoticeDisk, name, err)
	}
	return nil, err
}

func parseStatic(plain []byte) ([]byte, error) {
	if err := checkSchema(plain, staticSchema); errors.Is(err, errNewer) {
		return nil, err
	} else if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	var file staticJSON
	if err := json.Unmarshal(plain, &file); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if file.Static == nil {
		return nil, fmt.Errorf("%w: no chip data", errDamaged)
	}
	return file.Static, nil
}

func (r *Record) setStaticAside(vault *keys) {
	r.store.setAside(vault.fileName(r.name, staticExt), func() error {
		_, err := r.loadStatic(vault)
		return err
	})
}
