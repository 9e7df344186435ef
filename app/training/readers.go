package training

import (
	"context"

	"cientro/app"
)

var (
	_ app.Readers = (*Session)(nil)
	_ app.Watcher = (*Session)(nil)
)

// Readers implements app.Readers: one reader while the course runs.
func (s *Session) Readers(context.Context) ([]app.Reader, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.running {
		return nil, nil
	}
	r := app.Reader{Name: ReaderName, Kind: app.ReaderVirtual, Present: s.onReader}
	switch {
	case s.onReader && s.name == CardMute:
		r.Mute = true
	case s.onReader:
		r.ATR = s.card.ATR()
	}
	return []app.Reader{r}, nil
}

// Connect implements app.Readers.
func (s *Session) Connect(ctx context.Context, name string) (app.Connection, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.running || name != ReaderName:
		return nil, &app.NoReaderError{Wanted: name}
	case !s.onReader:
		return nil, &app.NoCardError{Reader: name}
	case s.name == CardMute:
		return nil, &app.MuteCardError{Reader: name}
	}
	inner, err := s.reader.Connect()
	if err != nil {
		return nil, err
	}
	return &link{inner: inner, session: s, card: s.card, stay: s.stay}, nil
}

// Close implements app.Readers. The course goes on: Stop ends it.
func (s *Session) Close() error { return nil }

// Watch implements app.Watcher: changed is called at once and whenever the
// reader or its card comes or goes, one call after the other, until ctx ends.
func (s *Session) Watch(ctx context.Context, changed func()) error {
	news := make(chan struct{}, 1)
	stop := s.listen(s.watchers, func() {
		select {
		case news <- struct{}{}:
		default: // one is waiting already, and will see this one, too
		}
	})
	defer stop()
	for {
		changed()
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
