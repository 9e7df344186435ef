package doctor

import (
	"context"
	"slices"

	"cientro/app/messages"
)

// Result is how one check came out.
type Result struct {
	Code    string // stable, as in "DOC-PCSC-003"
	Key     string
	Group   Group
	Verdict Verdict
	// Way is the stable name of how it came out: "ok", "none" or one of the
	// check's own.
	Way   string
	Facts []Fact
	// Commands are what can be typed to mend it, in their order.
	Commands []string

	fault Fault
}

// Looked says what was looked at.
func (r Result) Looked() messages.Phrase {
	if r.Key == "" {
		return messages.Phrase{Key: "doctor.looked-later"}
	}
	return messages.Phrase{Key: "doctor.looked." + r.Key}
}

// Means says what it means.
func (r Result) Means() messages.Phrase {
	switch {
	case r.Key == "":
		return messages.Phrase{Key: "doctor.means-later"}
	case r.Way == wayOK:
		return messages.Phrase{Key: "doctor.means-ok"}
	case r.Way == wayNone:
		return messages.Phrase{Key: "doctor.means-none"}
	}
	return messages.Phrase{Key: "doctor.means." + r.Key + "." + r.Way}
}

// Do says what to do; it is empty where there is nothing to be done.
func (r Result) Do() messages.Phrase {
	if r.Key == "" || r.Way == wayOK || r.Way == wayNone {
		return messages.Phrase{}
	}
	return messages.Phrase{Key: "doctor.do." + r.Key + "." + r.Way}
}

// Report is what a run found, or what a support code tells of one.
type Report struct {
	Version          string
	OS, Arch, Family string
	Results          []Result
	// Demo: reader and card are the virtual ones, whose data are made up.
	Demo bool
	// FromCode: it was read from a support code, which has no facts.
	FromCode bool
	code     string // the one that it was read from, as it is spelled
}

// Run makes the checks, one after the other. What ctx cuts short is told as not
// applicable.
func Run(ctx context.Context, o Options) Report {
	l := newLook(ctx, o)
	defer l.close()
	r := Report{Version: o.Version, OS: o.System.OS(), Arch: o.System.Arch(), Family: l.family, Demo: o.Virtual}
	due := dueIn(o.Groups)
	for i, c := range due {
		if o.Progress != nil {
			o.Progress(Progress{Group: c.group, Done: i, Total: len(due)})
		}
		found := none()
		if ctx.Err() == nil {
			found = c.look(l)
		}
		r.Results = append(r.Results, c.result(found, l.family))
	}
	slices.SortStableFunc(r.Results, byGroup)
	return r
}

// dueIn are the checks of groups, none of which means all.
func dueIn(groups []Group) []check {
	return slices.DeleteFunc(checks(), func(c check) bool { return len(groups) > 0 && !slices.Contains(groups, c.group) })
}

func (c check) result(o outcome, family string) Result {
	w, _ := c.wayOf(o.way)
	return Result{
		Code: c.code, Key: c.key, Group: c.group, Verdict: w.verdict, Way: w.name, Facts: o.facts,
		Commands: commandsFor(w.commands, family), fault: c.fault,
	}
}

func byGroup(a, b Result) int {
	return slices.Index(Groups(), a.Group) - slices.Index(Groups(), b.Group)
}

// Count is how many came out so.
func (r Report) Count(v Verdict) (n int) {
	for _, result := range r.Results {
		if result.Verdict == v {
			n++
		}
	}
	return n
}

// causes are the checks whose problem explains those of the others, the cause
// before what follows from it.
var causes = []string{
	"elsewhere", "installed", "library", "activation", "polkit", "socket", "answers", "ccid",
	"allowed", "kernel", "driver", "held", "listed", "contactless", "mute", "kind", "field",
	"pin", "puk", "chip", "sod", "clock", "validity",
	"module", "machine", "loads", "agent", "version", "p11kit", "policy", "firefox-path", "firefox", "chromium-path", "chromium",
	"flatpak", "snap",
}

// Summary is the last sentence: what is at fault, and the check that tells why.
type Summary struct {
	Fault Fault
	First *Result // nil where nothing is
}

// minded are the warnings that a next step is taken from where there is no
// problem, the more pressing before the others. One that leaves nothing to do is
// not among them.
var minded = []string{
	"usb", "present", "lookalike", "single", "pin.last", "pin.fewer", "puk.few", "validity.soon",
	"field", "sod", "remote", "disk", "policy", "firefox", "firefox-path", "chromium-path", "version",
}

// Summary finds the problem that explains the others. Without a problem nothing
// is at fault; then First is the warning to be minded, if there is one.
func (r Report) Summary() Summary {
	var first *Result
	for i, result := range r.Results {
		if result.Verdict == Problem && (first == nil || before(result.Key, first.Key)) {
			first = &r.Results[i]
		}
	}
	if first != nil {
		return Summary{first.faultOf(), first}
	}
	best := len(minded)
	for i, result := range r.Results {
		at := slices.IndexFunc(minded, func(m string) bool { return m == result.Key || m == result.Key+"."+result.Way })
		if result.Verdict == Warning && at >= 0 && at < best {
			first, best = &r.Results[i], at
		}
	}
	return Summary{FaultNone, first}
}

func before(a, b string) bool {
	i, j := slices.Index(causes, a), slices.Index(causes, b)
	return i >= 0 && (j < 0 || i < j)
}

// otherFaults are ways that are laid to something else than their check's others.
var otherFaults = map[string]Fault{
	"kind.unread": FaultReader, "chip.channel": FaultReader, "validity.not-yet": FaultComputer,
}

func (r Result) faultOf() Fault {
	if other, found := otherFaults[r.Key+"."+r.Way]; found {
		return other
	}
	return r.fault
}

// Phrase says it.
func (s Summary) Phrase() messages.Phrase {
	return messages.Phrase{Key: "doctor.summary." + string(s.Fault)}
}
