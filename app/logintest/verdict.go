package logintest

// Verdict is the one sentence at the end.
type Verdict string

// The verdicts.
const (
	// VerdictNone: not everything was looked at yet that can be beforehand.
	VerdictNone Verdict = "none"
	// VerdictPrepared: all that can be looked at beforehand is well.
	VerdictPrepared Verdict = "prepared"
	// VerdictUnsure: nothing is known to be wrong, and not all could be found out,
	// or there is something to be minded; Missing names the first such check.
	VerdictUnsure Verdict = "unsure"
	// VerdictMissing: something has to be mended; Missing names it.
	VerdictMissing Verdict = "missing"
	// VerdictRunning: the browser is open, and nothing has come of it yet.
	VerdictRunning Verdict = "running"
	// VerdictReady: the login was seen to work.
	VerdictReady Verdict = "ready"
	// VerdictAlmost: it was seen to work in the separate profile, and the default
	// browser is not known to have the module.
	VerdictAlmost Verdict = "almost"
)

// judge finds the verdict, and the first check that it is about. What is not known
// is never taken for well.
func judge(checks []Check, phase Phase, way Way) (Verdict, ID) {
	by := map[ID]Check{}
	for _, c := range checks {
		by[c.ID] = c
	}
	switch {
	case by[Signature].Result == OK && by[Certificate].Result == OK:
		if way == WayApart && by[Module].Result != OK {
			return VerdictAlmost, Module
		}
		return VerdictReady, ""
	case phase == PhaseRunning && !duringProblem(by):
		return VerdictRunning, ""
	case phase != PhaseIdle && duringProblem(by):
		return VerdictMissing, first(by, during(), Problem)
	}
	return judgeAhead(by)
}

// judgeAhead is the verdict before a login.
func judgeAhead(by map[ID]Check) (Verdict, ID) {
	if missing := first(by, IDs(), Problem); missing != "" {
		return VerdictMissing, missing
	}
	if first(by, before(), Waiting) != "" {
		return VerdictNone, ""
	}
	if unknown := first(by, before(), Unknown); unknown != "" {
		return VerdictUnsure, unknown
	}
	return VerdictPrepared, ""
}

// first is the first of some checks that came out so, "" where none did.
func first(by map[ID]Check, of []ID, result Result) ID {
	for _, id := range of {
		if by[id].Result == result {
			return id
		}
	}
	return ""
}

func duringProblem(by map[ID]Check) bool { return first(by, during(), Problem) != "" }

// mayTry says whether a login would test what is installed: not where a part of it
// is not there, or is of another version.
func mayTry(checks []Check) bool {
	for _, c := range checks {
		if (c.ID == Program || c.ID == Version) && c.Result == Problem {
			return false
		}
	}
	return true
}
