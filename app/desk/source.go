package desk

import (
	"context"
	"time"

	"cientro/app"
)

// patience is how long the desk waits for what. Tests are less patient.
type patience struct {
	poll                        time.Duration // between two lists of readers that tell nothing by themselves
	firstService, lastService   time.Duration // between two tries to reach a service
	look                        time.Duration // for one look at a card
	short                       time.Duration // a card that leaves sooner came and went
	moving                      time.Duration // that a card which came and went is called moving
	firstAgain, lastAgain       time.Duration // until another look after a lost one
	firstBusyAgain, lastBusyGap time.Duration // until another look at a busy reader
}

func usualPatience() patience {
	return patience{
		poll:         500 * time.Millisecond,
		firstService: 250 * time.Millisecond, lastService: 2 * time.Second,
		look:  30 * time.Second,
		short: 1500 * time.Millisecond, moving: 4 * time.Second,
		firstAgain: 400 * time.Millisecond, lastAgain: 1200 * time.Millisecond,
		firstBusyAgain: 2 * time.Second, lastBusyGap: 30 * time.Second,
	}
}

// source is where readers come from: the system, or a training.
type source struct {
	demo bool
	stop context.CancelFunc
	gone bool // what it still tells is not wanted

	// What follows is the last that was heard of it.
	readers app.Readers
	asked   bool
	service app.ServiceState
	problem *app.Problem
}

func (s *source) state() app.ServiceState {
	if !s.asked {
		return ""
	}
	return s.service
}

// follow opens readers and tells what they list, until the desk ends or the
// source is stopped.
func (d *Desk) follow(open func(context.Context) (app.Readers, error), demo bool) *source {
	ctx, stop := context.WithCancel(d.ctx)
	s := &source{demo: demo, stop: stop}
	d.running.Go(func() {
		defer stop()
		d.keepOpen(ctx, s, open)
	})
	return s
}

// keepOpen opens the readers, and again where they were lost.
func (d *Desk) keepOpen(ctx context.Context, s *source, open func(context.Context) (app.Readers, error)) {
	retry := d.wait.firstService
	for ctx.Err() == nil {
		readers, err := open(ctx)
		if err == nil {
			retry = d.wait.firstService
			err = d.stay(ctx, s, readers)
			if !s.demo {
				_ = readers.Close()
			}
		}
		if ctx.Err() != nil {
			return
		}
		d.tell(ctx, s, nil, nil, err)
		if !pause(ctx, retry) {
			return
		}
		retry = min(2*retry, d.wait.lastService)
	}
}

// stay tells what the readers list each time that it may be something new. It
// returns when ctx ends, or where the readers say that there is no hope.
func (d *Desk) stay(ctx context.Context, s *source, readers app.Readers) error {
	ctx, cancel := context.WithCancel(ctx)
	hints, ended := d.hints(ctx, readers)
	defer func() {
		cancel()
		<-ended //nolint:errcheck // that it ended is all there is to it
	}()
	for {
		list, err := readers.Readers(ctx)
		d.tell(ctx, s, readers, list, err)
		var again <-chan time.Time
		if err != nil { // nobody promised to tell when that is over
			again = time.After(d.wait.lastService)
		}
		select {
		case <-hints:
		case <-again:
		case err := <-ended:
			ended <- err // for who waits for its end
			return err
		}
	}
}

// hints brings something each time that the list may be another one, and how
// that ended.
func (d *Desk) hints(ctx context.Context, readers app.Readers) (hints chan struct{}, ended chan error) {
	hints, ended = make(chan struct{}, 1), make(chan error, 1)
	hint := func() {
		select {
		case hints <- struct{}{}:
		default: // there is one already
		}
	}
	d.running.Go(func() {
		if watcher, ok := readers.(app.Watcher); ok {
			ended <- watcher.Watch(ctx, hint)
			return
		}
		for pause(ctx, d.wait.poll) {
			hint()
		}
		ended <- ctx.Err()
	})
	return hints, ended
}

// tell hands a list over to the goroutine of Run.
func (d *Desk) tell(ctx context.Context, s *source, readers app.Readers, list []app.Reader, err error) {
	if ctx.Err() != nil { // then an error says nothing about the readers
		return
	}
	d.do(func() {
		if s.gone {
			return
		}
		if readers != nil {
			s.readers = readers
		}
		d.note(s, list, err)
	})
}

// note takes a list of readers for true.
func (d *Desk) note(s *source, list []app.Reader, err error) {
	s.asked, s.service, s.problem = true, app.ServiceRunning, nil
	if err != nil {
		problem := app.ProblemOf(err)
		s.problem = &problem
		if s.service = app.StateOf(err); s.service == "" {
			s.service = app.ServiceUnsupported
		}
		list = nil
	}
	var kept, others []*place
	for _, r := range list {
		if r.Kind == app.ReaderSAM {
			continue
		}
		p := d.placeOf(s, r.Name)
		if p == nil {
			p = d.newPlace(s, r)
		} else {
			p.update(r)
		}
		kept = append(kept, p)
	}
	for _, p := range d.places {
		switch {
		case p.source != s:
			others = append(others, p)
		case !contains(kept, p):
			p.close(&app.NoReaderError{Wanted: p.reader.Name})
		}
	}
	if s.demo {
		d.places = append(others, kept...)
	} else {
		d.places = append(kept, others...)
	}
}

func contains(places []*place, wanted *place) bool {
	for _, p := range places {
		if p == wanted {
			return true
		}
	}
	return false
}

func (d *Desk) placeOf(s *source, reader string) *place {
	for _, p := range d.places {
		if p.source == s && p.reader.Name == reader {
			return p
		}
	}
	return nil
}

// pause waits, and returns whether ctx still stands.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
