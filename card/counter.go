package card

import (
	"context"
	"errors"

	"cientro/card/ias"
	"cientro/card/iso7816"
	"cientro/card/store"
)

// triesQuery is what became of the one empty VERIFY that an operation may send.
type triesQuery struct {
	asked  bool   // it went out, in this channel or one that died since
	answer *Tries // what it brought, while the channel stands
}

// readTries tells the tries left of a reference: from the card by GET DATA;
// for the PIN, where that does not tell and it is allowed, by an empty VERIFY;
// else as last seen; else unknown. In any case something goes through the
// channel, so that a channel that died is noticed.
//
// A card may answer such a question outside the channel, which ends it. It is
// still a card: the channel is built anew. The counter is then asked for once
// more, as nobody vouches for that answer, and the empty VERIFY never again.
func (c *Card) readTries(ctx context.Context, ref Reference) (Tries, error) {
	const questions = 3 // the counter twice, the empty VERIFY once
	for range questions {
		t, err := c.askTries(ref)
		if !errors.Is(err, errAnsweredOutside) {
			return t, err
		}
		if err := c.openChannel(ctx); err != nil {
			return Tries{}, err
		}
	}
	return c.askTries(ref)
}

func (c *Card) askTries(ref Reference) (Tries, error) {
	counter, told, err := c.readCounter(ref)
	if err != nil {
		return Tries{}, err
	}
	if told {
		t := Tries{Reference: ref, Left: counter.Left, Max: counter.Max, Source: SourceCard}
		if t.Max == 0 {
			t.Max = ref.Max()
		}
		t.FailedSince = c.noteReading(t)
		return t, nil
	}
	if ref == PINReference {
		if t, ok, err := c.queryPIN(); err != nil || ok {
			return t, err
		}
	}
	return c.lastSeen(ref), nil
}

// readCounter asks by GET DATA, or, where that would end the channel, only
// makes sure that the channel stands.
func (c *Card) readCounter(ref Reference) (ias.Counter, bool, error) {
	if !c.asksCounters() {
		return ias.Counter{}, false, ias.Ping(c.channel.Send)
	}
	counter, err := ias.ReadCounter(c.channel.Send, byte(ref))
	var refused *ias.StepError
	switch {
	case err == nil:
		c.noteTold()
		return counter, true, nil
	case errors.As(err, &refused) && c.channel.Lost():
		c.noteOutside()
		return counter, false, errAnsweredOutside
	case refused != nil, errors.Is(err, ias.ErrNoCounter):
		c.outside = 0
		return counter, false, nil //nolint:nilerr // a card that does not tell is no failure
	}
	return counter, false, err
}

// believedOutside is how often in a row a card must answer the question for its
// counters in clear until it is believed. The first time the channel may have
// been dead already, ended by another program while a person typed.
const believedOutside = 2

// asksCounters says whether GET DATA may be sent without ending the channel.
func (c *Card) asksCounters() bool { return c.outside < believedOutside && !c.known.NoCounters }

// noteOutside counts an answer in clear. Nobody vouches for it: a card that
// told a counter before is spared the question until the next look only.
func (c *Card) noteOutside() {
	c.outside++
	if !c.asksCounters() && !c.known.TellsCounters {
		c.known.NoCounters = true
		c.remember()
	}
}

func (c *Card) noteTold() {
	c.outside = 0
	if !c.known.TellsCounters {
		c.known.TellsCounters = true
		c.remember()
	}
}

// errAnsweredOutside: the card answered a question in clear and so ended the
// channel.
var errAnsweredOutside = errors.New("card answered outside the channel")

// lastSeen is what this computer knows of a counter.
func (c *Card) lastSeen(ref Reference) Tries { return lastSeenIn(c.record, ref) }

func lastSeenIn(record *store.Record, ref Reference) Tries {
	t := Tries{Reference: ref, Max: ref.Max(), Source: SourceUnknown}
	if record == nil {
		return t
	}
	seen, ok := record.Counter(byte(ref))
	if !ok {
		return t
	}
	t.FailedSince = seen.FailedSince
	if seen.TriesLeft != store.TriesUnknown {
		t.Left, t.Source, t.SeenAt = seen.TriesLeft, SourceLastSeen, seen.At
	}
	return t
}

// queryPIN asks by an empty VERIFY, at most once an operation, and only where
// it is not known, or feared, to cost a try.
func (c *Card) queryPIN() (Tries, bool, error) {
	if c.query.answer != nil {
		return *c.query.answer, true, nil
	}
	before, safety := c.lastSeen(PINReference), c.record.QuerySafety()
	if c.query.asked || !c.o.QueryTries || !mayQuery(safety, before) {
		return Tries{}, false, nil
	}
	// Until the answer has shown that asking was free it is not asked again, also
	// if this program does not live to see the answer. Where that cannot be written
	// down each program would ask, and pay, anew: then it is not asked at all.
	if safety == store.SafetyUnknown && c.record.SetQuerySafety(store.SafetyAsked) != nil {
		return Tries{}, false, nil //nolint:nilerr // not asking is the answer
	}
	c.query.asked = true
	sw, err := ias.QueryTries(c.channel.Send)
	if err != nil {
		if !iso7816.Reached(err) {
			_ = c.record.SetQuerySafety(safety)
		}
		return Tries{}, false, err
	}
	if c.channel.Lost() {
		return Tries{}, false, errAnsweredOutside
	}
	left, told := sw.TriesLeft()
	if sw == iso7816.SWAuthBlocked {
		left, told = 0, true
	}
	if !told {
		return Tries{}, false, nil
	}
	_ = c.record.SetQuerySafety(judgeQuery(left, before, safety))
	t := Tries{Reference: PINReference, Left: left, Max: PINReference.Max(), Source: SourceCard}
	t.FailedSince = c.noteReading(t)
	c.query.answer = &t
	return t, true, nil
}

// mayQuery: a card that was never asked is asked only while a try, should
// asking cost one, leaves another.
func mayQuery(safety store.Safety, before Tries) bool {
	switch safety {
	case store.SafetyFree:
		return true
	case store.SafetyUnknown:
		return !before.FailedSince && !(before.Known() && before.Left <= 1)
	}
	return false
}

// judgeQuery decides whether asking cost a try. Only a counter that is full
// after it proves that it was free; once proven, a counter that did not fall,
// or fell by a failure of ours, leaves it so. Anything else may have been the
// price, and one try is the most that asking may ever cost.
func judgeQuery(left int, before Tries, safety store.Safety) store.Safety {
	if left == PINReference.Max() {
		return store.SafetyFree
	}
	if safety == store.SafetyFree && before.Known() && (left >= before.Left || before.FailedSince) {
		return store.SafetyFree
	}
	return store.SafetyUnsafe
}

// noteReading remembers what the card said of itself. It returns whether a
// failure of ours may still be part of that number.
func (c *Card) noteReading(t Tries) (failedSince bool) {
	failedSince = t.Left < t.Max && c.lastSeen(t.Reference).FailedSince
	c.note(t.Reference, t.Left, failedSince)
	return failedSince
}

// note remembers a counter; left may be store.TriesUnknown.
func (c *Card) note(ref Reference, left int, failedSince bool) {
	// A store that cannot write keeps it in memory; the card is what counts.
	_ = c.record.SetCounter(byte(ref), store.Seen{TriesLeft: left, FailedSince: failedSince})
}
