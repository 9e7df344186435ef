//go:build linux && cgo

package moduletest

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/virtual"
	"cientro/pkcs11module/builttest"
)

// waiting is a thread that waits for slot events.
func (l *library) waiting() chan pkcs11.SlotEvent { return l.WaitForSlotEvent(0) }

// TestSlotEvents: C_WaitForSlotEvent tells of a card that came or left, of the
// right slot, and soon: pcscd itself looks every 400 ms, and the reader's driver
// needs its time, so that the fastest of several is held to a bound.
func TestSlotEvents(t *testing.T) {
	s := newStage(t)
	c := s.plug(t)
	l := s.load(t)
	slot := l.token()
	drain(t, l)
	var fastest time.Duration = time.Hour
	for i := range often(4, 10) {
		event := l.waiting()
		begun := time.Now()
		if i%2 == 0 {
			c.Remove()
		} else {
			require.NoError(t, c.Insert())
		}
		select {
		case e := <-event:
			assert.Equal(t, slot, e.SlotID)
			fastest = min(fastest, time.Since(begun))
		case <-time.After(patience):
			require.FailNow(t, "no event")
		}
		slots, err := l.present()
		require.NoError(t, err)
		assert.Len(t, slots, i%2)
	}
	t.Logf("fastest event %v after the hand", fastest.Round(time.Millisecond))
	// 50 ms until the card asks itself whether it still lies there.
	assert.Less(t, fastest, (400+200+50)*time.Millisecond)

	// The end of the library wakes who waits.
	var ends []chan pkcs11.SlotEvent
	for range 3 {
		ends = append(ends, l.waiting())
	}
	time.Sleep(50 * time.Millisecond) // until they do; what follows holds anyway
	require.NoError(t, l.Finalize())
	for _, end := range ends {
		select {
		case e := <-end:
			assert.Zero(t, e.SlotID, "an event that is none")
		case <-time.After(patience):
			require.FailNow(t, "still waiting")
		}
	}
}

// drain takes the events that nobody asked for yet.
func drain(t *testing.T, l *library) {
	t.Helper()
	for {
		select {
		case e := <-l.WaitForSlotEvent(pkcs11.CKF_DONT_BLOCK):
			if e.SlotID == 0 { // CKR_NO_EVENT
				return
			}
		case <-time.After(patience):
			require.FailNow(t, "CKF_DONT_BLOCK blocks")
		}
	}
}

// present lists the slots with a card. Where one comes between the count and
// the list, the list is asked for again, as the standard has it (section 5.5).
func (l *library) present() ([]uint, error) {
	for {
		slots, err := l.GetSlotList(true)
		if !errors.Is(err, pkcs11.Error(pkcs11.CKR_BUFFER_TOO_SMALL)) {
			return slots, err
		}
	}
}

// TestReaders: a card in the second reader; slots keep their numbers whatever
// comes and goes, and sessions end with the card.
func TestReaders(t *testing.T) {
	s := newStage(t)
	second := builttest.Card(t, family)
	builttest.Serve(t, s.daemon.SecondAddr, second)
	l := s.load(t)
	slot := l.token()
	info, err := l.GetSlotInfo(slot)
	require.NoError(t, err)
	assert.Contains(t, info.SlotDescription, s.daemon.Readers()[1])
	h := l.loggedIn()
	l.signed(h, "in the second reader")

	first := s.plug(t)
	var both []uint
	eventually(t, "two tokens", func() bool {
		both, err = l.present()
		require.NoError(t, err)
		return len(both) == 2
	})
	assert.Contains(t, both, slot)
	l.signed(h, "the other card does not matter")
	spent(t, first, 0, 0)

	second.Remove()
	eventually(t, "the session ends", func() bool {
		_, err := l.GetSessionInfo(h)
		return returned(t, err) == pkcs11.CKR_SESSION_HANDLE_INVALID
	})
	_, err = l.OpenSession(slot, readOnly)
	answers(t, pkcs11.CKR_TOKEN_NOT_PRESENT, err)
	require.NoError(t, second.Insert())
	eventually(t, "the card is back", func() bool {
		now, err := l.present()
		require.NoError(t, err)
		return slices.Equal(both, now)
	})
	h = l.session(slot, readOnly)
	state, err := l.GetSessionInfo(h)
	require.NoError(t, err)
	assert.EqualValues(t, pkcs11.CKS_RO_PUBLIC_SESSION, state.State, "a card that was away is logged in to")
	require.NoError(t, l.Login(h, pkcs11.CKU_USER, rightPIN))
	l.signed(h, "and is back")
	spent(t, second, 2, 0)
}

// TestHotplug: cards come and go in both readers while threads poll, log in and
// sign. Nobody crashes or hangs, slots stay what they are, no try is lost, and
// in the end all is well.
func TestHotplug(t *testing.T) {
	s := newStage(t)
	cards := []*virtual.Card{builttest.Card(t, family), builttest.Card(t, family)}
	for i, address := range []string{s.daemon.VPCDAddr, s.daemon.SecondAddr} {
		builttest.Serve(t, address, cards[i])
	}
	l := s.load(t)
	var slots []uint
	eventually(t, "two tokens", func() bool {
		var err error
		slots, err = l.present()
		require.NoError(t, err)
		return len(slots) == 2
	})
	names := map[uint]string{}
	for _, slot := range slots {
		info, err := l.GetSlotInfo(slot)
		require.NoError(t, err)
		names[slot] = info.SlotDescription
	}
	var over atomic.Bool
	var signatures, polls, losses atomic.Int64
	var threads sync.WaitGroup
	for _, slot := range slots {
		threads.Go(func() { // as a browser looks at its slots
			for !over.Load() {
				info, err := l.GetSlotInfo(slot)
				if assert.NoError(t, err) {
					assert.Equal(t, names[slot], info.SlotDescription)
				}
				all, err := l.GetSlotList(false)
				assert.NoError(t, err)
				assert.Subset(t, all, slots)
				polls.Add(1)
				time.Sleep(time.Millisecond)
			}
		})
		threads.Go(func() {
			for !over.Load() {
				err := l.during(slot, func(h pkcs11.SessionHandle) error {
					if err := l.Login(h, pkcs11.CKU_USER, rightPIN); err != nil {
						return err
					}
					keys, err := l.search(h)
					if err != nil {
						return err
					}
					for !over.Load() {
						if err := l.SignInit(h, mechanism(pkcs11.CKM_SHA256_RSA_PKCS), keys); err != nil {
							return err
						}
						signature, err := l.Sign(h, []byte("while cards move"))
						if err != nil {
							return err
						}
						checkSignature(t, []byte("while cards move"), signature)
						signatures.Add(1)
					}
					return nil
				})
				if err != nil {
					losses.Add(1)
					assert.Contains(t, allowedWhileMoving, returned(t, err), "%v", err)
					time.Sleep(5 * time.Millisecond)
				}
			}
		})
	}
	random := rand.New(rand.NewPCG(3, 4))
	for i := range often(50, 200) {
		c := cards[random.IntN(2)]
		if c.Inserted() {
			c.Remove()
		} else {
			require.NoError(t, c.Insert())
		}
		pause := time.Duration(random.IntN(100)) * time.Millisecond
		if i%10 == 9 { // long enough to be seen and worked with
			pause += 1200 * time.Millisecond
		}
		time.Sleep(pause)
	}
	moving := signatures.Load()
	for _, c := range cards {
		require.NoError(t, c.Insert())
	}
	eventually(t, "cards are signed with again", func() bool { return signatures.Load() > moving+10 })
	over.Store(true)
	threads.Wait()
	eventually(t, "the same slots", func() bool {
		now, err := l.present()
		require.NoError(t, err)
		return slices.Equal(slots, now)
	})
	t.Logf("%d signatures while cards moved, %d polls, %d calls met a card that moved", moving, polls.Load(), losses.Load())
	assert.Len(t, agents(t, l.home), 1, "the agent was lost")
	assert.NotZero(t, losses.Load(), "the test moved nothing")
	assert.NotZero(t, moving, "nothing was signed between the moves")
	for _, c := range cards {
		assert.Zero(t, c.Counters().Wrong[pinReference])
		noPUK(t, c.Counters())
		assert.Equal(t, 3, c.State().PINTries)
	}
	require.NoError(t, l.Finalize())
	for _, c := range cards {
		forgets(t, c)
	}
}

// allowedWhileMoving is what a host may be told whose card moves. A try is
// never lost, so no wrong or blocked PIN.
var allowedWhileMoving = []uint{
	pkcs11.CKR_TOKEN_NOT_PRESENT, pkcs11.CKR_DEVICE_REMOVED, pkcs11.CKR_DEVICE_ERROR, pkcs11.CKR_SESSION_HANDLE_INVALID,
	pkcs11.CKR_TOKEN_NOT_RECOGNIZED, pkcs11.CKR_USER_NOT_LOGGED_IN, pkcs11.CKR_KEY_HANDLE_INVALID, pkcs11.CKR_FUNCTION_FAILED,
	pkcs11.CKR_OPERATION_NOT_INITIALIZED,
}

// during opens a session, which it closes again.
func (l *library) during(slot uint, work func(pkcs11.SessionHandle) error) error {
	h, err := l.OpenSession(slot, readOnly)
	if err != nil {
		return err
	}
	defer func() { _ = l.CloseSession(h) }()
	return work(h)
}

// search finds the private key, for threads that may not fail the test.
func (l *library) search(h pkcs11.SessionHandle) (pkcs11.ObjectHandle, error) {
	if err := l.FindObjectsInit(h, []*pkcs11.Attribute{class(pkcs11.CKO_PRIVATE_KEY)}); err != nil {
		return 0, err
	}
	keys, _, err := l.FindObjects(h, 1)
	if err != nil {
		return 0, err
	}
	if err := l.FindObjectsFinal(h); err != nil || len(keys) == 0 {
		return 0, err
	}
	return keys[0], nil
}
