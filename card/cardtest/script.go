package cardtest

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
)

// Step is one exchange of a [Script]: the command that must come, and what the
// card answers.
type Step struct {
	Note     string // shown when the step fails
	Command  string // hexadecimal; empty takes any command
	Response string // hexadecimal with status word; unused if Err is set
	Err      error  // the link fails instead of answering
}

// Script plays a card that knows one conversation. It is an
// iso7816.Transmitter. A command other than the next one fails the test, and so
// does a conversation that ends before the last step.
type Script struct {
	t     testing.TB
	steps []Step

	mu   sync.Mutex
	next int
}

// NewScript makes a script that checks at the end of the test that every step
// was played.
func NewScript(t testing.TB, steps ...Step) *Script {
	t.Helper()
	for _, s := range steps {
		Bytes(t, s.Command)
		Bytes(t, s.Response)
	}
	s := &Script{t: t, steps: steps}
	t.Cleanup(s.checkDone)
	return s
}

// Pairs makes a script of alternating commands and responses in hexadecimal.
func Pairs(t testing.TB, commandsAndResponses ...string) *Script {
	t.Helper()
	if len(commandsAndResponses)%2 != 0 {
		t.Fatal("a command without a response in the script")
	}
	var steps []Step
	for i := 0; i < len(commandsAndResponses); i += 2 {
		steps = append(steps, Step{Command: commandsAndResponses[i], Response: commandsAndResponses[i+1]})
	}
	return NewScript(t, steps...)
}

// Transmit plays the next step.
func (s *Script) Transmit(command []byte) ([]byte, error) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next >= len(s.steps) {
		s.t.Errorf("command after the end of the script: %x", command)
		return nil, fmt.Errorf("script of %d steps is over", len(s.steps))
	}
	step := s.steps[s.next]
	if want, _ := decode(step.Command); len(want) > 0 && !bytes.Equal(want, command) {
		s.t.Errorf("step %d of the script (%s):\nwant command %x\ngot          %x", s.next, step.Note, want, command)
		return nil, fmt.Errorf("command does not fit step %d of the script", s.next)
	}
	s.next++
	if step.Err != nil {
		return nil, step.Err
	}
	return decode(step.Response)
}

// Played is the number of commands that came so far.
func (s *Script) Played() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}

func (s *Script) checkDone() {
	s.t.Helper()
	if n := s.Played(); n < len(s.steps) && !s.t.Failed() {
		s.t.Errorf("script ended at step %d of %d, next would be %s %s", n, len(s.steps), s.steps[n].Note, s.steps[n].Command)
	}
}
