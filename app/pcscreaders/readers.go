package pcscreaders

import (
	"context"
	"errors"
	"sync"
	"time"

	"cientro/app"
	"cientro/card/iso7816"
	"cientro/card/pcsc"
)

// Open opens the system's smart card service for the use cases. Its readers are
// an [app.Watcher] as well. A service that cannot be used is an
// *app.ServiceError.
func Open(ctx context.Context) (app.Readers, error) {
	service, err := pcsc.Open(ctx)
	if err != nil {
		return nil, translate(err, "")
	}
	return newReaders(service), nil
}

// service is what is used of *pcsc.Service.
type service interface {
	Readers() ([]pcsc.Reader, error)
	Watch(ctx context.Context, tell func(pcsc.Event)) error
	Connect(ctx context.Context, reader string) (*pcsc.Card, error)
	Close() error
}

var (
	_ app.Readers = (*readers)(nil)
	_ app.Watcher = (*readers)(nil)
)

// readers puts PC/SC into the words of package app.
type readers struct {
	service service

	mu    sync.Mutex
	stays map[string]uint64 // by reader, as the watch told them
}

func newReaders(s service) *readers { return &readers{service: s, stays: map[string]uint64{}} }

// Readers is part of app.Readers. Stays are told while a watch runs.
func (r *readers) Readers(context.Context) ([]app.Reader, error) {
	list, err := r.service.Readers()
	if err != nil {
		return nil, translate(err, "")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	found := make([]app.Reader, len(list))
	for i, reader := range list {
		found[i] = app.Reader{
			Name: reader.Name, Kind: app.ReaderKind(reader.Kind),
			Present: reader.CardPresent, Mute: reader.Mute, ATR: reader.ATR,
		}
		if reader.CardPresent {
			found[i].Stay = r.stays[reader.Name]
		}
	}
	return found, nil
}

// Watch is part of app.Watcher. It survives the service, as [pcsc.Service.Watch]
// does; its loss and its return are changes as well.
func (r *readers) Watch(ctx context.Context, changed func()) error {
	err := r.service.Watch(ctx, func(e pcsc.Event) {
		r.note(e)
		changed()
	})
	return translate(err, "")
}

// note keeps which stay of a card a reader holds.
func (r *readers) note(e pcsc.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e.Kind {
	case pcsc.CardInserted, pcsc.CardSwapped, pcsc.CardMute:
		r.stays[e.Reader] = e.Insertion
	case pcsc.CardRemoved, pcsc.ReaderRemoved:
		delete(r.stays, e.Reader)
	}
}

// heldWithin is how long another program may keep a card to itself: longer than a
// login with other software takes, and no longer than a person waits.
const heldWithin = 20 * time.Second

// Connect is part of app.Readers. A card that another program keeps is not waited
// for without end.
func (r *readers) Connect(ctx context.Context, name string) (app.Connection, error) {
	return app.ConnectWithin(ctx, heldWithin, func(ctx context.Context) (app.Connection, error) {
		c, err := r.service.Connect(ctx, name)
		if err != nil {
			return nil, translate(err, name)
		}
		return Link(c), nil
	})
}

// Close is part of app.Readers.
func (r *readers) Close() error { return r.service.Close() }

// translate puts what goes wrong before a card is spoken to into app's errors.
func translate(err error, reader string) error {
	var service *pcsc.ServiceError
	switch {
	case errors.As(err, &service):
		return &app.ServiceError{State: app.ServiceState(service.State), Err: err}
	case errors.Is(err, pcsc.ErrUnknownReader):
		return &app.NoReaderError{Wanted: reader}
	case errors.Is(err, iso7816.ErrRemoved):
		return &app.NoCardError{Reader: reader}
	case errors.Is(err, iso7816.ErrMute):
		return &app.MuteCardError{Reader: reader}
	}
	return err
}
