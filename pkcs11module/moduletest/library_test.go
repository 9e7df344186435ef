//go:build linux && cgo

package moduletest

import (
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// library is the module in this process, initialized.
type library struct {
	*pkcs11.Ctx
	t    testing.TB
	home string
}

// load loads and initializes the library until the test ends.
func (s *stage) load(t *testing.T) *library {
	t.Helper()
	l := s.loadOnly(t)
	require.NoError(t, l.Initialize())
	return l
}

// loadOnly only loads it.
func (s *stage) loadOnly(t *testing.T) *library {
	t.Helper()
	l := &library{t: t, home: t.TempDir()}
	for _, variable := range s.environment(l.home) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	// Whatever the person's own session has does not matter here.
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	l.Ctx = pkcs11.New(s.library)
	require.NotNil(t, l.Ctx, "cannot be loaded")
	t.Cleanup(func() {
		if err := l.Finalize(); err != nil {
			assert.Equal(t, pkcs11.Error(pkcs11.CKR_CRYPTOKI_NOT_INITIALIZED), err)
		}
		l.Destroy()
		eventually(t, "the agent ends", func() bool { return len(agents(t, l.home)) == 0 })
	})
	return l
}

// returned is what a call returned, as a number.
func returned(t testing.TB, err error) uint {
	t.Helper()
	var rv pkcs11.Error
	if err == nil {
		return pkcs11.CKR_OK
	}
	require.True(t, errors.As(err, &rv), "%v", err)
	return uint(rv)
}

// answers holds a call to its return value.
func answers(t testing.TB, want uint, err error, what ...any) {
	t.Helper()
	assert.Equal(t, pkcs11.Error(want), pkcs11.Error(returned(t, err)), what...)
}

// token is the slot of the only card, as soon as the module sees it.
func (l *library) token() (slot uint) {
	l.t.Helper()
	eventually(l.t, "one slot with a token", func() bool {
		slots, err := l.present()
		require.NoError(l.t, err)
		if len(slots) != 1 {
			return false
		}
		slot = slots[0]
		return true
	})
	return slot
}

const (
	readOnly  = pkcs11.CKF_SERIAL_SESSION
	readWrite = pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION
)

func (l *library) session(slot uint, flags uint) pkcs11.SessionHandle {
	l.t.Helper()
	session, err := l.OpenSession(slot, flags)
	require.NoError(l.t, err)
	return session
}

// loggedIn opens a session with the only card and logs in.
func (l *library) loggedIn() pkcs11.SessionHandle {
	l.t.Helper()
	session := l.session(l.token(), readOnly)
	require.NoError(l.t, l.Login(session, pkcs11.CKU_USER, rightPIN))
	return session
}

// find is a whole search.
func (l *library) find(session pkcs11.SessionHandle, template ...*pkcs11.Attribute) (found []pkcs11.ObjectHandle) {
	l.t.Helper()
	require.NoError(l.t, l.FindObjectsInit(session, template))
	for {
		some, _, err := l.FindObjects(session, 2)
		require.NoError(l.t, err)
		if len(some) == 0 {
			break
		}
		found = append(found, some...)
	}
	require.NoError(l.t, l.FindObjectsFinal(session))
	return found
}

func class(c uint) *pkcs11.Attribute { return pkcs11.NewAttribute(pkcs11.CKA_CLASS, c) }

// one is the only object of a class.
func (l *library) one(session pkcs11.SessionHandle, c uint) pkcs11.ObjectHandle {
	l.t.Helper()
	found := l.find(session, class(c))
	require.Len(l.t, found, 1)
	return found[0]
}

func (l *library) key(session pkcs11.SessionHandle) pkcs11.ObjectHandle {
	l.t.Helper()
	return l.one(session, pkcs11.CKO_PRIVATE_KEY)
}

// attribute is the value of one attribute.
func (l *library) attribute(session pkcs11.SessionHandle, object pkcs11.ObjectHandle, kind uint) []byte {
	l.t.Helper()
	got, err := l.GetAttributeValue(session, object, []*pkcs11.Attribute{pkcs11.NewAttribute(kind, nil)})
	require.NoError(l.t, err, "attribute %#x", kind)
	return got[0].Value
}

func number(value []byte) uint { return uint(binary.NativeEndian.Uint64(value)) }

func mechanism(kind uint) []*pkcs11.Mechanism {
	return []*pkcs11.Mechanism{pkcs11.NewMechanism(kind, nil)}
}

// signed makes one signature of the SHA-256 of the data and checks it.
func (l *library) signed(session pkcs11.SessionHandle, data string) {
	l.t.Helper()
	require.NoError(l.t, l.SignInit(session, mechanism(pkcs11.CKM_SHA256_RSA_PKCS), l.key(session)))
	signature, err := l.Sign(session, []byte(data))
	require.NoError(l.t, err)
	checkSignature(l.t, []byte(data), signature)
}

// TestMain makes a host of this program where a test asks for one.
func TestMain(m *testing.M) {
	if library := os.Getenv(hostVariable); library != "" {
		hostMain(library)
		return
	}
	os.Exit(m.Run())
}
