package browsers

import "errors"

// storage is where a place is kept: a file, or keys of the registry.
type storage interface {
	// read returns what is there, nil where nothing is.
	read() ([]byte, error)
	// makeFolders makes what it lies in, and returns what was not there.
	makeFolders() ([]string, error)
	// replace puts content in the place of what still is as it was read.
	replace(was, content []byte) error
	remove(was []byte) error
}

func (c Config) storage(p Place) storage {
	if !isRegistry(p.File) {
		return fileStorage{p}
	}
	registry := c.Registry
	if registry == nil {
		registry = noRegistry{}
	}
	return registryStorage{registry, p.File}
}

type fileStorage struct{ place Place }

func (s fileStorage) read() ([]byte, error)             { return read(s.place.File) }
func (s fileStorage) makeFolders() ([]string, error)    { return makeFolders(s.place) }
func (s fileStorage) replace(was, content []byte) error { return replace(s.place, was, content) }
func (s fileStorage) remove(was []byte) error           { return removeFile(s.place, was) }

// noRegistry is that of a system that has none.
type noRegistry struct{}

func (noRegistry) Values(string) ([]RegistryValue, bool, error) { return nil, false, nil }
func (noRegistry) Set(string, string, string) error             { return errors.ErrUnsupported }
func (noRegistry) Delete(string, string) error                  { return errors.ErrUnsupported }
func (noRegistry) Remove(string) error                          { return errors.ErrUnsupported }
