//go:build cgo || windows

package pcsc

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/ebfe/scard"
)

// establish opens a PC/SC context.
func establish() (scardContext, error) {
	ctx, err := scard.EstablishContext()
	if err != nil {
		return nil, codeOf(err)
	}
	return &realContext{ctx: ctx}, nil
}

type realContext struct{ ctx *scard.Context }

func (c *realContext) listReaders() (names []string, err error) {
	defer recovered(&err) // the binding indexes an empty buffer if there is not even a terminator
	for range 3 {         // the list may grow between asking its size and fetching it
		names, err = c.ctx.ListReaders()
		if err = codeOf(err); code(err) != CodeInsufficientBuffer {
			break
		}
	}
	return names, err
}

func (c *realContext) getStatusChange(states []readerState, timeout time.Duration) error {
	native := make([]scard.ReaderState, len(states))
	for i, s := range states {
		native[i] = scard.ReaderState{Reader: c.pinned(s.reader), CurrentState: scard.StateFlag(s.current)}
	}
	if err := c.ctx.GetStatusChange(native, timeout); err != nil {
		return codeOf(err)
	}
	for i := range states {
		states[i].event, states[i].atr = stateFlag(native[i].EventState), native[i].Atr
	}
	return nil
}

// pinned makes a reader's name unique to this context, behind the terminating
// zero where PC/SC does not look. The binding keeps C strings alive in a map by
// name; two contexts waiting on one reader would drop each other's string.
func (c *realContext) pinned(name string) string {
	if runtime.GOOS == "windows" {
		return name // no map there, and no zero allowed
	}
	return fmt.Sprintf("%s\x00%p", name, c)
}

func (c *realContext) connect(reader string, p protocol) (scardCard, error) {
	card, err := c.ctx.Connect(reader, scard.ShareShared, scard.Protocol(p))
	if err != nil {
		return nil, codeOf(err)
	}
	return &realCard{card}, nil
}

func (c *realContext) cancel() error  { return codeOf(c.ctx.Cancel()) }
func (c *realContext) release() error { return codeOf(c.ctx.Release()) }

type realCard struct{ card *scard.Card }

func (c *realCard) transmit(command []byte) ([]byte, error) {
	answer, err := c.card.Transmit(command)
	return answer, codeOf(err)
}

func (c *realCard) begin() error { return codeOf(c.card.BeginTransaction()) }

func (c *realCard) end(d Disposition) error {
	return codeOf(c.card.EndTransaction(scard.Disposition(d)))
}

func (c *realCard) reconnect(p protocol, d Disposition) error {
	return codeOf(c.card.Reconnect(scard.ShareShared, scard.Protocol(p), scard.Disposition(d)))
}

func (c *realCard) disconnect(d Disposition) error {
	return codeOf(c.card.Disconnect(scard.Disposition(d)))
}

// atr comes from SCardStatus: some drivers do not know the attribute.
func (c *realCard) atr() (atr []byte, err error) {
	defer recovered(&err) // the binding expects a reader name
	status, err := c.card.Status()
	if err != nil {
		return nil, codeOf(err)
	}
	return status.Atr, nil
}

func (c *realCard) protocol() protocol { return protocol(c.card.ActiveProtocol()) }

// codeOf takes the number out of the binding's error; its text comes from a
// buffer that pcsc-lite shares between threads.
func codeOf(err error) error {
	var e scard.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return Code(e)
	}
	return err
}

func recovered(err *error) {
	if recover() != nil {
		*err = CodeInternal
	}
}
