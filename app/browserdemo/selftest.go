package browserdemo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// SelfTest is a login in a real browser with nobody there.
type SelfTest struct {
	Server  *Server
	Display *Display
	Profile *Profile
	// Browser is the path of the program.
	Browser string
	PIN     []byte
}

// Outcome is what was seen of a login.
type Outcome struct {
	Login   *Login
	Prompts int    // windows that asked for the PIN
	Title   string // of the window that shows the page
	// Shown is when the page stood in the window, counted from the start of the
	// browser; Typed is the part of it between the PIN and the page.
	Shown, Typed time.Duration
}

// Errors of a self-test.
var (
	// ErrAskedAgain: the PIN was asked for once more after the right one.
	ErrAskedAgain = errors.New("the browser asked for the PIN again")
	// ErrNoLogin: no page within the time given.
	ErrNoLogin = errors.New("the browser did not get the page")
)

// calm is how long nothing may happen after the page is shown.
const calm = time.Second

// Run opens the browser, types the PIN once and waits for the page. The
// outcome is what there is of it, also with an error.
func (t *SelfTest) Run(ctx context.Context) (_ *Outcome, err error) {
	began := time.Now()
	out := &Outcome{}
	process, err := Run(t.Profile.Command(t.Browser, t.Server.URL()))
	if err != nil {
		return out, err
	}
	defer process.End()
	watching, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		select {
		case <-process.Done():
			stop(fmt.Errorf("%w: %s", ErrEnded, process.Said()))
		case <-watching.Done():
		}
	}()
	prompts := t.Display.AnswerPrompts(watching, t.Profile.Kind, t.PIN)
	if t.Profile.Kind == Chromium {
		go t.Display.ConfirmCertificate(watching, t.Server)
	}
	go func() {
		for watching.Err() == nil {
			switch {
			case prompts.Err() != nil:
				stop(prompts.Err())
			case prompts.Count() > 1:
				stop(ErrAskedAgain)
			}
			time.Sleep(lookEvery)
		}
	}()
	defer func() { out.Prompts = prompts.Count() }()
	if err := t.await(watching, out); err != nil {
		if cause := context.Cause(watching); ctx.Err() == nil && cause != nil {
			err = cause
		} else if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			err = fmt.Errorf("%w: %s", ErrNoLogin, t.Server.summary())
		}
		return out, err
	}
	out.Shown = time.Since(began)
	out.Typed = time.Since(prompts.answeredAt())
	// A prompt that comes late is one too many, too.
	select {
	case <-watching.Done():
		return out, context.Cause(watching)
	case <-time.After(calm):
		return out, nil
	}
}

// await waits for the login and for the window that shows its page.
func (t *SelfTest) await(ctx context.Context, out *Outcome) error {
	event, err := t.Server.Await(ctx, EventLogin, 1)
	if err != nil {
		return err
	}
	out.Login = event.Login
	w, err := t.Display.AwaitWindow(ctx, t.Server.ShownIn(1))
	out.Title = w.Title
	return err
}

// ShownIn tells of windows whether they show the page of the n-th login, counted
// from 1, or of a later one, as browsers at times fetch a page twice.
func (s *Server) ShownIn(n int) func(Window) bool {
	return func(w Window) bool {
		seen := 0
		for _, e := range s.Events() {
			if e.Login == nil {
				continue
			}
			if seen++; seen >= n && strings.Contains(w.Title, e.Login.Code) {
				return true
			}
		}
		return false
	}
}

// summary tells what the server saw, in order, for an error text.
func (s *Server) summary() string {
	var words []string
	for _, e := range s.Events() {
		word := string(e.Kind)
		if e.Err != nil {
			word += " (" + e.Err.Error() + ")"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
