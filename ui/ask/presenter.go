package ask

import (
	"math"
	"time"

	"cientro/app/lasttry"
	"cientro/app/messages"
)

// presenter knows what the window says and what an act of the person means. It
// knows no widget. It is used from one goroutine.
type presenter struct {
	request  lasttry.Request
	words    *messages.Printer
	deadline time.Time
	whole    time.Duration // from the question to the deadline
	now      func() time.Time

	sure   bool
	said   lasttry.Answer // "" until there is an answer
	answer func(lasttry.Answer)
}

// newPresenter begins the question, whose time is over at the deadline. answer
// is called once.
func newPresenter(r lasttry.Request, words *messages.Printer, deadline time.Time, now func() time.Time, answer func(lasttry.Answer)) *presenter {
	return &presenter{request: r, words: words, deadline: deadline, whole: deadline.Sub(now()), now: now, answer: answer}
}

// tellSure says whether the person is sure of the PIN.
func (p *presenter) tellSure(sure bool) { p.sure = sure }

// mayConsent returns whether consent can be given: the person is sure, there is
// time left and no answer yet.
func (p *presenter) mayConsent() bool {
	return p.sure && p.said == "" && p.now().Before(p.deadline)
}

// consent says yes, where it can be said.
func (p *presenter) consent() {
	if p.mayConsent() {
		p.say(lasttry.Consent)
	}
}

// deny says no.
func (p *presenter) deny() { p.say(lasttry.Deny) }

func (p *presenter) say(a lasttry.Answer) {
	if p.said == "" {
		p.said = a
		p.answer(a)
	}
}

// tick says no when the time is over. It returns whether the question still
// stands.
func (p *presenter) tick() bool {
	if !p.now().Before(p.deadline) {
		p.deny()
	}
	return p.said == ""
}

// left is how much time there is: the part of the whole, and in words. A second
// that has begun counts, so that the last one shown is 1.
func (p *presenter) left() (part float64, words string) {
	left := max(p.deadline.Sub(p.now()), 0)
	if p.whole > 0 {
		part = min(float64(left)/float64(p.whole), 1)
	}
	return part, p.words.Count("lasttry.countdown", int(math.Ceil(left.Seconds())), nil)
}

// The most that is shown of texts from outside, in characters: nobody's name may
// push the rest of the window out of sight.
const (
	maxName   = 40
	maxFile   = 120
	maxReader = 64
)

// shortened leaves out the middle of a long text: of a path the beginning tells
// whose folder it is, and the end which program.
func shortened(text string, most int) string {
	all := []rune(text)
	if len(all) <= most {
		return text
	}
	end := most / 2
	return string(all[:most-1-end]) + "…" + string(all[len(all)-end:])
}

// texts are the sentences of the window.
type texts struct {
	title, demo                    string // demo is empty for a real card
	heading, asks, warning, advice string
	program, file, reader, tries   string // what they are called
	programIs, fileIs, readerIs    string // what they are; empty where unknown
	triesAre                       string
	sure, deny, consent            string
	triesLeft, triesMax            int // marks; triesMax is 0 where nobody knows
}

func (p *presenter) texts() texts {
	r := p.request
	t := texts{
		title:   p.words.Text("lasttry.title", nil),
		advice:  p.words.Text("lasttry.advice", nil),
		program: p.words.Text("lasttry.program", nil), programIs: shortened(r.Host.Name, maxName),
		file: p.words.Text("lasttry.file", nil), fileIs: shortened(r.Host.Program, maxFile),
		reader: p.words.Text("lasttry.reader", nil), readerIs: shortened(r.Reader, maxReader),
		tries:   p.words.Text("lasttry.tries", nil),
		sure:    p.words.Text("lasttry.sure", nil),
		deny:    p.words.Text("lasttry.deny", nil),
		consent: p.words.Text("lasttry.consent", nil),
	}
	if r.Demo {
		t.demo = p.words.Text("lasttry.demo", nil)
	}
	if r.Host.Name == "" {
		t.asks = p.words.Text("lasttry.asks.unnamed", nil)
		t.programIs = p.words.Text("lasttry.unnamed", messages.Values{"PID": r.Host.PID})
	} else {
		t.asks = p.words.Text("lasttry.asks", messages.Values{"Name": t.programIs})
	}
	p.tellTries(&t)
	return t
}

// tellTries says how many tries are left, and no more than is known.
func (p *presenter) tellTries(t *texts) {
	tries := p.request.Tries
	if tries.Source == lasttry.SourceUnknown {
		t.heading = p.words.Text("lasttry.heading.unknown", nil)
		t.warning = p.words.Text("lasttry.warning.unknown", nil)
		t.triesAre = p.words.Text("lasttry.tries.unknown", nil)
		return
	}
	seen := tries.Source != lasttry.SourceCard
	t.triesLeft, t.triesMax = tries.Left, tries.Max
	if seen {
		t.triesAre = p.words.Text("lasttry.tries.seen", messages.Values{"Left": tries.Left, "Max": tries.Max})
	} else {
		t.triesAre = p.words.Count("tries.of", tries.Left, messages.Values{"Max": tries.Max})
	}
	switch {
	case tries.Left > 1:
		t.heading = p.words.Text("lasttry.heading.more", nil)
		t.warning = p.words.Count("lasttry.warning.more", tries.Left, nil)
	case seen:
		t.heading = p.words.Text("lasttry.heading.maybe-last", nil)
		t.warning = p.words.Text("lasttry.warning.maybe-last", nil)
	default:
		t.heading = p.words.Text("lasttry.heading.last", nil)
		t.warning = p.words.Text("lasttry.warning.last", nil)
	}
}
