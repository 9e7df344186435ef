package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/settings"
	"cientro/card/iso7816"
	"cientro/card/pcsc"
	"cientro/pkcs11module/token"
)

// scriptedService is a smart card service that tells what it was told to tell.
type scriptedService struct {
	readers []pcsc.Reader
	events  []pcsc.Event
	more    chan pcsc.Event
	closed  bool
}

func (s *scriptedService) Readers() ([]pcsc.Reader, error) { return s.readers, nil }

func (s *scriptedService) Watch(ctx context.Context, tell func(pcsc.Event)) error {
	for _, e := range s.events {
		tell(e)
	}
	for {
		select {
		case e := <-s.more:
			tell(e)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *scriptedService) Connect(context.Context, string) (token.Connection, error) {
	return nil, &iso7816.LinkError{Kind: iso7816.LinkBusy}
}

func (s *scriptedService) Close() error {
	s.closed = true
	return nil
}

const contactless = "ACS ACR122U PICC Interface 00 00"

// watched collects what agentReaders tell, in the bubble of a synctest.
type watchedReaders struct {
	*agentReaders
	stop func()

	mu     sync.Mutex
	events []token.Event
}

func watchReaders(t *testing.T, open func(context.Context) (smartCardService, error), file string) *watchedReaders {
	t.Helper()
	paths := settings.Paths{Config: filepath.Dir(file), State: filepath.Dir(file)}
	w := &watchedReaders{agentReaders: &agentReaders{
		open: open, log: slog.New(slog.DiscardHandler),
		virtual: newVirtualOffer(settings.Source{File: file}, paths),
	}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- w.Watch(ctx, func(e token.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.events = append(w.events, e)
		})
	}()
	w.stop = func() {
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	}
	return w
}

func (w *watchedReaders) told() []token.Event {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	told := w.events
	w.events = nil
	return told
}

func always(s *scriptedService) func(context.Context) (smartCardService, error) {
	return func(context.Context) (smartCardService, error) { return s, nil }
}

func file(t *testing.T) string { return filepath.Join(t.TempDir(), "settings.json") }

func TestReadersOfPCSC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scriptedService{
			more: make(chan pcsc.Event),
			readers: []pcsc.Reader{
				{Name: contactless, CardPresent: true},
				{Name: "OMNIKEY 5022 00 00"},
				{Name: "Gemalto GemPC Twin 00 00", CardPresent: true},
				{Name: "ACS ACR1252 [SAM] 00 01"},
			},
			events: []pcsc.Event{
				{Kind: pcsc.ReaderAdded, Reader: contactless},
				{Kind: pcsc.ReaderAdded, Reader: "OMNIKEY 5022 00 00"},
				{Kind: pcsc.ReaderAdded, Reader: "Gemalto GemPC Twin 00 00"},
				{Kind: pcsc.ReaderAdded, Reader: "ACS ACR1252 [SAM] 00 01"},
				{Kind: pcsc.CardInserted, Reader: "Gemalto GemPC Twin 00 00", Insertion: 1},
				{Kind: pcsc.CardInserted, Reader: contactless, Insertion: 2},
			},
		}
		w := watchReaders(t, always(s), file(t))
		assert.Equal(t, []token.Event{
			{Kind: token.ReaderAdded, Reader: contactless},
			{Kind: token.ReaderAdded, Reader: "OMNIKEY 5022 00 00"},
			{Kind: token.CardInserted, Reader: contactless, Insertion: 2},
			{Kind: token.Settled},
		}, w.told())
		for kind, want := range map[pcsc.EventKind]token.EventKind{
			pcsc.CardRemoved: token.CardRemoved, pcsc.CardSwapped: token.CardInserted,
			pcsc.CardMute: token.CardMute, pcsc.ReaderRemoved: token.ReaderRemoved,
		} {
			s.more <- pcsc.Event{Kind: kind, Reader: contactless, Insertion: 3}
			assert.Equal(t, []token.Event{{Kind: want, Reader: contactless, Insertion: 3}}, w.told())
		}
		s.more <- pcsc.Event{Kind: pcsc.ServiceLost, Err: errors.New("gone")}
		s.more <- pcsc.Event{Kind: pcsc.ServiceBack}
		assert.Empty(t, w.told(), "its readers are told one by one")
		w.stop()
	})
}

func TestStartIsToldAtOnce(t *testing.T) {
	for name, s := range map[string]*scriptedService{
		"no reader": {},
		"mute card": {
			readers: []pcsc.Reader{{Name: contactless, CardPresent: true, Mute: true}},
			events:  []pcsc.Event{{Kind: pcsc.ReaderAdded, Reader: contactless}, {Kind: pcsc.CardMute, Reader: contactless, Insertion: 1}},
		},
		"unplugged meanwhile": {
			readers: []pcsc.Reader{{Name: contactless, CardPresent: true}},
			events:  []pcsc.Event{{Kind: pcsc.ReaderAdded, Reader: contactless}, {Kind: pcsc.ReaderRemoved, Reader: contactless}},
		},
		"lost meanwhile": {
			readers: []pcsc.Reader{{Name: contactless, CardPresent: true}},
			events:  []pcsc.Event{{Kind: pcsc.ServiceLost}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				w := watchReaders(t, always(s), file(t))
				told := w.told()
				require.NotEmpty(t, told)
				assert.Equal(t, token.Settled, told[len(told)-1].Kind)
				assert.Zero(t, time.Since(begun))
				w.stop()
			})
		})
	}
}

// TestServiceThatComesLater: a browser must not wait for it, nor be started
// again.
func TestServiceThatComesLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var looked atomic.Int32
		s := &scriptedService{
			readers: []pcsc.Reader{{Name: contactless}},
			events:  []pcsc.Event{{Kind: pcsc.ReaderAdded, Reader: contactless}},
		}
		w := watchReaders(t, func(context.Context) (smartCardService, error) {
			if looked.Add(1) < 30 {
				return nil, &pcsc.ServiceError{State: pcsc.StateMissing}
			}
			return s, nil
		}, file(t))
		assert.Equal(t, []token.Event{{Kind: token.Settled}}, w.told())
		_, err := w.Connect(t.Context(), contactless)
		assert.ErrorIs(t, err, iso7816.ErrRemoved)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		assert.Less(t, looked.Load(), int32(20), "a busy loop")
		time.Sleep(40 * time.Second)
		assert.Equal(t, []token.Event{{Kind: token.ReaderAdded, Reader: contactless}}, w.told())
		_, err = w.Connect(t.Context(), contactless)
		assert.ErrorIs(t, err, iso7816.ErrBusy)
		w.stop()
	})
}

// TestServiceThatHangs: the virtual card is there all the same.
func TestServiceThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := file(t)
		source := settings.Source{File: path}
		_, err := source.Update(func(s *settings.Settings) { s.VirtualCard = true })
		require.NoError(t, err)
		w := watchReaders(t, func(ctx context.Context) (smartCardService, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, path)
		assert.Empty(t, w.told())
		time.Sleep(startPatience)
		assert.Equal(t, []token.Event{
			{Kind: token.ReaderAdded, Reader: virtualReaderName, Demo: true},
			{Kind: token.CardInserted, Reader: virtualReaderName, Insertion: 1, Demo: true},
			{Kind: token.Settled},
		}, w.told())
		w.stop()
	})
}

func TestOneServiceForAllConnections(t *testing.T) {
	var opened []*scriptedService
	r := &agentReaders{}
	r.open = func(context.Context) (smartCardService, error) {
		s := &scriptedService{}
		opened = append(opened, s)
		if len(opened) == 1 { // somebody is quicker
			_, err := r.reachOnce(t.Context())
			require.NoError(t, err)
		}
		return s, nil
	}
	got, err := r.reachOnce(t.Context())
	require.NoError(t, err)
	require.Len(t, opened, 2)
	assert.Same(t, opened[1], got)
	assert.True(t, opened[0].closed)
	again, err := r.reachOnce(t.Context())
	require.NoError(t, err)
	assert.Same(t, got, again)
	assert.Len(t, opened, 2)
}

func TestVirtualReaderFollowsTheSetting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := file(t)
		source := settings.Source{File: path}
		offer := func(offered bool) {
			_, err := source.Update(func(s *settings.Settings) { s.VirtualCard = offered })
			require.NoError(t, err)
			time.Sleep(lookEvery)
		}
		w := watchReaders(t, always(&scriptedService{}), path)
		assert.Equal(t, []token.Event{{Kind: token.Settled}}, w.told())
		offer(false)
		assert.Empty(t, w.told())

		event := func(kind token.EventKind, insertion uint64) token.Event {
			return token.Event{Kind: kind, Reader: virtualReaderName, Insertion: insertion, Demo: true}
		}
		offer(true)
		assert.Equal(t, []token.Event{event(token.ReaderAdded, 0), event(token.CardInserted, 1)}, w.told())
		c, err := w.Connect(t.Context(), virtualReaderName)
		require.NoError(t, err)
		assert.NotEmpty(t, c.ATR())
		require.NoError(t, c.Close())
		time.Sleep(time.Minute)
		assert.Empty(t, w.told())

		card := app.NewVirtualCard(w.virtual.file)
		_, err = card.Create(app.VirtualOptions{Profile: "nxp"})
		require.NoError(t, err)
		time.Sleep(lookEvery)
		assert.Equal(t, []token.Event{event(token.CardInserted, 2)}, w.told(), "another card lies there")
		_, err = card.Reset()
		require.NoError(t, err)
		time.Sleep(lookEvery)
		assert.Empty(t, w.told(), "it is the same card")

		offer(false)
		assert.Equal(t, []token.Event{event(token.CardRemoved, 2), event(token.ReaderRemoved, 0)}, w.told())
		offer(true)
		assert.Equal(t, []token.Event{event(token.ReaderAdded, 0), event(token.CardInserted, 3)}, w.told())
		w.stop()
	})
}

func TestNoPlaceForAVirtualCard(t *testing.T) {
	v := newVirtualOffer(settings.Source{Policy: policyOf(`{"virtualCard":true}`)}, settings.Paths{})
	assert.False(t, v.offered())
}

type policyOf string

func (p policyOf) Read() ([]byte, error) { return []byte(p), nil }

func TestLibraryVersion(t *testing.T) {
	for text, want := range map[string][2]byte{
		"v1.2.3": {1, 2}, "2.40": {2, 40}, "v0.3-12-gabcdef-dirty": {0, 3}, "v1": {0, 1}, "dev": {0, 1}, "v1.300": {0, 1}, "": {0, 1},
	} {
		got := libraryVersion(text)
		assert.Equal(t, want, [2]byte{got.Major, got.Minor}, text)
	}
}
