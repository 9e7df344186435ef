package training

import (
	"strconv"
	"strings"

	"cientro/app"
	"cientro/app/messages"
	course "cientro/app/training"
)

// code is a PIN or PUK as the panel shows it.
type code struct {
	name, digits string
	left, max    int
	tries        string
}

// texts are what the page says of the course at this moment.
type texts struct {
	running bool

	place     string // where the card is
	there     bool   // on the reader
	move      string // the button that changes it
	codes     []code // none for a card that is no CIE
	isCIE     bool
	card      int // numbers of what is chosen, in the order of the options
	family    int
	state     int // of the codes; 0 is none of those that can be chosen
	fault     int
	explains  string // the fault
	realistic bool
	failed    string
}

func (p *presenter) text(key string) string { return p.words.Text(key, nil) }

func (p *presenter) texts() texts {
	s := p.course.State()
	t := texts{
		running: s.Running, there: s.OnReader, isCIE: s.Card == course.CardCIE, realistic: s.Realistic,
		card: index(course.Cards(), s.Card), family: index(course.Families(), s.Family),
		fault: index(course.Faults(), s.Fault), explains: p.text("training.explain." + faultName(s.Fault)),
	}
	switch {
	case s.OnReader:
		t.place, t.move = p.text("training.on"), p.text("training.remove")
	case s.Moving:
		t.place, t.move = p.text("training.moving"), p.text("training.remove")
	default:
		t.place, t.move = p.text("training.away"), p.text("training.insert")
	}
	if p.failed != nil {
		t.failed = p.words.Text("training.failed", messages.Values{"Error": p.failed})
	}
	if s.Running && t.isCIE {
		t.codes = []code{
			p.code("training.pin", s.PIN, s.PINLeft, s.PINMax),
			p.code("training.puk", s.PUK, s.PUKLeft, s.PUKMax),
		}
		t.state = 1 + index(course.AllCodes(), codesOf(s))
	}
	return t
}

func (p *presenter) code(key, digits string, left, max int) code {
	c := code{name: p.text(key), digits: halves(digits), left: left, max: max}
	c.tries = p.words.Count("training.tries-left", left, messages.Values{"Max": max})
	if left == 0 {
		c.tries = p.text("training.blocked")
	}
	return c
}

// halves sets a code as it is printed: in two halves.
func halves(digits string) string {
	if len(digits) != 8 {
		return digits
	}
	return digits[:4] + " " + digits[4:]
}

// codesOf names the state of the codes, "" where it is none of those that can
// be chosen.
func codesOf(s course.State) course.Codes {
	pin, puk := s.PINLeft, s.PUKLeft
	switch {
	case pin == s.PINMax && puk == s.PUKMax:
		return course.CodesNew
	case pin == 1 && puk == s.PUKMax:
		return course.CodesLastPIN
	case pin == 0 && puk == s.PUKMax:
		return course.CodesPINBlocked
	case pin == 0 && puk == 1:
		return course.CodesLastPUK
	case pin == 0 && puk == 0:
		return course.CodesPUKBlocked
	}
	return ""
}

// index is the number of an option, -1 where it is none.
func index[T comparable](options []T, wanted T) int {
	for i, o := range options {
		if o == wanted {
			return i
		}
	}
	return -1
}

func (p *presenter) cards() []string {
	return options(course.Cards(), func(c course.CardName) string { return p.text("training.card." + string(c)) })
}

func (p *presenter) families() []string { return options(course.Families(), app.ChipName) }

func (p *presenter) codes() []string {
	return append([]string{p.text("training.codes.keep")},
		options(course.AllCodes(), func(c course.Codes) string { return p.text("training.codes." + string(c)) })...)
}

func (p *presenter) faults() []string {
	return options(course.Faults(), func(f course.Fault) string { return p.text("training.fault." + faultName(f)) })
}

func faultName(f course.Fault) string {
	if f == course.FaultNone {
		return "none"
	}
	return string(f)
}

func options[T any](of []T, say func(T) string) []string {
	words := make([]string, len(of))
	for i, o := range of {
		words[i] = say(o)
	}
	return words
}

// row is a line of the journal in words.
type row struct {
	number, code, what, answer, fault string
	event, trouble                    bool
}

func (p *presenter) row(l course.Line) row {
	r := row{what: l.What.Say(p.words), event: l.Event != "", trouble: l.Mood == course.MoodTrouble}
	if r.event {
		return r
	}
	r.number, r.answer = strconv.Itoa(l.Number), l.Answer.Say(p.words)
	r.code = l.Header
	if l.StatusWord != "" {
		r.code += " → " + l.StatusWord
	}
	var notes []string
	if l.Protected {
		notes = append(notes, p.text("training.journal.protected"))
	}
	if l.Chained {
		notes = append(notes, p.text("training.journal.chained"))
	}
	if len(notes) > 0 {
		r.what += " (" + strings.Join(notes, "; ") + ")"
	}
	if fault := l.Fault.Say(p.words); fault != "" {
		r.fault = p.words.Text("training.journal.fault", messages.Values{"Fault": fault})
	}
	return r
}

// rows are the lines of the journal that are shown, the latest first, and how
// many earlier ones the button below them would bring.
func (p *presenter) rows() (rows []row, more int) {
	lines := p.course.Journal()
	for i := len(lines) - 1; i >= 0 && len(rows) < p.lines; i-- {
		rows = append(rows, p.row(lines[i]))
	}
	return rows, min(len(lines)-len(rows), manyLines)
}

// sums is what the journal comes to.
func (p *presenter) sums() string {
	s := p.course.State()
	if s.Commands == 0 {
		return p.text("training.journal.empty")
	}
	sums := []string{
		p.words.Count("training.journal.commands", s.Commands, nil),
		p.words.Count("training.journal.codes", s.CodesPresented, nil),
	}
	if s.CodesPresented > 0 {
		sums = append(sums, p.words.Count("training.journal.wrong", s.CodesWrong, nil))
	}
	return strings.Join(sums, " · ")
}
