package pcsc

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

const (
	sharingTries = 10
	sharingPause = 200 * time.Millisecond
)

// SettleTime is how long to leave a card alone after [CardInserted] before
// connecting: the field is weakest while the hand still moves, and the
// system's own card services knock first.
func SettleTime() time.Duration {
	if runtime.GOOS == "darwin" {
		return time.Second
	}
	return 400 * time.Millisecond
}

// Connect connects the card in a reader, shared and with protocol T=1, or what
// the card speaks if it does not speak that. While another program holds the
// card for itself it asks ten times, 200 ms apart.
//
// Another program's transaction is waited for inside the system's library, where
// nothing calls that off. When ctx ends, Connect returns its error and leaves the
// call behind, untouched; the next Connect to that reader joins the wait, and what
// comes home to nobody is disconnected.
//
// Errors: [*ReaderError] if there is no such reader; [*ServiceError] if the
// service is gone or refuses; *iso7816.LinkError of kind LinkRemoved (no card),
// LinkMute, LinkBusy or LinkLost; or ctx's own.
func (s *Service) Connect(ctx context.Context, reader string) (*Card, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a := s.arrive(reader)
	select {
	case <-a.done:
		return a.card, a.err
	case <-ctx.Done():
	}
	s.arriving.Lock()
	defer s.arriving.Unlock()
	select {
	case <-a.done: // it came at the last moment: keep it
		return a.card, a.err
	default:
		a.wanted = false
		s.left[reader] = append(s.left[reader], a)
		return nil, ctx.Err()
	}
}

// arrival is a connection that is being made, which may outlive the patience of
// whoever asked for it. Its fields are guarded by Service.arriving.
type arrival struct {
	done   chan struct{} // closed when card and err are set
	card   *Card
	err    error
	wanted bool
}

// arrive begins to connect, or takes over what was left behind: each call that
// waits holds a context, of which the service has a few hundred for everybody.
func (s *Service) arrive(reader string) *arrival {
	s.arriving.Lock()
	defer s.arriving.Unlock()
	if left := s.left[reader]; len(left) > 0 {
		s.left[reader] = left[1:]
		left[0].wanted = true
		return left[0]
	}
	a := &arrival{done: make(chan struct{}), wanted: true}
	go func() {
		card, err := s.connectNow(reader)
		if !s.arrived(reader, a, card, err) && err == nil {
			_ = card.Close(Leave)
		}
	}()
	return a
}

// arrived hands a connection over, and says whether anybody wanted it.
func (s *Service) arrived(reader string, a *arrival, card *Card, err error) bool {
	s.arriving.Lock()
	defer s.arriving.Unlock()
	if !a.wanted {
		s.left[reader] = slices.DeleteFunc(s.left[reader], func(left *arrival) bool { return left == a })
		return false
	}
	a.card, a.err = card, err
	close(a.done)
	return true
}

// connectNow connects, however long that takes. The context is not touched while a
// call waits in it: libpcsclite then locks out the whole process, and with it
// whoever has a card in a transaction.
func (s *Service) connectNow(reader string) (*Card, error) {
	ctx := context.Background()
	sc, err := s.establish(ctx)
	if err != nil {
		return nil, err
	}
	native, err := s.connect(ctx, sc, reader)
	if err != nil {
		_ = sc.release()
		return nil, err
	}
	card := &Card{reader: reader, platform: s.platform, ctx: sc, native: native}
	if err := card.readATR(); err != nil {
		_ = card.Close(Leave)
		return nil, fmt.Errorf("read ATR: %w", err)
	}
	return card, nil
}

func (s *Service) connect(ctx context.Context, sc scardContext, reader string) (scardCard, error) {
	wanted := protocolT1
	for try := 1; ; {
		card, err := sc.connect(reader, wanted)
		if err == nil {
			return card, nil
		}
		switch code(err) {
		case CodeProtoMismatch:
			if wanted == protocolAny {
				return nil, linkFailure(err)
			}
			wanted = protocolAny
		case CodeSharingViolation, CodeNotReady, CodeServerTooBusy:
			if try == sharingTries {
				return nil, linkFailure(err)
			}
			try++
			if err := s.platform.pause(ctx, sharingPause); err != nil {
				return nil, err
			}
		case CodeUnknownReader, CodeReaderUnavailable, CodeNoReaders, CodeInvalidValue:
			return nil, &ReaderError{Reader: reader, Err: fmt.Errorf("%w: %w", ErrUnknownReader, err)}
		case CodeSecurityViolation, CodeNoService, CodeServiceStopped, CodeInvalidHandle:
			return nil, s.platform.diagnose(err)
		default:
			return nil, linkFailure(err)
		}
	}
}
