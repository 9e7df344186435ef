//go:build linux && cgo

package moduletest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestOperationsOfSessions: each session has a search and a signature of its
// own, a login is everybody's, and the end of the one ends nothing of the other.
func TestOperationsOfSessions(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	l := s.load(t)
	c.ClearJournal()
	a := l.loggedIn()
	b := l.session(l.token(), readOnly)
	info, err := l.GetSessionInfo(b)
	require.NoError(t, err)
	assert.EqualValues(t, pkcs11.CKS_RO_USER_FUNCTIONS, info.State, "opened after the login")
	key := l.key(a)
	sha := mechanism(pkcs11.CKM_SHA256_RSA_PKCS)

	require.NoError(t, l.SignInit(a, sha, key))
	answers(t, pkcs11.CKR_OPERATION_ACTIVE, l.SignInit(a, sha, key))
	require.NoError(t, l.SignInit(b, sha, key))
	require.NoError(t, l.SignUpdate(a, []byte("of ")))
	require.NoError(t, l.SignUpdate(b, []byte("another ")))
	require.NoError(t, l.FindObjectsInit(a, nil))
	answers(t, pkcs11.CKR_OPERATION_ACTIVE, l.FindObjectsInit(a, nil))
	require.NoError(t, l.SignUpdate(a, []byte("one")))
	require.NoError(t, l.SignUpdate(b, []byte("one")))
	inB, err := l.SignFinal(b)
	require.NoError(t, err)
	checkSignature(t, []byte("another one"), inB)
	inA, err := l.SignFinal(a)
	require.NoError(t, err)
	checkSignature(t, []byte("of one"), inA)
	_, err = l.SignFinal(a)
	answers(t, pkcs11.CKR_OPERATION_NOT_INITIALIZED, err)
	found, _, err := l.FindObjects(a, 100)
	require.NoError(t, err)
	assert.Len(t, found, 7, "certificate, two keys, four profiles")
	require.NoError(t, l.FindObjectsFinal(a))

	// C_Sign does not end what was begun in parts.
	require.NoError(t, l.SignInit(a, sha, key))
	require.NoError(t, l.SignUpdate(a, []byte("part")))
	_, err = l.Sign(a, []byte("whole"))
	answers(t, pkcs11.CKR_OPERATION_ACTIVE, err)

	// Logout ends signatures, in all sessions; the sessions stay.
	require.NoError(t, l.SignInit(b, sha, key))
	require.NoError(t, l.Logout(a))
	_, err = l.Sign(b, []byte("whole"))
	assert.NotEqual(t, uint(pkcs11.CKR_OK), returned(t, err))
	answers(t, pkcs11.CKR_USER_NOT_LOGGED_IN, l.SignInit(b, sha, key))
	assert.False(t, c.Verified(pinReference))
	require.NoError(t, l.Login(b, pkcs11.CKU_USER, rightPIN))
	l.signed(a, "logged in by the other session")
	require.NoError(t, l.CloseSession(a))
	l.signed(b, "the other session closed")
	require.NoError(t, l.CloseSession(b))
	assert.False(t, c.Verified(pinReference), "after the last session")
	spent(t, c, 2, 0)
}

// TestThreads signs from several threads at once, in sessions of their own, the
// first calls of all included.
func TestThreads(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	l := s.load(t)
	slot := l.token()
	c.ClearJournal()
	var threads sync.WaitGroup
	for i := range 8 {
		threads.Go(func() {
			h, err := l.OpenSession(slot, readOnly)
			if !assert.NoError(t, err) {
				return
			}
			if err := l.Login(h, pkcs11.CKU_USER, rightPIN); err != nil {
				answers(t, pkcs11.CKR_USER_ALREADY_LOGGED_IN, err)
			}
			for j := range often(10, 50) {
				if !assert.NoError(t, l.FindObjectsInit(h, []*pkcs11.Attribute{class(pkcs11.CKO_PRIVATE_KEY)})) {
					return
				}
				keys, _, err := l.FindObjects(h, 1)
				if !assert.NoError(t, err) || !assert.Len(t, keys, 1) || !assert.NoError(t, l.FindObjectsFinal(h)) {
					return
				}
				data := fmt.Appendf(nil, "thread %d, %d", i, j)
				if !assert.NoError(t, l.SignInit(h, mechanism(pkcs11.CKM_SHA256_RSA_PKCS), keys[0])) {
					return
				}
				signature, err := l.Sign(h, data)
				if !assert.NoError(t, err) {
					return
				}
				checkSignature(t, data, signature)
			}
		})
	}
	threads.Wait()
	spent(t, c, 1, 0)
	assert.Len(t, agents(t, l.home), 1)
	require.NoError(t, l.Finalize())
	forgets(t, c)
}
