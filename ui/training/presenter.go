package training

import (
	"strings"

	"cientro/app/messages"
	course "cientro/app/training"
)

// part is one of the three parts of the page while a course runs.
type part string

// The parts; their names are topics of the page, too.
const (
	partCard      part = "card"
	partJournal   part = "journal"
	partExercises part = "exercises"
)

func parts() []part { return []part{partCard, partJournal, partExercises} }

// presenter knows what the page says and what an act of the trainer means. It
// knows no widget, and is used from one goroutine.
type presenter struct {
	course *course.Session
	words  *messages.Printer
	part   part
	lines  int // of the journal that are shown at most
	copied bool
	ready  course.Exercise // that was prepared last
	failed error           // of the last act
}

// manyLines are shown of the journal at first, and so many more each time.
const manyLines = 40

func newPresenter(c *course.Session, words *messages.Printer) *presenter {
	return &presenter{course: c, words: words, part: partCard, lines: manyLines}
}

// show brings a part in sight; what is no part is nothing.
func (p *presenter) show(name part) {
	for _, known := range parts() {
		if known == name {
			p.part, p.copied = name, false
		}
	}
}

func (p *presenter) start() {
	p.failed = p.course.Start()
	p.part, p.lines, p.ready = partCard, manyLines, ""
}

func (p *presenter) stop() {
	p.course.Stop()
	p.failed = nil
}

// move lays the card on the reader or takes it away, whichever it can be.
func (p *presenter) move() {
	if s := p.course.State(); s.OnReader || s.Moving {
		p.course.Remove()
		return
	}
	p.course.Insert()
}

func (p *presenter) chooseCard(number int) {
	if s := p.course.State(); course.Cards()[number] != s.Card {
		p.failed = p.course.Choose(course.Cards()[number], "")
	}
}

func (p *presenter) chooseFamily(number int) {
	if s := p.course.State(); course.Families()[number] != s.Family {
		p.failed = p.course.Choose(course.CardCIE, course.Families()[number])
	}
}

// chooseCodes takes the number among what codes lists, of which the first
// changes nothing.
func (p *presenter) chooseCodes(number int) {
	if number > 0 && course.AllCodes()[number-1] != codesOf(p.course.State()) {
		p.failed = p.course.SetCodes(course.AllCodes()[number-1])
	}
}

func (p *presenter) chooseFault(number int) {
	if f := course.Faults()[number]; f != p.course.State().Fault {
		p.failed = p.course.SetFault(f)
	}
}

func (p *presenter) reset() { p.failed = p.course.Reset() }

func (p *presenter) prepare(e course.Exercise) {
	if p.failed = p.course.Prepare(e); p.failed == nil {
		p.ready = e
	}
}

func (p *presenter) more() { p.lines += manyLines }

func (p *presenter) clear() {
	p.course.ClearJournal()
	p.lines, p.copied = manyLines, false
}

// copy returns the whole journal as text, oldest line first.
func (p *presenter) copy() string {
	p.copied = true
	var text strings.Builder
	for _, l := range p.course.Journal() {
		r := p.row(l)
		fields := []string{r.number, r.code, r.what, r.answer, r.fault}
		kept := fields[:0]
		for _, f := range fields {
			if f != "" {
				kept = append(kept, f)
			}
		}
		text.WriteString(strings.Join(kept, " | ") + "\n")
	}
	return text.String()
}
