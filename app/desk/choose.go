package desk

import "cientro/app"

// settle decides after each change which card is meant, and begins the looks
// that are due.
func (d *Desk) settle() {
	d.chooseAlone()
	for _, p := range d.places {
		if p.due() {
			d.begin(p, d.chosen == p || d.chosen == nil && d.alone(p))
		}
	}
}

// chooseAlone chooses the only CIE, once no other card may be a second one. While
// there is a training it chooses no real card: one that lies there when the
// practice card goes, as each change of it makes it do, would get the PIN of the
// other.
func (d *Desk) chooseAlone() {
	if d.chosen != nil || d.practiseOn() {
		return
	}
	var only *place
	for _, p := range d.places {
		switch {
		case p.isCIE() && only == nil:
			only = p
		case p.isCIE() || p.mayBeCIE():
			return
		}
	}
	if only != nil && (d.training == nil || only.source.demo) {
		d.mean(only)
	}
}

// mean takes a card as the one that is meant.
func (d *Desk) mean(p *place) {
	d.chosen, d.practising = p, p.source.demo
}

// practiseOn chooses the practice card that is back, where the card meant before
// was one, too: whatever is typed for it is safe.
func (d *Desk) practiseOn() bool {
	if !d.practising || d.training == nil {
		return false
	}
	for _, p := range d.places {
		if p.source == d.training && p.isCIE() {
			d.mean(p)
			return true
		}
	}
	return false
}

// alone says that no other card lies there that answers.
func (d *Desk) alone(p *place) bool {
	for _, other := range d.places {
		if other != p && other.reader.Present && !other.reader.Mute {
			return false
		}
	}
	return true
}

// holding names the readers where a card lies.
func (d *Desk) holding() (readers []string) {
	for _, p := range d.places {
		if p.reader.Present {
			readers = append(readers, p.reader.Name)
		}
	}
	return readers
}

// isCIE: the card said so.
func (p *place) isCIE() bool { return p.card != nil && p.card.Name == nameCIE }

// mayBeCIE: nobody knows yet, or it could not be found out.
func (p *place) mayBeCIE() bool {
	switch p.look {
	case LookReading:
		return true
	case LookMoving, LookTrouble:
		return p.card == nil && p.reader.Present && app.MayBeCIE(p.reader)
	}
	return false
}

// choosable says whether the card can be meant.
func (p *place) choosable() bool { return p.reader.Present && (p.isCIE() || p.mayBeCIE()) }

// due says whether a look at the card has to begin: it was not looked at, or it
// was chosen after it had only been recognised. A card is looked at once at a
// time, and never while it is lent.
func (p *place) due() bool {
	if p.looking != nil || p.loan != nil || !p.reader.Present || p.reader.Mute {
		return false
	}
	return p.pending || p.look == LookCIE && p.desk.chosen == p
}
