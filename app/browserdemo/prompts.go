package browserdemo

import (
	"context"
	"strings"
	"sync"
	"time"
)

// Prompts answers the windows in which a browser asks for a PIN.
type Prompts struct {
	mu       sync.Mutex
	count    int
	answered time.Time
	err      error
}

// Count tells how often the PIN was asked for.
func (p *Prompts) Count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

// Err is why answering failed, if it did.
func (p *Prompts) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// answeredAt is when the last answer was given.
func (p *Prompts) answeredAt() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.answered
}

// AnswerPrompts types the PINs into the prompts of a browser, one each, in
// turn, and counts further prompts without answering, until ctx ends. A nil PIN
// cancels the prompt.
func (d *Display) AnswerPrompts(ctx context.Context, kind Kind, pins ...[]byte) *Prompts {
	p := &Prompts{}
	go func() {
		var open string // the prompt seen last, while it is there
		for ctx.Err() == nil {
			w, found := d.prompt(ctx, kind)
			switch {
			case !found:
				open = ""
			case w.ID != open:
				open = w.ID
				p.met(ctx, d, w, pins)
			}
			select {
			case <-ctx.Done():
			case <-time.After(lookEvery):
			}
		}
	}()
	return p
}

// met counts a prompt and answers it, if there is an answer left.
func (p *Prompts) met(ctx context.Context, d *Display, w Window, pins [][]byte) {
	p.mu.Lock()
	n := p.count
	p.count++
	p.mu.Unlock()
	if n >= len(pins) {
		return
	}
	err := d.answer(ctx, w, pins[n])
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answered = time.Now()
	if err != nil && ctx.Err() == nil && p.err == nil {
		p.err = err
	}
}

func (d *Display) prompt(ctx context.Context, kind Kind) (Window, bool) {
	windows, _ := d.Windows(ctx)
	for _, w := range windows {
		if w.IsPrompt(kind) {
			return w, true
		}
	}
	return Window{}, false
}

func (d *Display) answer(ctx context.Context, w Window, pin []byte) error {
	if pin == nil {
		return d.Key(ctx, w, "Escape")
	}
	if err := d.Type(ctx, w, pin); err != nil {
		return err
	}
	return d.Key(ctx, w, "Return")
}

// confirmEvery is the pause between two presses of Return, longer than the half
// second in which Chromium ignores what is pressed on a dialog that has just come.
const confirmEvery = time.Second

// ConfirmCertificate presses Return in Chromium's window, where it asks which
// certificate to show, until somebody is let in or ctx ends. The question is
// drawn inside the window and cannot be told from outside; where there is none,
// Return does nothing on a page that is still loading.
func (d *Display) ConfirmCertificate(ctx context.Context, s *Server) {
	before := s.Count(EventLogin)
	for ctx.Err() == nil && s.Count(EventLogin) == before {
		windows, _ := d.Windows(ctx)
		for _, w := range windows {
			if strings.Contains(w.Title, "Chrom") && s.Count(EventFailed) > 0 {
				d.confirm(ctx, w)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(confirmEvery):
		}
	}
}

// confirm presses Return, unless the PIN is asked for: it would be taken for an
// answer.
func (d *Display) confirm(ctx context.Context, w Window) {
	if _, asking := d.prompt(ctx, Chromium); asking || d.focus(ctx, w) != nil {
		return
	}
	if _, asking := d.prompt(ctx, Chromium); !asking {
		_, _ = d.xdotool(ctx, nil, "key", "Return")
	}
}
