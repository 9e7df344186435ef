package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card"
)

// terminal asks people. Where standard input is a terminal, secrets are typed
// there without echo; where it is not, they come one a line, and nothing else
// is asked.
type terminal struct {
	program     *program
	interactive bool
	hidden      bool // nothing typed is shown any more
	phase       card.Phase
	started     bool
}

func (p *program) asker() *terminal {
	return &terminal{program: p, interactive: term.IsTerminal(int(p.stdin.Fd()))}
}

// Interactive implements app.Asker.
func (t *terminal) Interactive() bool { return t.interactive }

// Secret implements app.Asker.
func (t *terminal) Secret(ctx context.Context, q app.SecretQuestion) ([]byte, error) {
	if !t.interactive {
		return t.read(ctx)
	}
	if q.Refused != nil {
		t.program.note("ask.again", messages.Values{"Reason": t.reason(q.Refused)})
	} else if q.Secret != app.SecretNewPINAgain {
		t.program.note("ask.where."+string(q.Secret), nil)
	}
	if err := t.hide(); err != nil { // before the question: some people type fast
		return nil, fmt.Errorf("hide what is typed: %w", err)
	}
	_, _ = fmt.Fprint(t.program.stderr, t.program.text("ask.secret."+string(q.Secret))+" ")
	typed, err := t.read(ctx)
	_, _ = fmt.Fprintln(t.program.stderr) // the line end was not shown either
	if errors.Is(err, io.EOF) {
		return nil, &app.CancelledError{Err: err}
	}
	return typed, err
}

// hide switches the echo off until the program ends: between two secrets, and
// while the card works, nothing typed should show either.
func (t *terminal) hide() error {
	if t.hidden {
		return nil
	}
	restore, err := hideInput(t.program.stdin)
	if err != nil {
		return err
	}
	t.hidden = true
	t.program.closers = append(t.program.closers, restore)
	return nil
}

// reason says why a code was not taken, in a few words.
func (t *terminal) reason(err error) string {
	if errors.Is(err, app.ErrDifferent) {
		return t.program.text("ask.different")
	}
	s := app.ProblemOf(err).Sentences(t.program.words)
	return s.What
}

// ConfirmLastTry implements app.Asker.
func (t *terminal) ConfirmLastTry(ctx context.Context, tries card.Tries) (bool, error) {
	key := "ask.last-try"
	if !tries.Known() || tries.Left > 1 {
		key = "ask.maybe-last-try"
	}
	yes := t.program.text("ask.yes")
	answer, err := t.question(ctx, key, messages.Values{"Yes": yes})
	return strings.EqualFold(answer, yes), err
}

// ConfirmPUK implements app.Asker.
func (t *terminal) ConfirmPUK(ctx context.Context, tries card.Tries) (int, error) {
	answer, err := t.question(ctx, "ask.puk", messages.Values{
		"Tries": t.program.triesWords(tries), "Number": tries.ConfirmNumber(),
	})
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(answer)
	if err != nil {
		return 0, nil //nolint:nilerr // not the number, hence no consent
	}
	return n, nil
}

// question asks in the open and returns the answer without spaces around it.
func (t *terminal) question(ctx context.Context, key string, values messages.Values) (string, error) {
	t.program.note(key, values)
	_, _ = fmt.Fprint(t.program.stderr, t.program.text("ask.prompt")+" ")
	answer, err := t.read(ctx)
	if errors.Is(err, io.EOF) {
		return "", &app.CancelledError{Err: err}
	}
	return strings.TrimSpace(string(answer)), err
}

// Show implements app.Asker.
func (t *terminal) Show(report *app.CardReport, ref card.Reference) {
	t.program.noteChosen(report)
	tries, key := report.PIN, "show.pin"
	if ref == card.PUKReference {
		tries, key = report.PUK, "show.puk"
	}
	t.program.note(key, messages.Values{"Tries": t.program.triesWords(tries)})
	t.program.noteReport(report.Report)
}

// Progress implements app.Asker. Each phase is said once in a row.
func (t *terminal) Progress(phase card.Phase) {
	if !t.started {
		t.started = true
		t.program.note("progress.keep-still", nil)
	}
	if phase != t.phase {
		t.phase = phase
		t.program.note("phase."+string(phase), nil)
	}
}

// maxLine is the most that is read of a line: longer ones are wrong anyway,
// and somebody may send a whole disk.
const maxLine = 64

// read reads one line, without its end, byte by byte so that nothing of the
// next secret is taken along. It gives up when ctx ends; the read that is then
// left behind ends with the program.
func (t *terminal) read(ctx context.Context) ([]byte, error) {
	type result struct {
		line []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := readLine(t.program.stdin, t.interactive)
		done <- result{line, err}
	}()
	select {
	case r := <-done:
		if !t.interactive && errors.Is(r.err, io.EOF) {
			r.err = nil // an empty secret, refused as such
		}
		return r.line, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readLine returns io.EOF only where not one byte came before the end. What a
// person typed is read to the end of the line: the rest of a long one would be
// the answer to the next question.
func readLine(in *os.File, whole bool) ([]byte, error) {
	line := make([]byte, 0, maxLine+1) // never grows: no copy is left behind
	var one [1]byte
	defer clear(one[:])
	for whole || len(line) <= maxLine {
		n, err := in.Read(one[:])
		if n == 1 {
			if one[0] == '\n' {
				break
			}
			if len(line) <= maxLine {
				line = append(line, one[0])
			}
			continue
		}
		if err != nil && !(errors.Is(err, io.EOF) && len(line) > 0) {
			return line, err
		}
		break
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, nil
}
