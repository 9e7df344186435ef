package lasttry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"
)

// Command is the argument with which the desktop program asks.
const Command = "ask"

// closing is how long the program may take to end.
const closing = 500 * time.Millisecond

// ErrNoProgram says that there is nobody to ask the person.
var ErrNoProgram = errors.New("no program to ask with")

// Ask starts the program at an absolute path and returns what the person said.
// It is [Deny] with each error, and when ctx ends or the request's time is over;
// the program is ended then, and in any case before Ask returns. The program
// gets this process's environment, and none of its files.
func Ask(ctx context.Context, program string, request Request) (Answer, error) {
	return ask(ctx, program, request, closing)
}

func ask(ctx context.Context, program string, request Request, closing time.Duration) (Answer, error) {
	if !filepath.IsAbs(program) {
		return Deny, fmt.Errorf("%w: %q", ErrNoProgram, program)
	}
	if request.TimeoutSeconds == 0 {
		request.TimeoutSeconds = int(DefaultTimeout / time.Second)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, request.Timeout(), ErrTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, program, Command)
	// The end of the channel tells it to go; it is killed only if it does not.
	command.Cancel, command.WaitDelay = func() error { return nil }, closing
	channel, err := start(command)
	if err != nil {
		return Deny, fmt.Errorf("%w: %w", ErrNoProgram, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = channel.Close() })
	answer, err := talk(channel, request)
	stop()
	_ = channel.Close()
	over := context.Cause(ctx) // before the program is ended, which ends ctx
	cancel()
	_ = command.Wait() // how it ended changes nothing
	if over != nil {
		return Deny, over // a consent that comes as time runs out came too late
	}
	return answer, err
}

func talk(channel io.ReadWriter, request Request) (Answer, error) {
	if err := WriteRequest(channel, request); err != nil {
		return Deny, fmt.Errorf("ask: %w", err)
	}
	answer, err := ReadAnswer(channel)
	if err != nil {
		return Deny, fmt.Errorf("hear the answer: %w", err)
	}
	return answer, nil
}
