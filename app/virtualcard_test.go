package app

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
	"cientro/card/store"
	"cientro/card/virtual"
)

func virtualService(v *VirtualCard) *Service {
	return New(Config{Readers: VirtualReaders(v), Store: store.Memory(), QueryTries: true})
}

func TestTheVirtualCardIsThereWithoutBeingMade(t *testing.T) {
	v := shelf(t)
	info, err := v.Show()
	require.NoError(t, err)
	assert.False(t, info.Made)
	assert.Equal(t, "gemalto", info.Profile.Name)
	assert.Equal(t, rightPIN, info.State.PIN)
	status, err := virtualService(v).Status(within(t))
	require.NoError(t, err)
	require.Len(t, status.Readers, 1)
	assert.Equal(t, ReaderVirtual, status.Readers[0].Kind)
}

func TestTheVirtualCardRemembersBetweenPrograms(t *testing.T) {
	v := shelf(t)
	_, err := virtualService(v).VerifyPIN(within(t), Choice{}, typed(wrongPIN))
	require.Equal(t, KindWrongPIN, ProblemOf(err).Kind)
	info, err := v.Show()
	require.NoError(t, err)
	assert.Equal(t, 2, info.State.PINTries)

	_, err = virtualService(v).ChangePIN(within(t), Choice{}, typed(rightPIN, newPIN))
	require.NoError(t, err)
	_, err = virtualService(v).VerifyPIN(within(t), Choice{}, typed(newPIN))
	require.NoError(t, err)

	info, err = v.Reset()
	require.NoError(t, err)
	assert.Equal(t, rightPIN, info.State.PIN)
	_, err = virtualService(v).VerifyPIN(within(t), Choice{}, typed(rightPIN))
	require.NoError(t, err)
}

func TestResetRevivesACardThatWasBlockedForEver(t *testing.T) {
	v := shelf(t)
	s := virtualService(v)
	for left := 9; left >= 0; left-- {
		_, err := s.UnblockPIN(within(t), Choice{ConfirmPUK: left + 1}, typed(wrongPUK, newPIN))
		require.Error(t, err)
	}
	info, err := v.Show()
	require.NoError(t, err)
	require.True(t, info.State.BlockedForEver)
	_, err = v.Reset()
	require.NoError(t, err)
	_, err = virtualService(v).UnblockPIN(within(t), Choice{}, typed(rightPUK, newPIN))
	require.NoError(t, err)
}

func TestCreate(t *testing.T) {
	v := shelf(t)
	for _, name := range ProfileNames() {
		info, err := v.Create(VirtualOptions{Profile: name})
		require.NoError(t, err, name)
		assert.True(t, info.Made)
		r, err := virtualService(v).Card(within(t), Choice{}, nil)
		require.NoError(t, err, name)
		assert.Equal(t, info.Profile.ATR, r.ATR, name)
		assert.Nil(t, r.Refusal, name)
	}
	info, err := v.Create(VirtualOptions{SOD: virtual.SODSHA512, Settings: []byte(`{"signLimit":51}`)})
	require.NoError(t, err)
	assert.Equal(t, virtual.SODSHA512, info.Settings.SODVariant)
	assert.Equal(t, 51, info.Settings.SignLimit)
	info, err = v.Create(VirtualOptions{Fresh: true, Rand: rand.Reader, Now: time.Now()})
	require.NoError(t, err)
	assert.NotEqual(t, rightPIN, info.State.PIN)
	_, err = virtualService(v).VerifyPIN(within(t), Choice{}, typed(info.State.PIN))
	require.NoError(t, err)

	var profile *UnknownProfileError
	_, err = v.Create(VirtualOptions{Profile: "none"})
	require.ErrorAs(t, err, &profile)
	for _, o := range []VirtualOptions{{SOD: "md5"}, {Settings: []byte(`{"signLimit":0}`)}, {Settings: []byte(`no`)}} {
		_, err = v.Create(o)
		require.ErrorIs(t, err, virtual.ErrSettings)
	}
	after, err := v.Show()
	require.NoError(t, err)
	assert.Equal(t, info.Holder, after.Holder, "what cannot be made replaces nothing")
}

func TestADamagedVirtualCardIsToldAndKept(t *testing.T) {
	for _, content := range []string{"", "no", "{}", `{"schema":"cientro.virtual-card/9"}`, `{"schema":"cientro.virtual-card/1","profile":"gemalto","settings":{},"specimen":{}}`} {
		v := shelf(t)
		require.NoError(t, os.MkdirAll(filepath.Dir(v.path), 0o700))
		require.NoError(t, os.WriteFile(v.path, []byte(content), 0o600))
		for _, err := range []error{second(v.Show()), second(v.Reset()), second(virtualService(v).VerifyPIN(within(t), Choice{}, typed(rightPIN)))} {
			assert.Equal(t, "FILE-006", ProblemOf(err).Code, "%q: %v", content, err)
		}
		left, err := os.ReadFile(v.path)
		require.NoError(t, err)
		assert.Equal(t, content, string(left))
	}
	// A state that was played with gives no tries back.
	v := shelf(t)
	_, err := v.Create(VirtualOptions{})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(v.statePath(), []byte(`{"pin":"41739628","pinTries":9,"pukTries":10}`), 0o600))
	_, err = virtualService(v).Card(within(t), Choice{}, nil)
	assert.Equal(t, "FILE-006", ProblemOf(err).Code)
}

func second[T any](_ T, err error) error { return err }

func TestProgramsTakeTurnsWithTheVirtualCard(t *testing.T) {
	v := shelf(t)
	_, release, err := v.Hold()
	require.NoError(t, err)
	done := make(chan error)
	go func() {
		_, err := virtualService(v).Status(within(t))
		done <- err
	}()
	select {
	case <-done:
		t.Fatal("the card was had by two at once")
	case <-time.After(50 * time.Millisecond):
	}
	release()
	require.NoError(t, <-done)
}

// Two programs at once, one with wrong PINs between right ones: no try is lost
// and none is won.
func TestTriesAreNeitherLostNorWonBetweenPrograms(t *testing.T) {
	v := shelf(t)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			s := virtualService(v)
			for range 6 {
				if _, err := s.Card(within(t), Choice{}, nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		s := virtualService(v)
		for range 4 {
			for _, pin := range []string{wrongPIN, rightPIN} {
				// Consent may be gone because the other programs reset the card, not
				// because they spent tries: nothing else may go wrong.
				if _, err := s.VerifyPIN(within(t), Choice{}, typed(pin)); (err != nil) != (pin == wrongPIN) {
					t.Error(pin, err)
				}
			}
		}
	})
	wg.Wait()
	info, err := v.Show()
	require.NoError(t, err)
	assert.Equal(t, 3, info.State.PINTries)
}

func TestSharedLinkAfterAnotherProgram(t *testing.T) {
	v := shelf(t)
	readers := VirtualReaders(v)
	mine, err := readers.Connect(within(t), VirtualReaderName)
	require.NoError(t, err)
	reset, err := mine.Begin(within(t))
	require.NoError(t, err)
	assert.False(t, reset)
	require.NoError(t, mine.End(false))

	theirs, err := readers.Connect(within(t), VirtualReaderName) // switching on is a reset
	require.NoError(t, err)
	require.NoError(t, theirs.Close())
	reset, err = mine.Begin(within(t))
	require.NoError(t, err)
	assert.True(t, reset, "another program had the card")
	require.NoError(t, mine.End(true))
	reset, err = mine.Begin(within(t))
	require.NoError(t, err)
	assert.False(t, reset, "our own reset is no news")
	require.NoError(t, mine.Close())
	require.NoError(t, readers.Close())
}

func TestLinkToVirtualNeedsACard(t *testing.T) {
	b := newBench(t)
	b.cie("desk", nil).Remove()
	_, err := b.Connect(within(t), "desk")
	require.ErrorIs(t, err, iso7816.ErrRemoved)
}

func TestTraceTellsBodiesOfVirtualCardsOnly(t *testing.T) {
	for _, bodies := range []bool{false, true} {
		b := newBench(t)
		b.cie("desk", nil)
		var seen int
		s := New(Config{Readers: b, TraceBodies: bodies, Trace: func(e iso7816.Entry) { seen += len(e.Command) + len(e.Response) }})
		_, err := s.Card(within(t), Choice{}, nil)
		require.NoError(t, err)
		assert.Equal(t, bodies, seen > 0)
	}
}

func TestVirtualCardWithoutAFolder(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600))
	v := NewVirtualCard(filepath.Join(blocked, "state", "card.json"))
	for _, err := range []error{second(v.Create(VirtualOptions{})), second(v.Reset())} {
		var file *FileError
		require.ErrorAs(t, err, &file)
	}
	_, _, err := v.Hold()
	require.Error(t, err)
	status, err := virtualService(v).Status(within(t))
	require.NoError(t, err)
	assert.Error(t, status.Readers[0].Trouble)
}
