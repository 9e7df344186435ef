package virtual

import (
	"fmt"
	"slices"
)

// FaultKind names a way in which the card or the link misbehaves.
type FaultKind string

const (
	FaultRemove      FaultKind = "remove"       // the card leaves before the command is executed
	FaultRemoveAfter FaultKind = "remove-after" // executed, then the card leaves without an answer
	FaultReset       FaultKind = "reset"        // reset before the command is executed
	FaultResetAfter  FaultKind = "reset-after"  // executed, then reset without an answer
	FaultLostBefore  FaultKind = "lost-before"  // no answer, not executed
	FaultLostAfter   FaultKind = "lost-after"   // no answer, executed
	FaultBadMAC      FaultKind = "bad-mac"      // protected answer with a wrong MAC
	FaultBadSSC      FaultKind = "bad-ssc"      // protected answer under another counter
	FaultStatusPlain FaultKind = "status-plain" // StatusWord in clear, not executed, session ends
	FaultStatusInner FaultKind = "status-inner" // StatusWord in tag 99, not executed
	FaultTruncated   FaultKind = "truncated"    // executed, first Length bytes of the answer
	FaultOversized   FaultKind = "oversized"    // executed, Length more random bytes before the status word
	FaultRandom      FaultKind = "random"       // executed, Length random bytes as answer

	// FaultForeignChipKey: until disarmed, EF 1004 and the authentication key are
	// another pair, so that device authentication holds and only the SOD tells.
	FaultForeignChipKey FaultKind = "foreign-chip-key"
	// FaultTamperedFile: until disarmed, the byte at Offset of File is inverted.
	FaultTamperedFile FaultKind = "tampered-file"
	// FaultFailedAuthentication: a device authentication answer with a wrong signature.
	FaultFailedAuthentication FaultKind = "failed-authentication"
)

// Fault is one armed misbehaviour. The zero values of At and INS mean "the first
// one that fits".
type Fault struct {
	Kind FaultKind `json:"kind"`
	// At counts the command APDUs since Arm that fit INS and kind, from 1; GET
	// RESPONSE counts as any other. 0 means 1.
	At int `json:"at,omitempty"`
	// INS restricts the count to one instruction; 0 takes all.
	INS Instruction `json:"ins,omitempty"`
	// Repeat keeps the fault armed: it fires at the At-th and every later one.
	Repeat bool `json:"repeat,omitempty"`
	// StatusWord for the two status kinds.
	StatusWord StatusWord `json:"statusWord,omitempty"`
	// Length in bytes for truncated, oversized (0 means 300) and random (0 means 32).
	Length int `json:"length,omitempty"`
	// File of tampered-file as four hexadecimal digits; empty means "1006", EF.SOD.
	File string `json:"file,omitempty"`
	// Offset of the inverted byte; negative counts from the end of the content.
	Offset int `json:"offset,omitempty"`
}

// armedFault is a Fault with its count.
type armedFault struct {
	Fault
	seen  int
	spent bool
}

// standing faults change what the card is, not one command.
func (f Fault) standing() bool {
	return f.Kind == FaultForeignChipKey || f.Kind == FaultTamperedFile
}

// validate refuses unknown kinds and impossible values.
func (f Fault) validate() error {
	kinds := []FaultKind{FaultRemove, FaultRemoveAfter, FaultReset, FaultResetAfter, FaultLostBefore,
		FaultLostAfter, FaultBadMAC, FaultBadSSC, FaultStatusPlain, FaultStatusInner, FaultTruncated,
		FaultOversized, FaultRandom, FaultForeignChipKey, FaultTamperedFile, FaultFailedAuthentication}
	if !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("%w: unknown fault %q", ErrSettings, f.Kind)
	}
	if (f.Kind == FaultStatusPlain || f.Kind == FaultStatusInner) && f.StatusWord == 0 {
		return fmt.Errorf("%w: fault %q without a status word", ErrSettings, f.Kind)
	}
	if f.At < 0 || f.Length < 0 || f.Length > 65536 {
		return fmt.Errorf("%w: fault %q with a negative or huge number", ErrSettings, f.Kind)
	}
	if f.File != "" {
		if _, err := parseFileID(f.File); err != nil {
			return err
		}
	}
	return nil
}

// Arm adds faults; counting starts now. Nothing is armed if one of them is invalid.
func (c *Card) Arm(faults ...Fault) error {
	for _, f := range faults {
		if err := f.validate(); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range faults {
		c.faults = append(c.faults, &armedFault{Fault: f})
	}
	return nil
}

// Disarm removes all faults.
func (c *Card) Disarm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = nil
}

// Armed lists the faults that can still fire.
func (c *Card) Armed() []Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Fault
	for _, f := range c.faults {
		if !f.spent {
			out = append(out, f.Fault)
		}
	}
	return out
}

// fits says whether the fault counts this command.
func (f *armedFault) fits(ins Instruction, protected bool, authentication bool) bool {
	if f.spent || f.standing() || f.INS != 0 && f.INS != ins {
		return false
	}
	switch f.Kind {
	case FaultBadMAC, FaultBadSSC:
		return protected
	case FaultFailedAuthentication:
		return authentication
	}
	return true
}

// fire counts the command against all faults and returns the first that is due.
func (c *Card) fire(ins Instruction, protected bool) *armedFault {
	authentication := ins == insInternalAuth && protected && c.session.internalKey == keyChip
	var due *armedFault
	for _, f := range c.faults {
		if !f.fits(ins, protected, authentication) {
			continue
		}
		f.seen++
		if f.seen < max(f.At, 1) || due != nil {
			continue
		}
		due = f
		f.spent = !f.Repeat
	}
	return due
}

// foreignChip says whether the chip plays with another key pair.
func (c *Card) foreignChip() bool {
	for _, f := range c.faults {
		if f.Kind == FaultForeignChipKey {
			return true
		}
	}
	return false
}

// tamper inverts the bytes that tampered-file faults name; content is not changed.
func (c *Card) tamper(id fileID, content []byte) []byte {
	for _, f := range c.faults {
		if f.Kind != FaultTamperedFile || len(content) == 0 || f.fileID() != id {
			continue
		}
		at := f.Offset
		if at < 0 {
			at += len(content)
		}
		if at >= 0 && at < len(content) {
			content = slices.Clone(content)
			content[at] ^= 0xFF
		}
	}
	return content
}

func (f *armedFault) fileID() fileID {
	if f.File == "" {
		return efSOD
	}
	id, _ := parseFileID(f.File) // validated by Arm
	return id
}
