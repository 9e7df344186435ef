package browsers

import "bytes"

// PlanInstall says what [Config.Install] would do now, and changes nothing. What
// stands in the way of writing itself (a folder that is not the user's) shows
// only then.
func (c Config) PlanInstall() ([]Done, error) {
	if err := c.missing(); err != nil {
		return nil, err
	}
	return c.plan(c.wouldInstall)
}

// PlanRemove says what [Config.Remove] would do now, and changes nothing.
func (c Config) PlanRemove() ([]Done, error) { return c.plan(c.wouldRemove) }

func (c Config) plan(would func(*ledger, Place) (Outcome, error)) (all []Done, err error) {
	if !c.System && foreign(c.Home) {
		return nil, ErrForeignHome
	}
	l, err := c.openLedger()
	if err != nil {
		return nil, err
	}
	for _, p := range c.concerned(l) {
		done := Done{Place: p, Outcome: Skipped}
		if p.writable() {
			if done.Outcome, err = would(l, p); err != nil {
				done.Outcome, done.Err = Refused, &PlaceError{Place: p, Err: err}
			}
		}
		all = append(all, done)
	}
	return all, nil
}

// wouldInstall decides as install does.
func (c Config) wouldInstall(_ *ledger, p Place) (Outcome, error) {
	switch p.State {
	case ByPolicy, ThroughP11Kit, Present:
		return Unchanged, nil
	}
	raw, err := c.storage(p).read()
	if err == nil && p.silenced {
		err = ErrManaged
	}
	if err == nil {
		_, err = c.editor(p).add(raw)
	}
	switch {
	case err != nil:
		return "", err
	case p.inUse():
		return "", ErrRunning
	case p.State == Elsewhere:
		return Corrected, nil
	}
	return Added, nil
}

// wouldRemove decides as remove does.
func (c Config) wouldRemove(l *ledger, p Place) (Outcome, error) {
	raw, err := c.storage(p).read()
	if err != nil {
		return "", err
	}
	e, known := l.entries[p.File]
	outcome := TakenOut
	switch {
	case known && e.Found:
		return Left, nil
	case raw == nil, known && hashOf(raw) == e.Before:
		return Unchanged, nil
	case known && hashOf(raw) == e.After:
		if e.Before != "" {
			if _, err := l.originalOf(e); err != nil {
				return "", err
			}
		}
		outcome = Restored
	default:
		rest, err := c.editor(p).takeOut(raw)
		if err != nil {
			return "", err
		}
		if bytes.Equal(rest, raw) {
			return Unchanged, nil
		}
	}
	if p.inUse() {
		return "", ErrRunning
	}
	return outcome, nil
}
