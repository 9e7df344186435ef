package lasttry

import (
	"context"
	"errors"
	"io"
)

// Serve is the window's side: it reads the request from the channel, has it
// decided and sends the answer. The context given to decide ends when the time
// to answer is over or the agent has gone, and then nothing is sent: what the
// person says later does not count.
func Serve(ctx context.Context, channel io.ReadWriter, decide func(context.Context, Request) Answer) error {
	request, err := ReadRequest(channel)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, request.Timeout(), ErrTimeout)
	defer cancel()
	ctx, gone := context.WithCancelCause(ctx)
	defer gone(nil)
	go func() {
		// The agent says nothing more: whatever happens here is its end.
		var one [1]byte
		_, _ = channel.Read(one[:])
		gone(ErrAgentGone)
	}()
	said := decide(ctx, request)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return WriteAnswer(channel, said)
}

// ErrTimeout says that the time to answer is over.
var ErrTimeout = errors.New("nobody answered in time")

// ErrAgentGone says that the agent is not there any more to hear an answer.
var ErrAgentGone = errors.New("the agent has gone")
