package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Canaries: what must never be seen on the disk.
var (
	specimen    = []byte("000000005216") // an EF.SN
	certificate = []byte("CN=SPECIMEN/TESTINA PROVA, SPCTTN80A01H501X")
)

// noon is the time of the tests' clock.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func at(moment time.Time) func() time.Time { return func() time.Time { return moment } }

// open opens a store in a folder with the key in a file.
func open(t *testing.T, dir string) *Store {
	return openWith(t, dir, Options{Keyring: NoKeyring(), Now: at(noon)})
}

// openWith opens a store that waits for its keyring as long as it takes, unless
// the options say otherwise: with the default a busy machine would choose the file.
func openWith(t *testing.T, dir string, options Options) *Store {
	if options.KeyTimeout == 0 {
		options.KeyTimeout = time.Minute
	}
	s, err := Open(dir, options)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// fill sets every value of a record.
func fill(t *testing.T, r *Record) {
	require.NoError(t, r.SetCounter(0x81, Seen{TriesLeft: 2, At: noon, FailedSince: true}))
	require.NoError(t, r.SetCounter(0x82, Seen{TriesLeft: 10, At: noon}))
	require.NoError(t, r.SetQuerySafety(SafetyFree))
	require.NoError(t, r.SetOverride(true))
	require.NoError(t, r.SetStatic(certificate))
	_, err := r.BumpEpoch()
	require.NoError(t, err)
}

func assertFilled(t *testing.T, r *Record) {
	t.Helper()
	pin, ok := r.Counter(0x81)
	assert.True(t, ok)
	assert.Equal(t, Seen{TriesLeft: 2, At: noon, FailedSince: true}, pin)
	puk, ok := r.Counter(0x82)
	assert.True(t, ok)
	assert.Equal(t, Seen{TriesLeft: 10, At: noon}, puk)
	assert.Equal(t, SafetyFree, r.QuerySafety())
	assert.True(t, r.Override())
	assert.GreaterOrEqual(t, r.Epoch(), uint64(noon.UnixMilli()))
	static, ok := r.Static()
	assert.True(t, ok)
	assert.Equal(t, certificate, static)
}

func assertEmpty(t *testing.T, r *Record) {
	t.Helper()
	_, ok := r.Counter(0x81)
	assert.False(t, ok)
	assert.Equal(t, SafetyUnknown, r.QuerySafety())
	assert.False(t, r.Override())
	assert.Zero(t, r.Epoch())
	assert.False(t, r.WasLeftVerified())
	_, ok = r.Static()
	assert.False(t, ok)
}

func TestRecordOutlivesTheProgram(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cards")
	fill(t, open(t, dir).Card(specimen))
	s := open(t, dir)
	assertFilled(t, s.Card(specimen))
	assertEmpty(t, s.Card([]byte("000000005217")))
	assert.Equal(t, "file", s.Backend())
	assert.Empty(t, s.Notices())
	assert.Same(t, s.Card(specimen), s.Card(specimen))
}

func TestMemoryRemembersAndWritesNothing(t *testing.T) {
	s := Memory()
	s.now = at(noon)
	fill(t, s.Card(specimen))
	assertFilled(t, s.Card(specimen))
	assert.Equal(t, "memory", s.Backend())
	mark := s.Card(specimen).Mark()
	require.NoError(t, mark.Set())
	assert.False(t, s.Card(specimen).WasLeftVerified())
	require.NoError(t, mark.Leave())
	assert.True(t, s.Card(specimen).WasLeftVerified())
	require.NoError(t, mark.Clear())
	assert.False(t, s.Card(specimen).WasLeftVerified())
	require.NoError(t, s.Forget(specimen))
	assertEmpty(t, s.Card(specimen))
	fill(t, s.Card(specimen))
	require.NoError(t, s.ForgetAll())
	assertEmpty(t, s.Card(specimen))
	require.NoError(t, s.Close())
}

func TestUnknownCardsShareNothing(t *testing.T) {
	s := open(t, t.TempDir())
	require.NoError(t, s.Card(nil).SetOverride(true))
	assert.False(t, s.Card(nil).Override())
	assert.False(t, s.Card([]byte{}).Override())
	assert.NoError(t, s.Forget(nil))
	entries, err := os.ReadDir(s.dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestOpenAndReadingTouchNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cards")
	ring := &ring{}
	s := openWith(t, dir, Options{Keyring: ring})
	record := s.Card(specimen)
	record.Counter(0x81)
	record.Epoch()
	record.WasLeftVerified()
	assert.NoDirExists(t, dir)
	assert.Zero(t, ring.calls(), "the guard never needs a keyring")
	require.NoError(t, record.SetCounter(0x81, Seen{TriesLeft: 3}))
	assert.Zero(t, ring.calls(), "the guard never needs a keyring")

	_, err := Open("", Options{})
	assert.Error(t, err)
}

func TestFilesArePrivateAndSayNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cards")
	s := openWith(t, dir, Options{Keyring: &ring{}})
	fill(t, s.Card(specimen))
	require.NoError(t, s.Card(specimen).Mark().Set())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x"), nil, 0o600))
	info, err := os.Stat(dir)
	require.NoError(t, err)
	assert.EqualValues(t, 0o700, info.Mode().Perm())
	sealed := 0
	for name, content := range files(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.EqualValues(t, 0o600, info.Mode().Perm(), name)
		for _, canary := range canaries() {
			assert.NotContains(t, strings.ToLower(name), canary)
			assert.False(t, bytes.Contains(bytes.ToLower(content), []byte(canary)), "%s in %s", canary, name)
		}
		if strings.HasSuffix(name, guardExtension) || strings.HasSuffix(name, staticExt) {
			sealed++
			assert.NotContains(t, string(content), "schema")
		}
	}
	assert.Equal(t, 2, sealed)
}

// canaries are the specimen's data in the forms they could leak in.
func canaries() []string {
	return []string{
		strings.ToLower(string(specimen)), "303030303030303035323136", "mdawmdawmdawntixng",
		"specimen", "testina", "spcttn80a01h501x", "q049u1bfq0lnru4", "tries", "counters",
	}
}

func files(t *testing.T, dir string) map[string][]byte {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	contents := map[string][]byte{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		require.NoError(t, err)
		contents[entry.Name()] = content
	}
	return contents
}

func TestOtherProgramsSeeAChangeAtOnce(t *testing.T) {
	dir := t.TempDir()
	agent, desktop := open(t, dir).Card(specimen), open(t, dir).Card(specimen)
	before := agent.Epoch()
	raised, err := desktop.BumpEpoch()
	require.NoError(t, err)
	assert.Greater(t, raised, before)
	assert.Equal(t, raised, agent.Epoch())
	again, err := agent.BumpEpoch()
	require.NoError(t, err)
	assert.Greater(t, again, raised, "in the same millisecond too")
	require.NoError(t, desktop.SetCounter(0x81, Seen{TriesLeft: 1, At: noon}))
	seen, _ := agent.Counter(0x81)
	assert.Equal(t, 1, seen.TriesLeft)
	require.NoError(t, desktop.SetStatic([]byte{1}))
	static, ok := agent.Static()
	assert.True(t, ok)
	assert.Equal(t, []byte{1}, static)
}

func TestEpochIsNeverRepeatedAfterForgetting(t *testing.T) {
	clock := noon
	s := openWith(t, t.TempDir(), Options{Keyring: NoKeyring(), Now: func() time.Time { return clock }})
	first, err := s.Card(specimen).BumpEpoch()
	require.NoError(t, err)
	require.NoError(t, s.Forget(specimen))
	assert.Zero(t, s.Card(specimen).Epoch())
	clock = clock.Add(time.Second)
	second, err := s.Card(specimen).BumpEpoch()
	require.NoError(t, err)
	assert.Greater(t, second, first)
}

func TestCounterKeepsTheLatestSight(t *testing.T) {
	r := open(t, t.TempDir()).Card(specimen)
	require.NoError(t, r.SetCounter(0x81, Seen{TriesLeft: 1, At: noon}))
	require.NoError(t, r.SetCounter(0x81, Seen{TriesLeft: 3, At: noon.Add(-time.Second)}))
	seen, _ := r.Counter(0x81)
	assert.Equal(t, 1, seen.TriesLeft, "an older sight must not hide the last try")

	// A clock that was wrong must not freeze the counter.
	require.NoError(t, r.SetCounter(0x81, Seen{TriesLeft: 3, At: noon.Add(time.Hour)}))
	require.NoError(t, r.SetCounter(0x81, Seen{TriesLeft: 2}))
	seen, _ = r.Counter(0x81)
	assert.Equal(t, Seen{TriesLeft: 2, At: noon}, seen)

	for _, tries := range []int{-2, 16} {
		assert.Error(t, r.SetCounter(0x81, Seen{TriesLeft: tries}))
	}
	seen, _ = r.Counter(0x81)
	assert.Equal(t, 2, seen.TriesLeft)
}

func TestUnsafeToQueryStays(t *testing.T) {
	r := open(t, t.TempDir()).Card(specimen)
	require.NoError(t, r.SetQuerySafety(SafetyFree))
	require.NoError(t, r.SetQuerySafety(SafetyUnsafe))
	require.NoError(t, r.SetQuerySafety(SafetyFree))
	require.NoError(t, r.SetQuerySafety(SafetyUnknown))
	assert.Equal(t, SafetyUnsafe, r.QuerySafety())
	assert.Error(t, r.SetQuerySafety("cheap"))
}

func TestLeftVerified(t *testing.T) {
	dir := t.TempDir()
	marker, other := open(t, dir), open(t, dir)
	mark := marker.Card(specimen).Mark()
	require.NoError(t, mark.Set())
	require.NoError(t, mark.Set())
	assert.False(t, other.Card(specimen).WasLeftVerified(), "its program still runs")
	assert.False(t, marker.Card(specimen).WasLeftVerified())

	require.NoError(t, marker.Close()) // as the kernel does at a kill
	assert.True(t, other.Card(specimen).WasLeftVerified())
	assert.True(t, open(t, dir).Card(specimen).WasLeftVerified())
	require.NoError(t, other.Card(specimen).Mark().Clear())
	assert.False(t, open(t, dir).Card(specimen).WasLeftVerified())
}

func TestTwoProgramsMayHoldACardVerified(t *testing.T) {
	dir := t.TempDir()
	one, two, third := open(t, dir), open(t, dir), open(t, dir)
	require.NoError(t, one.Card(specimen).Mark().Set())
	require.NoError(t, two.Card(specimen).Mark().Set())
	require.NoError(t, one.Close())
	assert.False(t, third.Card(specimen).WasLeftVerified())
	require.NoError(t, two.Close())
	assert.True(t, third.Card(specimen).WasLeftVerified())
}

// One process may hold a card for several programs that it serves.
func TestMarksOfOneProcess(t *testing.T) {
	for _, end := range []struct {
		name string
		ends func(*Mark) error
	}{{"cleared", (*Mark).Clear}, {"left", (*Mark).Leave}} {
		t.Run(end.name, func(t *testing.T) {
			dir := t.TempDir()
			server, other := open(t, dir), open(t, dir)
			one, two := server.Card(specimen).Mark(), server.Card(specimen).Mark()
			require.NoError(t, one.Set())
			require.NoError(t, two.Set())
			require.NoError(t, end.ends(two))
			assert.False(t, other.Card(specimen).WasLeftVerified(), "the first one still runs")
			require.NoError(t, server.Close()) // as the kernel does at a kill
			assert.True(t, other.Card(specimen).WasLeftVerified())
		})
	}
}

// A mark that is set while another one waits to be cleared stands.
func TestMarkSetWhileAnotherIsCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		one, two, third := open(t, dir), open(t, dir), open(t, dir)
		ending, beginning := one.Card(specimen).Mark(), two.Card(specimen).Mark()
		for range 5 {
			require.NoError(t, ending.Set())
			var both sync.WaitGroup
			require.NoError(t, third.locked(recordsLock, func() error {
				both.Go(func() { assert.NoError(t, ending.Clear()) })
				time.Sleep(5 * time.Millisecond) // it has seen that nobody holds the card
				both.Go(func() { assert.NoError(t, beginning.Set()) })
				time.Sleep(5 * time.Millisecond)
				return nil
			}))
			both.Wait()
			require.NoError(t, beginning.Leave())
			require.True(t, third.Card(specimen).WasLeftVerified())
		}
	})
}

func TestStatic(t *testing.T) {
	s := open(t, t.TempDir())
	r := s.Card(specimen)
	require.NoError(t, r.SetStatic(certificate))
	got, _ := r.Static()
	got[0]++
	again, ok := r.Static()
	assert.True(t, ok)
	assert.Equal(t, certificate, again, "the caller's copy is its own")
	require.NoError(t, r.SetStatic([]byte{}))
	_, ok = r.Static()
	assert.True(t, ok)

	big := make([]byte, maxFileSize)
	assert.Error(t, r.SetStatic(big))
	got, ok = r.Static()
	assert.True(t, ok)
	assert.Equal(t, big, got, "what the disk refuses stays in this process")
	got, ok = open(t, s.dir).Card(specimen).Static()
	assert.True(t, ok)
	assert.Empty(t, got)
}

func TestForget(t *testing.T) {
	s := open(t, t.TempDir())
	other := []byte("000000005217")
	fill(t, s.Card(specimen))
	fill(t, s.Card(other))
	require.NoError(t, s.Forget(specimen))
	assertEmpty(t, s.Card(specimen))
	assertFilled(t, s.Card(other))
	require.NoError(t, s.Forget(specimen))

	damage(t, s.dir, guardExtension, []byte("x"))
	s.Card(other).Epoch()
	require.NoError(t, s.ForgetAll())
	assertEmpty(t, open(t, s.dir).Card(other))
	for name := range files(t, s.dir) {
		assert.NotContains(t, name, guardExtension)
		assert.NotContains(t, name, staticExt)
	}
	require.NoError(t, open(t, filepath.Join(s.dir, "none")).ForgetAll())
	assert.Error(t, open(t, filepath.Join(s.dir, localKeyFile)).ForgetAll())
}

func TestPseudonym(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	pseudonym := s.Pseudonym("card", specimen)
	assert.Regexp(t, regexp.MustCompile(`^card-[0-9a-f]{8}$`), pseudonym)
	assert.Equal(t, pseudonym, open(t, dir).Pseudonym("card", specimen), "the same in each report")
	assert.NotEqual(t, pseudonym, open(t, t.TempDir()).Pseudonym("card", specimen), "another user's differs")
	assert.NotEqual(t, pseudonym[5:], s.Pseudonym("reader", specimen)[7:])
	assert.NotEqual(t, pseudonym, s.Pseudonym("card", []byte("000000005217")))
	assert.Equal(t, Memory().Pseudonym("x", nil)[:2], "x-")

	blocked := open(t, filepath.Join(blockedFolder(t), "cards"))
	assert.Equal(t, blocked.Pseudonym("card", specimen), blocked.Pseudonym("card", specimen))
	assert.NotEmpty(t, blocked.Notices())
}

func TestDigestIsOfThisProcess(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	assert.Len(t, s.Digest([]byte("x")), 32)
	assert.Equal(t, s.Digest([]byte("x")), s.Digest([]byte("x")))
	assert.NotEqual(t, s.Digest([]byte("x")), s.Digest([]byte("y")))
	assert.NotEqual(t, s.Digest([]byte("x")), open(t, dir).Digest([]byte("x")))
}

// blockedFolder is a path below which nothing can be made, for root neither.
func blockedFolder(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	return path
}

func TestFailingDiskKeepsValuesInTheProcess(t *testing.T) {
	s := open(t, filepath.Join(blockedFolder(t), "cards"))
	r := s.Card(specimen)
	assert.Error(t, r.SetCounter(0x81, Seen{TriesLeft: 2, At: noon, FailedSince: true}))
	assert.Error(t, r.SetCounter(0x82, Seen{TriesLeft: 10, At: noon}))
	assert.Error(t, r.SetQuerySafety(SafetyFree))
	assert.Error(t, r.SetOverride(true))
	assert.Error(t, r.SetStatic(certificate))
	mark := r.Mark()
	assert.Error(t, mark.Set())
	first, err := r.BumpEpoch()
	assert.Error(t, err)
	assert.EqualValues(t, noon.UnixMilli(), first)
	assertFilled(t, r)
	second, err := r.BumpEpoch()
	assert.Error(t, err)
	assert.Greater(t, second, first)
	assert.Equal(t, second, r.Epoch())
	assert.Error(t, mark.Clear())
	assert.Equal(t, "memory", s.Backend())
	require.NotEmpty(t, s.Notices())
	for _, notice := range s.Notices() {
		assert.Equal(t, NoticeDisk, notice.Kind)
		assert.NotEmpty(t, notice.String())
	}
}

func TestDiskThatFailsForAWhile(t *testing.T) {
	base := t.TempDir()
	s := open(t, filepath.Join(base, "cards"))
	r := s.Card(specimen)
	require.NoError(t, r.SetCounter(0x81, Seen{TriesLeft: 3, At: noon}))
	away := filepath.Join(base, "away")
	require.NoError(t, os.Rename(s.dir, away))
	require.NoError(t, os.WriteFile(s.dir, nil, 0o600))
	assert.Error(t, r.SetCounter(0x81, Seen{TriesLeft: 2, At: noon}))
	epoch, err := r.BumpEpoch()
	assert.Error(t, err)
	seen, _ := r.Counter(0x81)
	assert.Equal(t, 2, seen.TriesLeft)
	require.NoError(t, os.Remove(s.dir))
	require.NoError(t, os.Rename(away, s.dir))

	require.NoError(t, r.SetOverride(true), "goes out with all that waited")
	other := open(t, s.dir).Card(specimen)
	seen, _ = other.Counter(0x81)
	assert.Equal(t, 2, seen.TriesLeft)
	assert.Equal(t, epoch, other.Epoch())
	assert.True(t, other.Override())
}

func TestConcurrentUseLosesNothing(t *testing.T) {
	for name, s := range map[string]*Store{"memory": Memory(), "disk": open(t, t.TempDir())} {
		t.Run(name, func(t *testing.T) {
			r := s.Card(specimen)
			var mu sync.Mutex
			epochs := map[uint64]bool{}
			var wait sync.WaitGroup
			for n := range 8 {
				wait.Go(func() {
					for range 5 {
						epoch, err := r.BumpEpoch()
						assert.NoError(t, err)
						mu.Lock()
						epochs[epoch] = true
						mu.Unlock()
						r.Epoch()
						s.Pseudonym("card", specimen)
						s.Backend()
					}
					assert.NoError(t, r.SetCounter(byte(n), Seen{TriesLeft: n, At: noon}))
				})
			}
			wait.Wait()
			assert.Len(t, epochs, 40)
			for n := range 8 {
				seen, ok := r.Counter(byte(n))
				assert.True(t, ok)
				assert.Equal(t, n, seen.TriesLeft)
			}
		})
	}
}

func TestBusyLockIsWaitedForAtMostHalfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		require.NoError(t, s.Card(specimen).SetOverride(false))
		require.NoError(t, s.locked(recordsLock, func() error {
			start := time.Now()
			assert.Error(t, open(t, s.dir).Card(specimen).SetOverride(true))
			assert.InDelta(t, lockWait, time.Since(start), float64(50*time.Millisecond))
			return nil
		}))
	})
}

// damage overwrites the only file with this extension and returns its name.
func damage(t *testing.T, dir, extension string, content []byte) string {
	matches, err := filepath.Glob(filepath.Join(dir, "*"+extension))
	require.NoError(t, err)
	require.NotEmpty(t, matches)
	for _, match := range matches {
		require.NoError(t, os.WriteFile(match, content, 0o600))
	}
	return filepath.Base(matches[0])
}

func TestDamagedFilesAreSetAside(t *testing.T) {
	whole := func(t *testing.T, extension string) (*Store, []byte) {
		s := open(t, t.TempDir())
		fill(t, s.Card(specimen))
		matches, _ := filepath.Glob(filepath.Join(s.dir, "*"+extension))
		require.Len(t, matches, 1)
		content, err := os.ReadFile(matches[0])
		require.NoError(t, err)
		return s, content
	}
	for _, extension := range []string{guardExtension, staticExt} {
		for name, spoil := range map[string]func([]byte) []byte{
			"empty":     func([]byte) []byte { return nil },
			"garbage":   func([]byte) []byte { return []byte("garbage") },
			"truncated": func(c []byte) []byte { return c[:len(c)-1] },
			"only head": func(c []byte) []byte { return c[:len(magic)] },
			"bit":       func(c []byte) []byte { c[len(c)/2] ^= 1; return c },
			"oversized": func(c []byte) []byte { return append(c, make([]byte, maxFileSize)...) },
			"wrong key": func(c []byte) []byte {
				other, _ := deriveKeys(newMaster(), "local")
				return other.sealed("any", []byte(`{"schema":1}`))
			},
		} {
			t.Run(extension+" "+name, func(t *testing.T) {
				s, content := whole(t, extension)
				file := damage(t, s.dir, extension, spoil(content))
				later := open(t, s.dir)
				r := later.Card(specimen)
				if extension == guardExtension {
					assert.Zero(t, r.Epoch())
				} else {
					_, ok := r.Static()
					assert.False(t, ok)
				}
				require.Len(t, later.Notices(), 1)
				assert.Equal(t, NoticeDamaged, later.Notices()[0].Kind)
				assert.Equal(t, file, later.Notices()[0].File)
				assert.FileExists(t, later.path(file+".corrupt-1"))
				assert.NoFileExists(t, later.path(file))
				fill(t, r)
				assertFilled(t, open(t, s.dir).Card(specimen))
			})
		}
	}
}

func TestDamageIsHealedByTheProcessThatKnewBetter(t *testing.T) {
	s := open(t, t.TempDir())
	r := s.Card(specimen)
	fill(t, r)
	damage(t, s.dir, guardExtension, []byte("x"))
	require.NoError(t, r.SetOverride(true))
	assertFilled(t, open(t, s.dir).Card(specimen))
}

func TestAFileOfOneCardCannotStandForAnothers(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s.Card(specimen))
	local, err := s.localKeys(false)
	require.NoError(t, err)
	other := []byte("000000005217")
	require.NoError(t, os.Rename(s.path(local.fileName(specimen, guardExtension)), s.path(local.fileName(other, guardExtension))))
	assert.False(t, s.Card(other).Override())
	assert.Equal(t, NoticeDamaged, s.Notices()[0].Kind)
}

func TestNewerFilesAreLeftAlone(t *testing.T) {
	s := open(t, t.TempDir())
	r := s.Card(specimen)
	fill(t, r)
	local, err := s.localKeys(false)
	require.NoError(t, err)
	vault, _ := s.vaultKeys()
	newer := []byte(`{"schema":2,"static":{"new":"shape"},"epoch":"new shape"}`)
	require.NoError(t, s.write(local, local.fileName(specimen, guardExtension), newer))
	require.NoError(t, s.write(vault, vault.fileName(specimen, staticExt), newer))
	before := files(t, s.dir)

	later := open(t, s.dir)
	assertEmpty(t, later.Card(specimen))
	assert.ErrorIs(t, later.Card(specimen).SetOverride(true), errNewer)
	assert.ErrorIs(t, later.Card(specimen).SetStatic(nil), errNewer)
	assert.True(t, later.Card(specimen).Override(), "in this process")
	assert.Equal(t, before, files(t, s.dir))
	kinds := map[NoticeKind]int{}
	for _, notice := range later.Notices() {
		kinds[notice.Kind]++
	}
	assert.Equal(t, 2, kinds[NoticeNewer])
}

func TestUnreadableGuardIsNotReplaced(t *testing.T) {
	s := open(t, t.TempDir())
	r := s.Card(specimen)
	fill(t, r)
	local, err := s.localKeys(false)
	require.NoError(t, err)
	path := s.path(local.fileName(specimen, guardExtension))
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.Symlink(path, path)) // ELOOP, for root too
	assert.Error(t, r.SetOverride(false))
	seen, _ := r.Counter(0x81)
	assert.Equal(t, 2, seen.TriesLeft)
	assert.False(t, r.Override())
	_, err = os.Lstat(path)
	assert.False(t, errors.Is(err, fs.ErrNotExist))
}

func TestNoticesAreBoundedAndToldOnce(t *testing.T) {
	s := Memory()
	for n := range 3 * mostNotices {
		s.notify(NoticeDisk, string(rune('a'+n%40)), errDamaged)
	}
	assert.Len(t, s.Notices(), mostNotices)
}
