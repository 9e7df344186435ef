package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"cientro/app"
	"cientro/card/pcsc/daemon"
	"cientro/card/virtual"
	"cientro/card/virtual/vpcd"
	"cientro/card/virtuallink"
)

// demoPlace is where the demo plays.
type demoPlace string

// A pcscd of our own, the system's where it has a free virtual reader, or this
// process alone.
const (
	placePrivate   demoPlace = "private-pcscd"
	placeSystem    demoPlace = "system-pcscd"
	placeInProcess demoPlace = "in-process"
)

// stage is what a demo plays on.
type stage struct {
	place   demoPlace
	reason  string // why not through a pcscd of our own
	reader  string
	readers app.Readers
	closers []func()
}

func (s *stage) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
	s.closers = nil
}

// demoStage finds the best place, and says why it is not a better one.
func (p *program) demoStage(ctx context.Context, c *virtual.Card, inProcess bool) (*stage, error) {
	if inProcess {
		return inProcessStage(c, ""), nil
	}
	s, err := p.privateStage(ctx, c)
	if err == nil || ctx.Err() != nil {
		return s, ctx.Err()
	}
	reason := err.Error()
	if s, err = p.systemStage(ctx, c); err == nil || ctx.Err() != nil {
		if s != nil {
			s.reason = reason
		}
		return s, ctx.Err()
	}
	return inProcessStage(c, reason), nil
}

// privateStage starts a pcscd that nobody else sees and puts the card on its
// virtual reader.
func (p *program) privateStage(ctx context.Context, c *virtual.Card) (*stage, error) {
	d, err := daemon.Start(ctx, daemon.Options{})
	if err != nil {
		return nil, err
	}
	s := &stage{place: placePrivate}
	s.closers = append(s.closers, func() { _ = d.Stop() })
	before, was := os.LookupEnv(daemon.SocketVariable)
	// The library reads it at its first call, which is yet to come.
	_ = os.Setenv(daemon.SocketVariable, d.Socket)
	s.closers = append(s.closers, func() {
		if was {
			_ = os.Setenv(daemon.SocketVariable, before)
			return
		}
		_ = os.Unsetenv(daemon.SocketVariable)
	})
	return p.insert(ctx, s, c, d.VPCDAddr)
}

// systemStage uses the system's pcscd if it has a virtual reader with nothing
// on it. It is neither started nor stopped.
func (p *program) systemStage(ctx context.Context, c *virtual.Card) (*stage, error) {
	return p.insert(ctx, &stage{place: placeSystem}, c, vpcd.DefaultAddr)
}

var errNoVirtualReader = errors.New("no virtual reader free")

// insert opens the readers, puts the card on the first virtual one and waits
// until PC/SC sees it there.
func (p *program) insert(ctx context.Context, s *stage, c *virtual.Card, address string) (_ *stage, err error) {
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.readers, err = p.surroundings.readers(ctx); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() { _ = s.readers.Close() })
	empty, err := s.virtualReader(ctx, false)
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- vpcd.Serve(serving, address, c) }()
	s.closers = append(s.closers, func() {
		stop()
		<-served //nolint:errcheck // only its end matters
	})
	for wait := time.Now().Add(insertPatience); ; time.Sleep(insertPoll) {
		if s.reader, err = s.virtualReader(ctx, true); err == nil && s.reader == empty {
			return s, nil
		}
		select {
		case err = <-served:
			served <- err // for the closer
			return nil, err
		default:
		}
		if !time.Now().Before(wait) {
			return nil, fmt.Errorf("card on %s: %w", empty, errNoVirtualReader)
		}
	}
}

const (
	insertPatience = 10 * time.Second
	insertPoll     = 50 * time.Millisecond
)

// virtualReader is the first virtual reader, with a card or without.
func (s *stage) virtualReader(ctx context.Context, present bool) (string, error) {
	readers, err := s.readers.Readers(ctx)
	if err != nil {
		return "", err
	}
	for _, r := range readers {
		if r.Kind == app.ReaderVirtual && r.Present == present && !r.Mute {
			return r.Name, nil
		}
	}
	return "", errNoVirtualReader
}

func inProcessStage(c *virtual.Card, reason string) *stage {
	return &stage{
		place: placeInProcess, reason: reason, reader: app.VirtualReaderName,
		readers: soleReader{virtuallink.NewReader(c)},
	}
}

// soleReader is one reader of this process, with one card on it.
type soleReader struct{ reader *virtuallink.Reader }

func (r soleReader) Readers(context.Context) ([]app.Reader, error) {
	c := r.reader.Card()
	return []app.Reader{{Name: app.VirtualReaderName, Kind: app.ReaderVirtual, Present: c.Inserted(), ATR: c.ATR()}}, nil
}

func (r soleReader) Connect(context.Context, string) (app.Connection, error) {
	return app.LinkToVirtual(r.reader)
}

func (soleReader) Close() error { return nil }
