package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
)

// Serve answers requests about card on every connection of l until ctx ends;
// l and its connections are then closed, and the context's error returned.
// Another error is that of the listener.
func Serve(ctx context.Context, l net.Listener, card Card) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var connections sync.WaitGroup
	defer connections.Wait()
	defer cancel() // before the wait
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("accept control connection: %w", err)
		}
		connections.Go(func() { serveConn(ctx, conn, card) })
	}
}

// serveConn answers one connection to its end.
func serveConn(ctx context.Context, conn net.Conn, card Card) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close()
	in := bufio.NewReader(conn)
	out := json.NewEncoder(conn) // one line each
	for {
		line, err := readLine(in, maxRequest)
		if errors.Is(err, errTooLong) {
			_ = out.Encode(refusal(&Error{CodeBadRequest, fmt.Sprintf("line is longer than %d bytes", maxRequest)}))
			return
		}
		if err != nil || out.Encode(reply(card, line)) != nil {
			return
		}
	}
}

// reply executes one line and gives its answer.
func reply(card Card, line []byte) answer {
	r, err := parseRequest(line)
	if err != nil {
		return refusal(err)
	}
	result, err := execute(card, r)
	if err != nil {
		return refusal(err)
	}
	if result == nil {
		return answer{OK: true}
	}
	raw, err := json.Marshal(result)
	if err != nil {
		return refusal(err)
	}
	return answer{OK: true, Result: raw}
}

func refusal(err error) answer {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{CodeRefused, err.Error()}
	}
	return answer{Error: e}
}

// execute does what the request wants. A nil result with a nil error is "done".
func execute(card Card, r request) (any, error) {
	switch r.Do {
	case doStatus:
		return Status{
			Profile: card.Profile().Name, ATR: strings.ToUpper(fmt.Sprintf("%x", card.ATR())),
			Inserted: card.Inserted(), State: card.State(),
		}, nil
	case doInsert:
		return nil, card.Insert()
	case doRemove:
		card.Remove()
		return nil, nil
	case doPowerCycle:
		card.PowerOff()
		_, err := card.PowerOn()
		return nil, err
	case doArm:
		return nil, card.Arm(r.Faults...)
	case doDisarm:
		card.Disarm()
		return nil, nil
	case doFaults:
		return card.Armed(), nil
	case doCounters:
		return card.Counters(), nil
	case doSettings:
		return card.Settings(), nil
	case doJournal:
		return card.Journal(), nil
	case doClearJournal:
		card.ClearJournal()
		return nil, nil
	case doSetTries:
		return nil, setTries(card, r)
	case doFactory:
		if f, ok := card.(FactoryResetter); ok {
			return nil, f.ResetToFactory()
		}
		return nil, &Error{CodeUnsupported, "this card cannot be reset to factory state"}
	}
	return nil, &Error{CodeUnknownCommand, fmt.Sprintf("no command %.40q", r.Do)}
}

func setTries(card Card, r request) error {
	s, ok := card.(TriesSetter)
	if !ok {
		return &Error{CodeUnsupported, "the tries of this card cannot be set"}
	}
	state := card.State()
	pin, puk := state.PINTries, state.PUKTries
	if r.PINTries != nil {
		pin = *r.PINTries
	}
	if r.PUKTries != nil {
		puk = *r.PUKTries
	}
	return s.SetTries(pin, puk)
}
