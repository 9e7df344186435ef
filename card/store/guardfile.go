package store

import (
	"errors"
	"fmt"
	"io/fs"
)

// view returns the guard as it stands on the disk now, with what the disk has
// not taken.
func (r *Record) view() guard {
	current, err := r.load()
	if errors.Is(err, errDamaged) {
		r.heal()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	// In memory r.last is the record itself, which a change may have replaced
	// since it was loaded.
	if err == nil && r.store.dir != "" {
		r.last = current
	}
	// Where the disk fails, what this process knew is better than nothing.
	return r.withPending(r.last)
}

// load reads the guard. A card that was never met has the zero guard.
func (r *Record) load() (guard, error) {
	s := r.store
	if s.dir == "" {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.last.clone(), nil
	}
	local, err := s.localKeys(false)
	if err != nil {
		return guard{}, err
	}
	if local == nil {
		return guard{}, nil // no key, hence no file
	}
	name := local.fileName(r.name, guardExtension)
	plain, err := s.read(local, name)
	if errors.Is(err, fs.ErrNotExist) {
		return guard{}, nil
	}
	if err == nil {
		var g guard
		if g, err = parseGuard(plain); err == nil {
			return g, nil
		}
		if !errors.Is(err, errNewer) {
			return guard{}, fmt.Errorf("%w: %w", errDamaged, err)
		}
		s.notify(NoticeNewer, name, err)
		return guard{}, err
	}
	if !errors.Is(err, errDamaged) {
		s.notify(NoticeDisk, name, err)
	}
	return guard{}, err
}

// heal sets a damaged guard aside. Where the lock cannot be had, whoever comes
// next does it.
func (r *Record) heal() {
	_ = r.store.locked(recordsLock, func() error {
		r.setAside()
		return nil
	})
}

// setAside is heal under a lock that is already held.
func (r *Record) setAside() {
	local, err := r.store.localKeys(false)
	if err != nil || local == nil {
		return
	}
	r.store.setAside(local.fileName(r.name, guardExtension), func() error {
		_, err := r.load()
		return err
	})
}

// change applies a change to the guard on the disk, under the lock between
// processes. If that fails the change stays pending in this process and goes
// along with the next one. what names the thing that is set: a later change of
// the same thing replaces a pending one.
func (r *Record) change(what string, change func(*guard)) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	_, err := r.changeAlone(what, change)
	return err
}

// changeAlone is change for a caller who holds r.writing, and returns the
// guard as this process sees it afterwards.
func (r *Record) changeAlone(what string, change func(*guard)) (guard, error) {
	now, err := r.save(change)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.last, r.pending = now, nil
		return now.clone(), nil
	}
	if r.pending == nil {
		r.pending = map[string]func(*guard){}
	}
	r.pending[what] = change
	r.store.notify(NoticeDisk, recordsLock, err)
	return r.withPending(r.last), fmt.Errorf("remember card: %w", err)
}

// withPending returns g after the changes the disk has not taken. The caller
// holds r.mu.
func (r *Record) withPending(g guard) guard {
	g = g.clone()
	for _, change := range r.pending {
		change(&g)
	}
	return g
}

// save makes the change where it lasts and returns what it came to.
func (r *Record) save(change func(*guard)) (guard, error) {
	s := r.store
	if s.dir == "" {
		current, _ := r.load()
		change(&current)
		return current, nil
	}
	local, err := s.localKeys(true)
	if err != nil {
		return guard{}, err
	}
	var next guard
	err = s.locked(recordsLock, func() error {
		current, err := r.load()
		if errors.Is(err, errDamaged) {
			r.setAside()
			// What this process last read is better than to start anew.
			r.mu.Lock()
			current, err = r.last, nil
			r.mu.Unlock()
		}
		if err != nil {
			return err
		}
		r.mu.Lock()
		next = r.withPending(current)
		r.mu.Unlock()
		change(&next)
		plain, err := next.encode()
		if err != nil {
			return err
		}
		return s.write(local, local.fileName(r.name, guardExtension), plain)
	})
	return next, err
}
