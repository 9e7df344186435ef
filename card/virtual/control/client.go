package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"cientro/card/virtual"
)

// Client is the trainer's end of a control socket. Its methods may be called
// from several goroutines; each waits for the answer of the card. Errors are an
// [*Error] where the card refused, [ErrProtocol] where the other side is not a
// virtual card, the context's error, or that of the connection. After any but
// the first the client is of no more use.
type Client struct {
	mu   sync.Mutex
	conn net.Conn
	in   *bufio.Reader
}

// Dial reaches the card served at path. [ErrNoCard] if there is none.
func Dial(ctx context.Context, path string) (*Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", ErrNoCard, err)
	}
	return newClient(conn), nil
}

func newClient(conn net.Conn) *Client {
	return &Client{conn: conn, in: bufio.NewReader(conn)}
}

// Close ends the connection. The card stays as it is.
func (c *Client) Close() error { return c.conn.Close() }

// Status says how the card is doing.
func (c *Client) Status(ctx context.Context) (Status, error) {
	return ask[Status](ctx, c, request{Do: doStatus})
}

// Insert puts the card on the reader.
func (c *Client) Insert(ctx context.Context) error { return c.tell(ctx, request{Do: doInsert}) }

// Remove takes the card off the reader.
func (c *Client) Remove(ctx context.Context) error { return c.tell(ctx, request{Do: doRemove}) }

// PowerCycle takes the power away and gives it back: all that is volatile goes.
func (c *Client) PowerCycle(ctx context.Context) error {
	return c.tell(ctx, request{Do: doPowerCycle})
}

// Arm adds faults; none is armed if one is invalid.
func (c *Client) Arm(ctx context.Context, faults ...virtual.Fault) error {
	return c.tell(ctx, request{Do: doArm, Faults: faults})
}

// Disarm removes all faults.
func (c *Client) Disarm(ctx context.Context) error { return c.tell(ctx, request{Do: doDisarm}) }

// Faults lists the faults that can still fire.
func (c *Client) Faults(ctx context.Context) ([]virtual.Fault, error) {
	return ask[[]virtual.Fault](ctx, c, request{Do: doFaults})
}

// Counters returns what the card counted since the journal was cleared.
func (c *Client) Counters(ctx context.Context) (virtual.Counters, error) {
	return ask[virtual.Counters](ctx, c, request{Do: doCounters})
}

// Settings returns the settings in force.
func (c *Client) Settings(ctx context.Context) (virtual.Settings, error) {
	return ask[virtual.Settings](ctx, c, request{Do: doSettings})
}

// Journal returns the last exchanges, oldest first.
func (c *Client) Journal(ctx context.Context) ([]virtual.Entry, error) {
	return ask[[]virtual.Entry](ctx, c, request{Do: doJournal})
}

// ClearJournal empties the journal and sets the counters to zero.
func (c *Client) ClearJournal(ctx context.Context) error {
	return c.tell(ctx, request{Do: doClearJournal})
}

// SetTries sets the tries left; nil leaves a number as it is.
func (c *Client) SetTries(ctx context.Context, pin, puk *int) error {
	return c.tell(ctx, request{Do: doSetTries, PINTries: pin, PUKTries: puk})
}

// ResetToFactory gives the card back the state of its personalisation.
func (c *Client) ResetToFactory(ctx context.Context) error {
	return c.tell(ctx, request{Do: doFactory})
}

// tell sends a request whose answer has no result.
func (c *Client) tell(ctx context.Context, r request) error {
	_, err := c.call(ctx, r)
	return err
}

// ask sends a request and decodes the result.
func ask[T any](ctx context.Context, c *Client, r request) (T, error) {
	var out T
	raw, err := c.call(ctx, r)
	if err != nil {
		return out, err
	}
	if len(raw) == 0 {
		return out, fmt.Errorf("%w: %s has no result", ErrProtocol, r.Do)
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		return out, fmt.Errorf("%w: result of %s: %w", ErrProtocol, r.Do, err)
	}
	return out, nil
}

// call makes one round trip. ctx ends it by ending the connection's time.
func (c *Client) call(ctx context.Context, r request) (json.RawMessage, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	line, err := c.roundTrip(r)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, fmt.Errorf("ask the virtual card to %s: %w", r.Do, err)
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	switch {
	case a.Error != nil:
		return nil, a.Error
	case !a.OK:
		return nil, fmt.Errorf("%w: neither done nor refused", ErrProtocol)
	}
	return a.Result, nil
}

func (c *Client) roundTrip(r request) ([]byte, error) {
	if err := json.NewEncoder(c.conn).Encode(r); err != nil {
		return nil, err
	}
	line, err := readLine(c.in, maxAnswer)
	switch {
	case errors.Is(err, errTooLong):
		return nil, fmt.Errorf("%w: %w", ErrProtocol, err)
	case errors.Is(err, io.EOF):
		return nil, io.ErrUnexpectedEOF
	}
	return line, err
}
