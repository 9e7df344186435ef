package token

import (
	"bytes"
	"context"
	"slices"

	ck "cientro/pkcs11module/cryptoki"
)

// search is a search in progress: what it found and nobody fetched yet.
type search struct{ found []ck.ObjectHandle }

// FindObjectsInit begins a search. An object matches if it has every attribute
// of the template with that very value (section 5.7.6).
func (m *Module) FindObjectsInit(_ context.Context, handle ck.SessionHandle, template []ck.Attribute) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.session(handle)
	if err != nil {
		return err
	}
	if s.search != nil {
		return ck.RVOperationActive
	}
	s.search = &search{}
	for _, o := range s.token.objects {
		if s.sees(o) && o.matches(template) {
			s.search.found = append(s.search.found, o.handle)
		}
	}
	return nil
}

// sees: a private object is found by who has logged in (section 4.4). libp11,
// which is OpenSSL's engine, asks for a PIN only where it finds no key without.
func (s *session) sees(o *object) bool {
	return s.token.loggedIn || !bytes.Equal(o.attributes[ck.AttributePrivate], boolean(true))
}

func (o *object) matches(template []ck.Attribute) bool {
	for _, wanted := range template {
		value := o.attributes[wanted.Type]
		if value == nil || !bytes.Equal(value, wanted.Value) {
			return false
		}
	}
	return true
}

// FindObjects returns the next objects of a search, none when there are no more.
func (m *Module) FindObjects(_ context.Context, handle ck.SessionHandle, most int) ([]ck.ObjectHandle, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.session(handle)
	if err != nil {
		return nil, err
	}
	if s.search == nil {
		return nil, ck.RVOperationNotInitialized
	}
	n := min(max(most, 0), len(s.search.found))
	found := slices.Clone(s.search.found[:n])
	s.search.found = s.search.found[n:]
	return found, nil
}

// FindObjectsFinal ends a search.
func (m *Module) FindObjectsFinal(_ context.Context, handle ck.SessionHandle) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.session(handle)
	if err != nil {
		return err
	}
	if s.search == nil {
		return ck.RVOperationNotInitialized
	}
	s.search = nil
	return nil
}

// object finds an object of the session's token. The caller holds m.mu.
func (s *session) object(handle ck.ObjectHandle) (*object, error) {
	for _, o := range s.token.objects {
		if o.handle == handle {
			return o, nil
		}
	}
	return nil, ck.RVObjectHandleInvalid
}

func (m *Module) objectOf(session ck.SessionHandle, handle ck.ObjectHandle) (*session, *object, error) {
	s, err := m.session(session)
	if err != nil {
		return nil, nil, err
	}
	o, err := s.object(handle)
	return s, o, err
}

// GetObjectSize is how many bytes an object's attributes have.
func (m *Module) GetObjectSize(_ context.Context, session ck.SessionHandle, handle ck.ObjectHandle) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, o, err := m.objectOf(session, handle)
	if err != nil {
		return 0, err
	}
	size := 0
	for _, value := range o.attributes {
		size += len(value)
	}
	return uint64(size), nil
}

// GetAttribute returns the value of an attribute.
func (m *Module) GetAttribute(_ context.Context, session ck.SessionHandle, handle ck.ObjectHandle, kind ck.AttributeType) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, o, err := m.objectOf(session, handle)
	if err != nil {
		return nil, err
	}
	value, has := o.attributes[kind]
	switch {
	case !has:
		return nil, ck.RVAttributeTypeInvalid
	case value == nil:
		return nil, ck.RVAttributeSensitive
	}
	return slices.Clone(value), nil
}
