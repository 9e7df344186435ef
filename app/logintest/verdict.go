package logintest

// Verdict is the one sentence at the end.
type Verdict string

// The verdicts.
const (
	// VerdictNone: nothing was looked at yet.
	VerdictNone Verdict = "none"
	// VerdictPrepared: all that can be looked at beforehand is well.
	VerdictPrepared Verdict = "prepared"
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

// judge finds the verdict, and the first check that found a problem.
func judge(checks []Check, phase Phase, way Way) (Verdict, ID) {
	by := map[ID]Check{}
	looked := false
	var missing ID
	for _, c := range checks {
		by[c.ID] = c
		looked = looked || c.Result != Waiting
		if c.Result == Problem && missing == "" {
			missing = c.ID
		}
	}
	switch {
	case by[Signature].Result == OK && by[Certificate].Result == OK:
		if way == WayApart && by[Module].Result != OK {
			return VerdictAlmost, Module
		}
		return VerdictReady, ""
	case !looked:
		return VerdictNone, ""
	case phase == PhaseRunning && !duringProblem(by):
		return VerdictRunning, ""
	case phase != PhaseIdle && duringProblem(by):
		return VerdictMissing, firstDuring(by)
	case missing != "":
		return VerdictMissing, missing
	}
	return VerdictPrepared, ""
}

func firstDuring(by map[ID]Check) ID {
	for _, id := range during() {
		if by[id].Result == Problem {
			return id
		}
	}
	return ""
}

func duringProblem(by map[ID]Check) bool { return firstDuring(by) != "" }
