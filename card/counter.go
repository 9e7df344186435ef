package card

import (
	"cientro/card/ias"
	"cientro/card/iso7816"
	"cientro/card/store"
)

// triesQuery is what became of the one empty VERIFY that an operation may
// send (design section 3 rule 4).
type triesQuery struct {
	asked  bool   // it went out, in this channel or one that died since
	answer *Tries // what it brought, while the channel stands
}

// readTries tells the tries left of a reference: from the card by GET DATA;
// for the PIN, where that does not tell and it is allowed, by an empty VERIFY;
// else as last seen; else unknown. The GET DATA goes out in any case: its
// answer proves that the channel is alive.
func (c *Card) readTries(ref Reference) (Tries, error) {
	counter, told, err := ias.ReadCounter(c.channel.Send, byte(ref))
	if err != nil {
		return Tries{}, err
	}
	if c.channel.Lost() {
		return Tries{}, errChannelDied
	}
	if told {
		t := Tries{Reference: ref, Left: counter.Left, Max: counter.Max, Source: SourceCard}
		if t.Max == 0 {
			t.Max = ref.Max()
		}
		c.noteReading(t)
		return t, nil
	}
	if ref == PINReference {
		if t, ok, err := c.queryPIN(); err != nil || ok {
			return t, err
		}
	}
	return c.lastSeen(ref), nil
}

// lastSeen is what this computer knows of a counter.
func (c *Card) lastSeen(ref Reference) Tries {
	t := Tries{Reference: ref, Max: ref.Max(), Source: SourceUnknown}
	if seen, ok := c.record.Counter(byte(ref)); ok {
		t.Left, t.Source, t.SeenAt, t.FailedSince = seen.TriesLeft, SourceLastSeen, seen.At, seen.FailedSince
	}
	return t
}

// queryPIN asks by an empty VERIFY, at most once an operation, and only a card
// that is not known to charge for it.
func (c *Card) queryPIN() (Tries, bool, error) {
	if c.query.answer != nil {
		return *c.query.answer, true, nil
	}
	if c.query.asked || !c.o.QueryTries || c.record.QuerySafety() == store.SafetyUnsafe {
		return Tries{}, false, nil
	}
	c.query.asked = true
	// Until the answer has shown that it was free, it is not asked again: a
	// program that dies now leaves that behind.
	before := c.lastSeen(PINReference)
	sw, err := ias.QueryTries(c.channel.Send)
	if err != nil {
		_ = c.record.SetQuerySafety(store.SafetyUnsafe)
		return Tries{}, false, err
	}
	left, told := sw.TriesLeft()
	if sw == iso7816.SWAuthBlocked {
		left, told = 0, true
	}
	if !told {
		return Tries{}, false, c.diedOf(sw)
	}
	_ = c.record.SetQuerySafety(judgeQuery(left, before))
	t := Tries{Reference: PINReference, Left: left, Max: PINReference.Max(), Source: SourceCard}
	c.noteReading(t)
	c.query.answer = &t
	return t, true, c.diedOf(sw)
}

// judgeQuery decides whether asking cost a try. Free is what left the counter
// full, or where it was when last seen; anything else may have been the price
// of asking, and one try is the most that asking may ever cost.
func judgeQuery(left int, before Tries) store.Safety {
	unchanged := before.Known() && left == before.Left
	if left == PINReference.Max() || unchanged || before.Known() && left > before.Left {
		return store.SafetyFree
	}
	return store.SafetyUnsafe
}

// diedOf turns an unprotected status word, which ends the channel, into an error.
func (c *Card) diedOf(sw iso7816.StatusWord) error {
	if c.channel.Lost() {
		return &ias.StepError{Step: "query tries", SW: sw}
	}
	return nil
}

// noteReading remembers what the card said of itself.
func (c *Card) noteReading(t Tries) {
	failed := false
	if seen, ok := c.record.Counter(byte(t.Reference)); ok && t.Left < t.Max {
		failed = seen.FailedSince
	}
	c.note(t.Reference, t.Left, failed)
}

func (c *Card) note(ref Reference, left int, failedSince bool) {
	// A store that cannot write keeps it in memory; the card is what counts.
	_ = c.record.SetCounter(byte(ref), store.Seen{TriesLeft: left, FailedSince: failedSince})
}
