package trylogin

import (
	"cientro/app/logintest"
	"cientro/app/messages"
	"cientro/ui/widgets"
)

// presenter knows what the page says. It knows no widget but the moods of a
// notice, and is used from one goroutine.
type presenter struct {
	test  *logintest.Test
	words *messages.Printer
}

// row is a check in words.
type row struct {
	result    logintest.Result
	name      string // and how it came out
	found, do string
}

// texts are what the page says at this moment.
type texts struct {
	mood          widgets.Mood
	verdict       string
	more          []string
	failed        string // why the test could not begin
	ways          bool   // the ways to try it are shown
	mayTry        bool   // and can be pressed
	canLook       bool   // the checks can be made again
	stop, again   bool   // a test can be ended; forgotten
	end           string // what ending it is called
	steps         []string
	before, after []row
	duringFirst   bool // what happens in the login counts more now
}

func (p *presenter) text(key string) string { return p.words.Text(key, nil) }

func (p *presenter) texts() texts {
	s := p.test.State()
	busy := s.Phase == logintest.PhasePreparing || s.Phase == logintest.PhaseRunning
	t := texts{
		ways: !busy, mayTry: !busy && s.MayTry, canLook: !busy && !s.Looking, stop: busy, again: s.Phase == logintest.PhaseOver,
		failed: s.Failed.Say(p.words), duringFirst: s.Phase != logintest.PhaseIdle,
	}
	for i, c := range s.Checks {
		r := p.row(c)
		if i < len(s.Checks)-duringCount {
			t.before = append(t.before, r)
		} else {
			t.after = append(t.after, r)
		}
		if c.ID == s.Missing {
			t.more = compact(r.found, r.do)
		}
	}
	t.end = p.text("trylogin.stop")
	if s.Verdict == logintest.VerdictReady || s.Verdict == logintest.VerdictAlmost {
		t.end = p.text("trylogin.done") // nothing is broken off any more
	}
	p.verdict(s, &t)
	if busy && s.Verdict == logintest.VerdictRunning || s.Phase == logintest.PhasePreparing {
		t.steps = p.steps(s)
	}
	return t
}

// duringCount is how many checks are of the login itself: connection, TLS,
// certificate, signature.
const duringCount = 4

func compact(sentences ...string) (kept []string) {
	for _, s := range sentences {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

func (p *presenter) row(c logintest.Check) row {
	return row{
		result: c.Result,
		name: p.words.Text("trylogin.row", messages.Values{
			"Check": p.text("trylogin.check." + string(c.ID)), "Result": p.text("trylogin.result." + string(c.Result)),
		}),
		found: c.Found.Say(p.words), do: c.Do.Say(p.words),
	}
}

// verdict puts the verdict into words.
func (p *presenter) verdict(s logintest.State, t *texts) {
	t.verdict = p.text("trylogin.verdict.none")
	switch s.Verdict {
	case logintest.VerdictReady:
		t.mood, t.verdict = widgets.Good, p.text("trylogin.verdict.ready")
		t.more = []string{p.text("trylogin.verdict.more.ready")}
	case logintest.VerdictAlmost:
		t.mood, t.verdict = widgets.Warning, p.text("trylogin.verdict.almost")
		t.more = append([]string{p.text("trylogin.verdict.more.almost")}, t.more...)
	case logintest.VerdictMissing:
		t.mood = widgets.Warning
		t.verdict = p.words.Text("trylogin.verdict.missing", messages.Values{"Check": p.text("trylogin.check." + string(s.Missing))})
	case logintest.VerdictUnsure:
		t.mood = widgets.Warning
		t.verdict = p.words.Text("trylogin.verdict.unsure", messages.Values{"Check": p.text("trylogin.check." + string(s.Missing))})
	case logintest.VerdictRunning:
		t.verdict, t.more = p.text("trylogin.verdict.running"), []string{p.text("trylogin.verdict.more.running")}
	case logintest.VerdictPrepared:
		t.verdict = p.text("trylogin.verdict.prepared")
	}
	if s.Looking && openEnd(s.Verdict) {
		t.mood, t.verdict, t.more = widgets.Plain, p.text("trylogin.looking"), nil
	}
	if s.Phase == logintest.PhaseOver && openEnd(s.Verdict) {
		t.mood, t.verdict = widgets.Plain, p.text("trylogin.verdict.over")
		t.more = append([]string{p.text("trylogin.verdict.more.over")}, t.more...)
	}
	if s.Phase == logintest.PhasePreparing {
		t.mood, t.verdict, t.more = widgets.Plain, p.text("trylogin.steps.preparing"), nil
	}
}

// openEnd says of a verdict that it is only about what was seen beforehand.
func openEnd(v logintest.Verdict) bool {
	return v == logintest.VerdictNone || v == logintest.VerdictPrepared || v == logintest.VerdictUnsure
}

// steps are what a person does in the browser, in order.
func (p *presenter) steps(s logintest.State) []string {
	var all []string
	if s.Way == logintest.WayApart {
		all = append(all, p.text("trylogin.steps.apart"))
	} else {
		family := s.Family
		if family == "" {
			family = "other"
		}
		all = append(all,
			p.text("trylogin.steps.own."+family),
			p.words.Text("trylogin.steps.own.only", messages.Values{"Address": address(s.Address)}))
	}
	all = append(all, p.text("trylogin.steps.certificate"), p.text("trylogin.steps.pin"), p.text("trylogin.steps.back"))
	for i, step := range all {
		all[i] = p.words.Text("trylogin.step", messages.Values{"Number": i + 1, "Text": step})
	}
	return all
}

// address is that of the server, also before there is one.
func address(of string) string {
	if of == "" {
		return "https://localhost"
	}
	return of
}
