package main

import (
	"context"
	"errors"

	"cientro/app"
	"cientro/card/iso7816"
	"cientro/card/pcsc"
)

// openPCSC opens the system's smart card service for the use cases.
func openPCSC(ctx context.Context) (app.Readers, error) {
	service, err := pcsc.Open(ctx)
	if err != nil {
		return nil, readersError(err, "")
	}
	return pcscReaders{service}, nil
}

// pcscReaders puts PC/SC into the words of package app.
type pcscReaders struct{ service *pcsc.Service }

func (r pcscReaders) Readers(context.Context) ([]app.Reader, error) {
	list, err := r.service.Readers()
	if err != nil {
		return nil, readersError(err, "")
	}
	readers := make([]app.Reader, len(list))
	for i, reader := range list {
		readers[i] = app.Reader{
			Name: reader.Name, Kind: app.ReaderKind(reader.Kind),
			Present: reader.CardPresent, Mute: reader.Mute, ATR: reader.ATR,
		}
	}
	return readers, nil
}

func (r pcscReaders) Connect(ctx context.Context, name string) (app.Connection, error) {
	c, err := r.service.Connect(ctx, name)
	if err != nil {
		return nil, readersError(err, name)
	}
	return pcscLink{c}, nil
}

func (r pcscReaders) Close() error { return r.service.Close() }

// readersError translates what goes wrong before a card is spoken to.
func readersError(err error, reader string) error {
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

// pcscLink makes a connected card a Link: a reset by another program is told by
// a begun transaction instead of a failed one.
type pcscLink struct{ *pcsc.Card }

func (l pcscLink) Begin(ctx context.Context) (reset bool, err error) {
	for {
		err := l.Card.Begin(ctx)
		if !errors.Is(err, iso7816.ErrReset) {
			return reset, err
		}
		reset = true // the handle is good again, and nothing is open yet
	}
}

func (l pcscLink) End(reset bool) error {
	if reset {
		return l.Card.End(pcsc.Reset)
	}
	return l.Card.End(pcsc.Leave)
}

func (l pcscLink) Reconnect(ctx context.Context) error {
	if err := l.Card.Reconnect(); err != nil {
		return err
	}
	_, err := l.Begin(ctx)
	return err
}

func (l pcscLink) Close() error { return l.Card.Close(pcsc.Leave) }
