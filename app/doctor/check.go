package doctor

import (
	"slices"
	"strings"
)

// Group is what a check belongs to, the end of catalogue keys.
type Group string

// The groups, in the order of a report.
const (
	GroupSystem      Group = "system"
	GroupService     Group = "service"
	GroupReaders     Group = "readers"
	GroupCard        Group = "card"
	GroupCertificate Group = "certificate"
	GroupBrowsers    Group = "browsers"
	GroupModule      Group = "module"
	GroupLeftovers   Group = "leftovers"
)

// Groups lists them.
func Groups() []Group {
	return []Group{
		GroupSystem, GroupService, GroupReaders, GroupCard,
		GroupCertificate, GroupBrowsers, GroupModule, GroupLeftovers,
	}
}

// Verdict is how a check came out.
type Verdict string

// The verdicts.
const (
	OK            Verdict = "ok"
	Warning       Verdict = "warning"
	Problem       Verdict = "problem"
	NotApplicable Verdict = "not-applicable"
)

// Fault is what a problem is laid to in the last sentence.
type Fault string

// What can be at fault.
const (
	FaultNone     Fault = "none"
	FaultCard     Fault = "card"
	FaultReader   Fault = "reader"
	FaultComputer Fault = "computer"
	FaultService  Fault = "service"
)

// way is one of the ways in which a check can come out.
type way struct {
	name     string
	verdict  Verdict
	commands []string // exact; for several systems where they begin with a packager
}

// The names of the two ways that every check has.
const (
	wayOK   = "ok"
	wayNone = "none" // not applicable
)

// check is one of the checks. Its place in the table is its number in support
// codes, as is the place of a way: both only ever grow at the end.
type check struct {
	code  string // "DOC-PCSC-003"
	key   string // the end of catalogue keys
	group Group
	fault Fault
	look  func(*look) outcome
	ways  []way // those that are neither OK nor not applicable
}

// outcome is what a check found.
type outcome struct {
	way   string
	facts []Fact
}

func ok(facts ...Fact) outcome { return outcome{wayOK, facts} }

func none() outcome { return outcome{way: wayNone} }

func found(way string, facts ...Fact) outcome { return outcome{way, facts} }

// note, warn and fault make ways for the table. A note is what could not be looked
// at through nobody's fault.
func note(name string, commands ...string) way  { return way{name, NotApplicable, commands} }
func warn(name string, commands ...string) way  { return way{name, Warning, commands} }
func fault(name string, commands ...string) way { return way{name, Problem, commands} }

// command marks texts that are typed as they stand, in no language.
func command(text string) string { return text }

// wayOf finds the way of that name and its number in support codes: 0 is OK.
func (c check) wayOf(name string) (w way, number int) {
	switch name {
	case wayOK:
		return way{name: wayOK, verdict: OK}, 0
	case wayNone:
		return way{name: wayNone, verdict: NotApplicable}, codeNone
	}
	i := slices.IndexFunc(c.ways, func(w way) bool { return w.name == name })
	if i < 0 {
		panic(errUnknownWay(c.code, name)) // the table and the check belong together
	}
	return c.ways[i], i + 1
}

// packagers are commands that belong to one family of distributions.
var packagers = map[string]string{"apt": "debian", "dnf": "fedora", "pacman": "arch", "zypper": "suse"}

// commandsFor keeps those that this system has: all that belong to no family,
// and of the others those of its own. An unknown system gets all.
func commandsFor(commands []string, family string) []string {
	var kept, foreign []string
	for _, c := range commands {
		words := strings.Fields(strings.TrimPrefix(c, "sudo "))
		of, bound := packagers[words[0]]
		if !bound || of == family {
			kept = append(kept, c)
		} else {
			foreign = append(foreign, c)
		}
	}
	if family == "" {
		return append(kept, foreign...)
	}
	return kept
}
