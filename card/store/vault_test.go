package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ring is a keyring in memory that can be locked, slow or careless.
type ring struct {
	mu      sync.Mutex
	secrets map[string]string
	err     error         // what all calls return
	gate    chan struct{} // calls wait until it is closed
	lossy   bool          // takes secrets and keeps others
	panics  bool
	gets    int
	sets    int
	deletes int
}

func (r *ring) enter(count *int) error {
	r.mu.Lock()
	*count++
	gate := r.gate
	r.mu.Unlock()
	if gate != nil {
		<-gate
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.panics {
		panic("odd keyring")
	}
	return r.err
}

func (r *ring) Get(service, account string) (string, error) {
	if err := r.enter(&r.gets); err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	secret, ok := r.secrets[service+"/"+account]
	if !ok {
		return "", ErrNoSecret
	}
	return secret, nil
}

func (r *ring) Set(service, account, secret string) error {
	if err := r.enter(&r.sets); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.secrets == nil {
		r.secrets = map[string]string{}
	}
	if r.lossy {
		secret = hex.EncodeToString(newMaster())
	}
	r.secrets[service+"/"+account] = secret
	return nil
}

func (r *ring) Delete(service, account string) error {
	if err := r.enter(&r.deletes); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.secrets, service+"/"+account)
	return nil
}

func (r *ring) calls() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gets + r.sets + r.deletes
}

func (r *ring) set(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

var errLocked = errors.New("locked")

func TestKeyGoesToTheKeyring(t *testing.T) {
	dir := t.TempDir()
	ring := &ring{}
	s := openWith(t, dir, Options{Keyring: ring, Now: at(noon)})
	fill(t, s.Card(specimen))
	assert.Equal(t, "keyring", s.Backend())
	require.Len(t, ring.secrets, 1)
	for account, secret := range ring.secrets {
		assert.Regexp(t, `^CIEntro/card-data-[0-9a-f]{12}$`, account)
		for name, content := range files(t, dir) {
			assert.False(t, bytes.Contains(content, []byte(secret)), name)
		}
	}
	calls := ring.calls()
	fill(t, s.Card(specimen))
	assert.Equal(t, calls, ring.calls(), "asked once a process")
	later := openWith(t, dir, Options{Keyring: ring, Now: at(noon)})
	assertFilled(t, later.Card(specimen))
	assert.Equal(t, "keyring", later.Backend())
	assert.Equal(t, 1, ring.sets)
	assert.Empty(t, later.Notices())
}

func TestKeyGoesToTheFileWhereTheKeyringFails(t *testing.T) {
	for name, ring := range map[string]*ring{
		"erroring": {err: errLocked},
		"lossy":    {lossy: true},
		"panics":   {panics: true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			fill(t, openWith(t, dir, Options{Keyring: ring, Now: at(noon)}).Card(specimen))
			ring.set(func() { ring.err, ring.lossy, ring.panics = nil, false, false })
			calls := ring.calls()
			s := openWith(t, dir, Options{Keyring: ring, Now: at(noon)})
			assertFilled(t, s.Card(specimen))
			assert.Equal(t, "file", s.Backend())
			assert.Equal(t, calls, ring.calls(), "the marker says file")
		})
	}
}

func TestKeyringThatNeverAnswersDelaysOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ring := &ring{gate: make(chan struct{})}
		defer close(ring.gate)
		s := openWith(t, t.TempDir(), Options{Keyring: ring, KeyTimeout: 20 * time.Millisecond, Now: at(noon)})
		start := time.Now()
		fill(t, s.Card(specimen))
		assertFilled(t, s.Card(specimen))
		assert.Equal(t, 20*time.Millisecond, time.Since(start))
		assert.Equal(t, "file", s.Backend())
		assert.Equal(t, 1, ring.calls())
	})
}

func TestDefaultPatience(t *testing.T) {
	assert.Equal(t, 300*time.Millisecond, DefaultKeyTimeout)
	assert.Equal(t, DefaultKeyTimeout, Memory().timeout)
}

func TestKeyringLockedLaterMakesNoSecondKey(t *testing.T) {
	dir := t.TempDir()
	ring := &ring{}
	fill(t, openWith(t, dir, Options{Keyring: ring, Now: at(noon)}).Card(specimen))
	before := files(t, dir)
	sets := ring.sets

	ring.err = errLocked
	clock := noon
	s := openWith(t, dir, Options{Keyring: ring, Now: func() time.Time { return clock }})
	r := s.Card(specimen)
	_, ok := r.Static()
	assert.False(t, ok)
	assert.Equal(t, "memory", s.Backend())
	require.Len(t, s.Notices(), 1)
	assert.Equal(t, NoticeKeyUnavailable, s.Notices()[0].Kind)
	assert.ErrorIs(t, s.Notices()[0].Err, errLocked)
	// What protects the card does not depend on the keyring.
	seen, ok := r.Counter(0x81)
	assert.True(t, ok)
	assert.Equal(t, 2, seen.TriesLeft)
	assert.NotZero(t, r.Epoch())

	assert.ErrorIs(t, r.SetStatic([]byte("other")), errNoVaultKey)
	static, ok := r.Static()
	assert.True(t, ok)
	assert.Equal(t, []byte("other"), static, "in this process")
	r.dropMemory()
	assert.Equal(t, sets, ring.sets)
	assert.Equal(t, before, files(t, dir))

	calls := ring.calls()
	r.Static()
	assert.Equal(t, calls, ring.calls(), "not asked at each use")
	ring.err = nil
	clock = clock.Add(keyPatience)
	assertFilled(t, r)
	assert.Equal(t, "keyring", s.Backend())
}

func TestSlowKeyringIsPickedUpWhenItAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		ring := &ring{}
		fill(t, openWith(t, dir, Options{Keyring: ring, Now: at(noon)}).Card(specimen))
		gate := make(chan struct{})
		ring.gate = gate
		calls := ring.calls()
		s := openWith(t, dir, Options{Keyring: ring, KeyTimeout: 10 * time.Millisecond, Now: at(noon)})
		r := s.Card(specimen)
		for range 3 {
			_, ok := r.Static()
			assert.False(t, ok)
		}
		assert.Equal(t, calls+1, ring.calls(), "one question at a time")
		assert.Equal(t, NoticeKeyUnavailable, s.Notices()[0].Kind)
		ring.set(func() { ring.gate = nil })
		close(gate)
		synctest.Wait() // until the answer is there
		_, ok := r.Static()
		assert.True(t, ok)
		assertFilled(t, r)
	})
}

func TestKeyringThatLostTheKey(t *testing.T) {
	dir := t.TempDir()
	ring := &ring{}
	fill(t, openWith(t, dir, Options{Keyring: ring, Now: at(noon)}).Card(specimen))
	ring.secrets = nil
	s := openWith(t, dir, Options{Keyring: ring, Now: at(noon)})
	r := s.Card(specimen)
	_, ok := r.Static()
	assert.False(t, ok)
	assert.Equal(t, NoticeKeyLost, s.Notices()[0].Kind)
	assert.Equal(t, "keyring", s.Backend())
	fill(t, r)
	assertFilled(t, openWith(t, dir, Options{Keyring: ring, Now: at(noon)}).Card(specimen))
}

func TestKeyringThatLostTheKeyAndIsThenLocked(t *testing.T) {
	dir := t.TempDir()
	ring := &ring{}
	fill(t, openWith(t, dir, Options{Keyring: ring, Now: at(noon)}).Card(specimen))
	before := files(t, dir)
	s := openWith(t, dir, Options{Keyring: &forgetful{ring: ring}, Now: at(noon)})
	_, ok := s.Card(specimen).Static()
	assert.False(t, ok)
	assert.Equal(t, "memory", s.Backend())
	delete(before, keysLock)
	after := files(t, dir)
	delete(after, keysLock)
	assert.Equal(t, before, after)
}

// forgetful says once that it has no secret, then that it is locked.
type forgetful struct {
	*ring
	asked bool
}

func (f *forgetful) Get(_, _ string) (string, error) {
	if f.asked {
		return "", errLocked
	}
	f.asked = true
	return "", ErrNoSecret
}

// A cache folder is wiped now and then; the keyring's key is used again.
func TestWipedFolderFindsItsKeyAgain(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cards")
	ring := &ring{}
	fill(t, openWith(t, dir, Options{Keyring: ring, Now: at(noon)}).Card(specimen))
	require.NoError(t, os.RemoveAll(dir))
	s := openWith(t, dir, Options{Keyring: ring, Now: at(noon)})
	assertEmpty(t, s.Card(specimen))
	assert.Equal(t, "keyring", s.Backend())
	assert.Equal(t, 1, ring.sets)
}

func TestLateKeyIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		ring := &ring{}
		slow := &slowSet{ring: ring, gate: gate, done: make(chan struct{})}
		s := openWith(t, t.TempDir(), Options{Keyring: slow, KeyTimeout: 20 * time.Millisecond, Now: at(noon)})
		fill(t, s.Card(specimen))
		assert.Equal(t, "file", s.Backend())
		close(gate)
		<-slow.done
		assert.Empty(t, ring.secrets, "no key that nobody uses")
	})
}

type slowSet struct {
	*ring
	gate, done chan struct{}
}

func (s *slowSet) Set(service, account, secret string) error {
	<-s.gate
	return s.ring.Set(service, account, secret)
}

func (s *slowSet) Delete(service, account string) error {
	defer close(s.done)
	return s.ring.Delete(service, account)
}

func TestDamagedMarker(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "garbage": "?", "no source": `{"schema":1}`, "no schema": `{"source":"file"}`,
		"no account": `{"schema":1,"source":"keyring"}`, "shape": `{"schema":1,"source":7}`,
		"oversized": string(make([]byte, 5000)),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ring := &ring{}
			fill(t, openWith(t, dir, Options{Keyring: ring, Now: at(noon)}).Card(specimen))
			require.NoError(t, os.WriteFile(filepath.Join(dir, vaultFile), []byte(content), 0o600))
			s := openWith(t, dir, Options{Keyring: ring, Now: at(noon)})
			assertFilled(t, s.Card(specimen))
			assert.Equal(t, 1, ring.sets)
			assert.Equal(t, []Notice{{NoticeDamaged, vaultFile, s.Notices()[0].Err}}, s.Notices())
		})
	}
}

func TestNewerMarkerIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, vaultFile), []byte(`{"schema":2,"source":"tpm"}`), 0o600))
	s := openWith(t, dir, Options{Keyring: &ring{}})
	assert.Equal(t, "memory", s.Backend())
	assert.Equal(t, NoticeNewer, s.Notices()[0].Kind)
	assert.Error(t, s.Card(specimen).SetStatic(certificate))
}

func TestLocalKeyFile(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "garbage": "?", "no key": keyPrefix, "short key": keyPrefix + "00",
		"not hex": keyPrefix + string(bytes.Repeat([]byte("zz"), masterSize)), "oversized": string(make([]byte, 5000)),
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			fill(t, s.Card(specimen))
			path := filepath.Join(s.dir, localKeyFile)
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))

			assert.Zero(t, open(t, s.dir).Card(specimen).Epoch())
			assert.NoFileExists(t, path+".corrupt-1", "reading changes nothing")
			later := open(t, s.dir)
			fill(t, later.Card(specimen))
			assert.Equal(t, NoticeDamaged, later.Notices()[0].Kind)
			kept, err := os.ReadFile(path + ".corrupt-1")
			require.NoError(t, err)
			assert.Equal(t, content, string(kept))
			assertFilled(t, open(t, s.dir).Card(specimen))
		})
	}
}

func TestExposedKeyFileIsMadePrivate(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s.Card(specimen))
	path := filepath.Join(s.dir, localKeyFile)
	require.NoError(t, os.Chmod(path, 0o644))
	assertFilled(t, open(t, s.dir).Card(specimen))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.EqualValues(t, 0o600, info.Mode().Perm())
}

func TestNoKeyring(t *testing.T) {
	assert.Error(t, NoKeyring().Set("", "", ""))
	assert.Error(t, NoKeyring().Delete("", ""))
	_, err := NoKeyring().Get("", "")
	assert.NotErrorIs(t, err, ErrNoSecret)
}

// Without a session bus no bus may be started, and no key looked for.
func TestSystemKeyringWithoutABus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("PATH", "")
	_, err := systemKeyring{}.Get("CIEntro", "test")
	assert.ErrorContains(t, err, "no session bus")
	assert.ErrorContains(t, systemKeyring{}.Set("CIEntro", "test", "x"), "no session bus")
	assert.ErrorContains(t, systemKeyring{}.Delete("CIEntro", "test"), "no session bus")
	s := openWith(t, t.TempDir(), Options{Now: at(noon)})
	fill(t, s.Card(specimen))
	assert.Equal(t, "file", s.Backend())
}
