package pcsc

import (
	"context"
	"time"
)

// The seam: the few calls of WinSCard that this package makes, so that what it
// decides can be tested without a daemon. Errors are of type [Code].

type protocol uint32

const (
	protocolT0  protocol = 1
	protocolT1  protocol = 2
	protocolAny protocol = protocolT0 | protocolT1
)

// Disposition is what becomes of the card when a transaction or connection
// ends.
type Disposition uint32

// Dispositions. Reset after PIN use, Leave otherwise: a PIN that was verified
// stays so until the card is reset.
const (
	Leave Disposition = 0
	Reset Disposition = 1
)

type stateFlag uint32

const (
	stateUnaware     stateFlag = 0x0000
	stateChanged     stateFlag = 0x0002
	stateUnknown     stateFlag = 0x0004
	stateUnavailable stateFlag = 0x0008
	stateEmpty       stateFlag = 0x0010
	statePresent     stateFlag = 0x0020
	stateExclusive   stateFlag = 0x0080
	stateInUse       stateFlag = 0x0100
	stateMute        stateFlag = 0x0200
)

type readerState struct {
	reader  string
	current stateFlag
	event   stateFlag
	atr     []byte
}

type scardContext interface {
	listReaders() ([]string, error)
	// getStatusChange fills in event and atr of each state.
	getStatusChange(states []readerState, timeout time.Duration) error
	connect(reader string, p protocol) (scardCard, error)
	cancel() error
	release() error
}

type scardCard interface {
	transmit(command []byte) ([]byte, error)
	begin() error
	end(d Disposition) error
	reconnect(p protocol, d Disposition) error
	disconnect(d Disposition) error
	atr() ([]byte, error)
	protocol() protocol
}

// platform is what differs between systems.
type platform struct {
	establish func() (scardContext, error)
	// diagnose turns the failure of establish into a ServiceError.
	diagnose func(error) *ServiceError
	// plugAndPlay: the pseudo-reader for arrivals exists.
	plugAndPlay bool
	// slice is how long one wait for events lasts.
	slice time.Duration
	// warningsComeFirst: see transmitFailure.
	warningsComeFirst bool
	// resetKeepsTransaction: see Card.letGo.
	resetKeepsTransaction bool
	// pause waits, or returns early with the context's error.
	pause func(context.Context, time.Duration) error
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// await runs a call that cannot be interrupted and leaves it behind when ctx
// ends first; then late takes care of what the call brings home.
func await[T any](ctx context.Context, call func() (T, error), late func(T)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := call()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		go func() {
			if r := <-done; r.err == nil {
				late(r.value)
			}
		}()
		return none, ctx.Err()
	}
}
