package card

import (
	"errors"
	"fmt"

	"cientro/card/sod"
)

// proof is what a card has shown of being genuine, in this session.
type proof struct {
	chip    bool // the chip proved the key of EF.Int.Kpub
	sod     *sod.SOD
	verdict sod.Verdict
	refusal *NotGenuineError // why PIN and PUK stay away from it; nil: they may go
}

// judge verifies the SOD over the files that are free to read, chip key among
// them. It never fails: a refusal is a result.
func (c *Card) judge(p *publicData) proof {
	if len(p.SOD) == 0 {
		return proof{
			verdict: sod.Verdict{Level: sod.LevelUnknown, Signature: sod.SignatureNone},
			refusal: &NotGenuineError{Step: StepSODMissing, Err: errors.New("card has no EF.SOD")},
		}
	}
	parsed, err := sod.Parse(p.SOD)
	if err != nil {
		return proof{
			verdict: sod.Verdict{Level: sod.LevelFailed, Signature: sod.SignatureNone},
			refusal: &NotGenuineError{Step: StepSODSignature, Err: err},
		}
	}
	v := sod.Verify(parsed, p.files(), c.o.Anchors, c.o.Now())
	result := proof{sod: parsed, verdict: v}
	switch {
	case v.ProvesFree():
	case v.OnlyHashMismatch():
		result.refusal = &NotGenuineError{Step: StepSODHash, Overridable: true, Err: v.Err()}
	default:
		result.refusal = &NotGenuineError{Step: StepSODSignature, Err: refusalCause(v)}
	}
	return result
}

func refusalCause(v sod.Verdict) error {
	if err := v.Err(); err != nil {
		return err
	}
	return fmt.Errorf("SOD does not bind the card's key: level %s", v.Level)
}

// files are the data groups that the public data holds.
func (p *publicData) files() map[sod.Group][]byte {
	files := map[sod.Group][]byte{
		sod.GroupIDServizi: p.IDServizi,
		sod.GroupIntKpub:   p.IntKpub,
	}
	if len(p.ServiziKpub) > 0 {
		files[sod.GroupServizi] = p.ServiziKpub
	}
	if len(p.DH) > 0 {
		files[sod.GroupDH] = p.DH
	}
	if len(p.Certificate) > 0 {
		files[sod.GroupCertCIE] = p.Certificate
	}
	return files
}

// mayReceivePIN wants the channel up, the chip proven and its key bound by the SOD; or the user has accepted, for this very card, that a hash
// does not match.
func (c *Card) mayReceivePIN() error {
	if !c.stands() || !c.proof.chip {
		return &ChannelError{Err: errors.New("chip not proven in this channel")}
	}
	if refusal := c.refusal(); refusal != nil {
		return refusal
	}
	return nil
}

// refusal is why this card gets no code; nil: it may.
func (c *Card) refusal() *NotGenuineError {
	refusal := c.proof.refusal
	if refusal != nil && refusal.Overridable && c.accepted() {
		return nil
	}
	return refusal
}

// accepted says that the user takes this chip although a SOD hash does not match.
func (c *Card) accepted() bool {
	return c.o.AcceptUnproven || c.record != nil && c.record.Override()
}

// RememberOverride records that the user accepts this chip although a SOD hash
// does not match, now and in later sessions. Call it after an Inspect that
// reported an overridable Refusal.
func (c *Card) RememberOverride() error {
	if c.record == nil {
		return ErrNotInspected
	}
	if c.proof.refusal == nil || !c.proof.refusal.Overridable || !c.proof.chip {
		return ErrNothingToAccept
	}
	return c.record.SetOverride(true)
}
