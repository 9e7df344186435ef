package card

import (
	"context"
	"errors"

	"cientro/card/holder"
	"cientro/card/sod"
	"cientro/card/store"
)

// shownOfNIS is how much of the card's number a mask lets through: enough to
// tell two cards on a desk apart.
const shownOfNIS = 4

// Report is what Inspect found out, without PIN and without spending a try.
type Report struct {
	Recognition
	NIS      holder.Personal // masked but for the last four digits
	PIN, PUK Tries
	SOD      sod.Verdict
	// ChipAuthenticated: the chip proved the key of EF.Int.Kpub in this session.
	ChipAuthenticated bool
	// Authenticity is the level of the whole: of the SOD, where the chip proved
	// its key, else failed.
	Authenticity sod.Level
	// Refusal is why PIN and PUK will not be sent to this card; nil: they may.
	Refusal *NotGenuineError
	// TriesQueryUnsafe: asking this card for its tries may have cost one, so it
	// is not asked any more.
	TriesQueryUnsafe bool
	// Certificate is the holder's, where an earlier session brought it; else nil.
	Certificate *holder.Certificate

	id string
}

// Inspect builds the channel, lets the card prove itself and reads the
// counters of the references given. Afterwards the transaction is over and the
// channel stands: what it says may be shown while a person types. A card that
// fails its proof gives a report with Refusal and no error; a card that is not
// a CIE a *NotCIEError.
func (c *Card) Inspect(ctx context.Context, refs ...Reference) (*Report, error) {
	c.query, c.outside = triesQuery{}, 0
	var report *Report
	err := c.within(ctx, func() (err error) {
		if c.proof.refusal != nil {
			c.dropChannel() // a new look is a new judgement
		}
		report, err = c.inspect(ctx, refs)
		return err
	})
	if err != nil {
		return nil, err
	}
	return report, nil
}

func (c *Card) inspect(ctx context.Context, refs []Reference) (*Report, error) {
	var r *Report
	err := c.inChannel(ctx, func() (err error) {
		r = c.report()
		if err := c.phase(ctx, PhaseTries); err != nil {
			return err
		}
		for _, ref := range refs {
			to := &r.PIN
			if ref == PUKReference {
				to = &r.PUK
			}
			if *to, err = c.readTries(ctx, ref); err != nil {
				return err
			}
		}
		return nil
	})
	if c.chipRefused(err) {
		return c.report(), nil
	}
	if err != nil {
		return nil, err
	}
	r.TriesQueryUnsafe = c.record.QuerySafety() == store.SafetyUnsafe
	return r, nil
}

// report puts together what is known before the counters.
func (c *Card) report() *Report {
	r := &Report{
		Recognition:       c.recognition,
		NIS:               c.number,
		PIN:               c.lastSeen(PINReference),
		PUK:               c.lastSeen(PUKReference),
		SOD:               c.proof.verdict,
		ChipAuthenticated: c.proof.chip,
		Authenticity:      c.proof.verdict.Level,
		Refusal:           c.refusal(),
		id:                c.identity(),
	}
	if !c.proof.chip {
		r.Authenticity = sod.LevelFailed
	}
	if c.known != nil && len(c.known.Certificate) > 0 {
		r.Certificate, _ = holder.Parse(c.known.Certificate)
	}
	return r
}

// chipRefused says whether err is a chip that failed its proof, which Inspect
// reports rather than returns.
func (c *Card) chipRefused(err error) bool {
	var refusal *NotGenuineError
	return errors.As(err, &refusal) && refusal == c.proof.refusal
}

// Consent returns the user's confirmation to present one code to this card,
// given while the tries of this report were on the screen. Set LastTry or
// PUKTries as Tries.Requires demands, after asking. Where the report says that
// the card gets no code there is nothing to consent to, and the result pays for
// nothing, even if the card proves itself later: look again first.
func (r *Report) Consent(ref Reference) Consent {
	if r.Refusal != nil {
		return Consent{}
	}
	shown := r.PIN
	if ref == PUKReference {
		shown = r.PUK
	}
	return Consent{card: r.id, shown: shown, used: new(bool)}
}
