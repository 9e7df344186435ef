package pcsc

import (
	"context"
	"fmt"
	"runtime"
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
// Errors: [*ReaderError] if there is no such reader; [*ServiceError] if the
// service is gone or refuses; *iso7816.LinkError of kind LinkRemoved (no card),
// LinkMute, LinkBusy or LinkLost; or ctx's own.
func (s *Service) Connect(ctx context.Context, reader string) (*Card, error) {
	sc, err := s.establish(ctx)
	if err != nil {
		return nil, err
	}
	native, err := s.connect(ctx, sc, reader)
	if ctx.Err() != nil && err != nil {
		go func() { _ = sc.release() }() // waits for the connect that was left behind
		return nil, err
	}
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
		connect := func() (scardCard, error) { return sc.connect(reader, wanted) }
		card, err := await(ctx, connect, func(c scardCard) { _ = c.disconnect(Leave) })
		if err == nil || ctx.Err() != nil {
			return card, err
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
