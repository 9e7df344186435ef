package vpcd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// DefaultAddr is where the first slot of a vpcd reader listens; the second is
// one port higher.
const DefaultAddr = "127.0.0.1:35963"

var (
	// ErrNoReader means that no vpcd reader listens at the address: the
	// service is not running, or runs without the vpcd driver.
	ErrNoReader = errors.New("no vpcd reader listens")
	// ErrReaderGone means that the reader was there and is there no more.
	ErrReaderGone = errors.New("the vpcd reader has gone")
)

// Serve plugs card into the reader at addr ("" is [DefaultAddr]) until ctx
// ends, and then returns its error. See [Server] for the other ends.
func Serve(ctx context.Context, addr string, card Card) error {
	return (&Server{Addr: addr, Card: card}).Serve(ctx)
}

// Server keeps one card plugged into one reader. Set the fields before Serve.
type Server struct {
	Addr string // "" is DefaultAddr
	Card Card

	// Connected, where set, is called each time the reader has taken the card,
	// which shows by its first message: a driver that still holds the card
	// before leaves a new one waiting at the door. Left, where set, is called
	// each time a link has ended, taken or not.
	Connected, Left func()

	// Redial is the pause before the card is put back after a link that broke;
	// 0 is 600 ms. pcscd looks every 400 ms: a card that came back sooner could
	// go on being addressed as if it had never lost its state.
	Redial time.Duration
}

// presencePoll is how often a card is asked whether it is still on the reader.
const presencePoll = 50 * time.Millisecond

// Serve plugs the card in, and again after every removal and broken link. It
// returns [ErrNoReader] where the first dial fails, [ErrReaderGone] where a
// later one does, [ErrProtocol] where something else than a vpcd listens, and
// the context's error when ctx ends. The card is powered off before it returns.
func (s *Server) Serve(ctx context.Context) error {
	addr := s.Addr
	if addr == "" {
		addr = DefaultAddr
	}
	missing := ErrNoReader
	for {
		if err := s.awaitCard(ctx); err != nil {
			return err
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if ctx.Err() != nil {
			if err == nil {
				_ = conn.Close()
			}
			return ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("%w at %s: %w", missing, addr, err)
		}
		missing = ErrReaderGone
		if err := s.session(ctx, conn); err != nil {
			return err
		}
		if err := pause(ctx, s.redial()); err != nil {
			return err
		}
	}
}

func (s *Server) redial() time.Duration {
	if s.Redial > 0 {
		return s.Redial
	}
	return 600 * time.Millisecond
}

// session serves one connection to its end. Only what makes another dial
// pointless is an error.
func (s *Server) session(ctx context.Context, conn net.Conn) error {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetNoDelay(true) // else a reset costs 40 ms
		conn = promptly(tcp)
	}
	ctx, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		s.watch(ctx)
		_ = conn.Close()
	}()
	// The field powers a contactless card. A driver that missed a short absence
	// does not ask for power again, and would find a mute card for ever.
	_, err := s.Card.PowerOn()
	if err == nil {
		err = s.exchange(conn)
	}
	s.Card.PowerOff() // no field without a reader
	outer := ctx.Err()
	cancel()
	<-watched
	if s.Left != nil {
		s.Left()
	}
	switch {
	case outer != nil:
		return outer
	case errors.Is(err, ErrProtocol):
		return err
	}
	return nil
}

// watch returns when ctx ends or the card has left the reader.
func (s *Server) watch(ctx context.Context) {
	p, ok := s.Card.(Presence)
	for ok && p.Inserted() {
		if pause(ctx, presencePoll) != nil {
			return
		}
	}
	if !ok {
		<-ctx.Done()
	}
}

// awaitCard returns nil as soon as the card is on the reader.
func (s *Server) awaitCard(ctx context.Context) error {
	p, ok := s.Card.(Presence)
	for ok && !p.Inserted() {
		if err := pause(ctx, presencePoll); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// exchange answers messages until the link ends or the card stays mute.
func (s *Server) exchange(conn net.Conn) error {
	for first := true; ; first = false {
		message, err := readMessage(conn)
		if err != nil {
			return err
		}
		if first && s.Connected != nil {
			s.Connected()
		}
		answer, err := s.handle(message)
		if err != nil {
			return fmt.Errorf("the card gave no answer: %w", err)
		}
		if answer == nil {
			continue
		}
		if err := writeMessage(conn, answer); err != nil {
			return err
		}
	}
}

// handle gives the answer to one message; nil without an error where the
// protocol wants none. A single byte that is no control code came from a
// program that sent a command of one byte: the card tells it so.
func (s *Server) handle(message []byte) ([]byte, error) {
	if len(message) == 1 {
		switch message[0] {
		case controlPowerOff:
			s.Card.PowerOff()
			return nil, nil
		case controlPowerOn:
			_, err := s.Card.PowerOn()
			return nil, err
		case controlReset:
			_, err := s.Card.Reset()
			return nil, err
		case controlATR:
			return notEmpty(s.Card.ATR(), nil)
		}
	}
	return notEmpty(s.Card.Transmit(message))
}

func notEmpty(answer []byte, err error) ([]byte, error) {
	if err == nil && (len(answer) == 0 || len(answer) > maxMessage) {
		err = errLength
	}
	return answer, err
}

// pause waits for d, or returns the context's error.
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
