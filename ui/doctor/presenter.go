package doctor

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"cientro/app/checkup"
	"cientro/app/doctor"
	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// presenter knows what the page says. It knows no widget but the moods of a
// notice, and is used from one goroutine.
type presenter struct {
	words *messages.Printer
}

func (p presenter) text(key string) string { return p.words.Text(key, nil) }

func (p presenter) sentence(key string, values messages.Values) string {
	return p.words.Text(key, values)
}

// texts are what the page says at this moment: how far a run is, what it found, or,
// where both are nil, what it is for.
type texts struct {
	running *progress
	report  *report
	demo    bool
}

// stage is how far a group is.
type stage int

const (
	later stage = iota
	now
	done
)

// step is a group in a run.
type step struct {
	name  string
	stage stage
}

// progress is a run under way.
type progress struct {
	part  float64 // from 0 to 1
	line  string
	steps []step
}

// report is a run that is over.
type report struct {
	mood         widgets.Mood
	verdict      string
	more         []string
	commands     []string
	ways         []page.Name // where this app itself does what a command does
	code         string      // of the check that tells why
	counts, when string
	groups       []group
	support      string // the support code
}

// group is checks that belong together.
type group struct {
	id             doctor.Group
	verdict        doctor.Verdict // the gravest
	name, counts   string
	notable, other []check
	show           string // the words of the button that shows the others
}

// check is a check in words.
type check struct {
	verdict   doctor.Verdict
	name      string
	means, do string
	commands  []string
	ways      []page.Name
	line      string // verdict, code, and what was seen
}

func (p presenter) texts(s checkup.State) texts {
	t := texts{demo: s.Demo && (s.Running || s.Report != nil)}
	switch {
	case s.Running:
		t.running = p.running(s.Progress)
	case s.Report != nil:
		t.report = p.report(s)
	}
	return t
}

// running is how far a run has come.
func (p presenter) running(at doctor.Progress) *progress {
	t := &progress{line: p.text("checkup.progress.begin"), steps: p.steps(at.Group)}
	if at.Total > 0 {
		t.part = float64(at.Done) / float64(at.Total)
		t.line = p.sentence("checkup.progress", messages.Values{
			"Done": at.Done + 1, "Total": at.Total, "Group": p.group(at.Group),
		})
	}
	return t
}

// steps are all groups, when this one is looked at; "" is none yet.
func (p presenter) steps(at doctor.Group) []step {
	here := slices.Index(doctor.Groups(), at)
	steps := make([]step, len(doctor.Groups()))
	for i, g := range doctor.Groups() {
		steps[i].name = p.group(g)
		switch {
		case i < here:
			steps[i].stage = done
		case i == here:
			steps[i].stage = now
		}
	}
	return steps
}

func (p presenter) group(g doctor.Group) string { return p.text("checkup.group." + string(g)) }

func (p presenter) report(s checkup.State) *report {
	r := s.Report
	t := &report{support: r.SupportCode(), counts: p.counts(r.Results)}
	t.when = p.sentence("checkup.at", messages.Values{"When": s.At.Local().Format(p.text("checkup.time"))})
	p.verdict(r, t)
	for _, g := range doctor.Groups() {
		if of := p.checks(g, r.Results); of != nil {
			t.groups = append(t.groups, *of)
		}
	}
	return t
}

// verdict is the one sentence, and the next step.
func (p presenter) verdict(r *doctor.Report, t *report) {
	summary := r.Summary()
	t.verdict = strings.TrimSuffix(summary.Phrase().Say(p.words), ".")
	switch warnings := r.Count(doctor.Warning); {
	case summary.Fault != doctor.FaultNone:
		t.mood = widgets.Bad
	case summary.First != nil:
		t.mood = widgets.Plain
	default:
		t.mood = widgets.Good
		t.more = []string{p.text("checkup.verdict.none.all")}
		if warnings > 0 {
			t.more = []string{p.words.Count("checkup.verdict.none.warnings", warnings, nil)}
		}
	}
	if first := summary.First; first != nil {
		t.more, t.code = []string{first.Means().Say(p.words)}, first.Code
		t.commands, t.ways = first.Commands, ways(first.Commands)
		do := first.Do().Say(p.words)
		if len(t.ways) > 0 { // nobody has to type what a press does
			t.commands, do = nil, p.text("checkup.here."+string(t.ways[0]))
		}
		if do != "" {
			t.more = append(t.more, p.sentence("checkup.next", messages.Values{"Text": do}))
		}
	}
}

// checks are those of a group, nil where none was made.
func (p presenter) checks(g doctor.Group, all []doctor.Result) *group {
	of := slices.DeleteFunc(slices.Clone(all), func(r doctor.Result) bool { return r.Group != g })
	if len(of) == 0 {
		return nil
	}
	t := &group{id: g, name: p.group(g), counts: p.counts(of), verdict: gravest(of)}
	for _, r := range of {
		if c := p.check(r); r.Verdict == doctor.Problem || r.Verdict == doctor.Warning {
			t.notable = append(t.notable, c)
		} else {
			t.other = append(t.other, c)
		}
	}
	slices.SortStableFunc(t.notable, func(a, b check) int { return rank(b.verdict) - rank(a.verdict) })
	slices.SortStableFunc(t.other, func(a, b check) int { return rank(b.verdict) - rank(a.verdict) })
	show := "checkup.show"
	if len(t.notable) == 0 {
		show = "checkup.show.all"
	}
	t.show = p.words.Count(show, len(t.other), nil)
	return t
}

func (p presenter) check(r doctor.Result) check {
	c := check{verdict: r.Verdict, name: r.Looked().Say(p.words), commands: r.Commands, ways: ways(r.Commands)}
	verdict := p.text("checkup.result." + string(r.Verdict))
	values := messages.Values{"Verdict": verdict, "Code": r.Code}
	c.line = p.sentence("checkup.check.line", values)
	if len(r.Facts) > 0 {
		seen := make([]string, len(r.Facts))
		for i, f := range r.Facts {
			seen[i] = f.String()
		}
		values["Seen"] = strings.Join(seen, ", ")
		c.line = p.sentence("checkup.check.line.seen", values)
	}
	if r.Way != wayOK && r.Way != wayNone {
		c.means = r.Means().Say(p.words)
		if do := r.Do().Say(p.words); do != "" {
			c.do = p.sentence("checkup.do", messages.Values{"Text": do})
		}
	}
	return c
}

// ways are the pages on which a person does what commands do.
func ways(commands []string) (ways []page.Name) {
	for _, command := range commands {
		switch command {
		case "cientro browser install":
			ways = append(ways, page.Browsers)
		case "cientro pin unblock":
			ways = append(ways, page.Unblock)
		case "cientro certificate":
			ways = append(ways, page.Certificate)
		}
	}
	return ways
}

// counts says how many there are of each verdict, the gravest first.
func (p presenter) counts(of []doctor.Result) string {
	count := func(v doctor.Verdict) (n int) {
		for _, r := range of {
			if r.Verdict == v {
				n++
			}
		}
		return n
	}
	var parts []string
	if n := count(doctor.Problem); n > 0 {
		parts = append(parts, p.words.Count("checkup.counts.problem", n, nil))
	}
	if n := count(doctor.Warning); n > 0 {
		parts = append(parts, p.words.Count("checkup.counts.warning", n, nil))
	}
	if n := count(doctor.OK); n > 0 {
		parts = append(parts, p.sentence("checkup.counts.ok", messages.Values{"Count": n}))
	}
	if n := count(doctor.NotApplicable); n > 0 {
		parts = append(parts, p.words.Count("checkup.counts.none", n, nil))
	}
	return strings.Join(parts, " · ")
}

// The ways of checks about which there is nothing more to say.
const wayOK, wayNone = "ok", "none"

// rank orders verdicts by their gravity.
func rank(v doctor.Verdict) int {
	return slices.Index([]doctor.Verdict{doctor.NotApplicable, doctor.OK, doctor.Warning, doctor.Problem}, v)
}

func gravest(of []doctor.Result) doctor.Verdict {
	worst := doctor.NotApplicable
	for _, r := range of {
		if rank(r.Verdict) > rank(worst) {
			worst = r.Verdict
		}
	}
	return worst
}

// file is a report to be saved.
type file struct {
	name    string
	content []byte
}

// asText is the report in words.
func (p presenter) asText(r *doctor.Report) file {
	return file{p.text("checkup.file") + ".txt", []byte(r.Text(p.words))}
}

// asJSON is the report for programs.
func (p presenter) asJSON(r *doctor.Report) (file, error) {
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(r.Document(p.words))
	return file{p.text("checkup.file") + ".json", content.Bytes()}, err
}

// readable sets the groups of a support code apart by blanks, at which a line may
// be broken: whoever reads it out or types it needs no dash.
func readable(code string) string { return strings.ReplaceAll(code, "-", " ") }
