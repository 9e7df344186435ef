package training

import (
	"fmt"
	"slices"

	"cientro/card/iso7816"
	"cientro/card/virtual"
)

// Fault is something that goes wrong, once or until it is taken back.
type Fault string

// The faults. Those "at a code" wait for the next command that presents a PIN
// or PUK, or sets one; a question for the tries left does not wake them.
const (
	FaultNone Fault = ""
	// FaultRemovedWhileReading: the card leaves in the middle of the key exchange.
	FaultRemovedWhileReading Fault = "removed-reading"
	FaultRemovedBeforeCode   Fault = "removed-before" // leaves, the code was not compared
	FaultRemovedAfterCode    Fault = "removed-after"  // leaves, the code was compared
	FaultResetAtCode         Fault = "reset"          // reset before the code was compared
	FaultLostBeforeCode      Fault = "lost-before"    // the command never arrives
	FaultLostAfterCode       Fault = "lost-after"     // the answer never arrives
	FaultBadMAC              Fault = "bad-mac"        // the answer is not the card's
	FaultForeignChip         Fault = "foreign-chip"   // a chip that the signature does not name
	FaultTamperedSOD         Fault = "tampered-sod"   // the signature itself is damaged
)

// Faults lists them, FaultNone first.
func Faults() []Fault {
	return []Fault{
		FaultNone, FaultRemovedWhileReading, FaultRemovedBeforeCode, FaultRemovedAfterCode, FaultResetAtCode,
		FaultLostBeforeCode, FaultLostAfterCode, FaultBadMAC, FaultForeignChip, FaultTamperedSOD,
	}
}

// UnknownFaultError: there is no fault of this name.
type UnknownFaultError struct{ Name Fault }

func (e *UnknownFaultError) Error() string { return fmt.Sprintf("unknown training fault %q", e.Name) }

// Standing faults change what the card is until they are taken back; the others
// happen once.
func (f Fault) Standing() bool { return f == FaultForeignChip || f == FaultTamperedSOD }

// atCode are the faults that wait for a code, as the virtual card plays them.
var atCode = map[Fault]virtual.FaultKind{
	FaultRemovedBeforeCode: virtual.FaultRemove,
	FaultRemovedAfterCode:  virtual.FaultRemoveAfter,
	FaultResetAtCode:       virtual.FaultReset,
	FaultLostBeforeCode:    virtual.FaultLostBefore,
	FaultLostAfterCode:     virtual.FaultLostAfter,
	FaultBadMAC:            virtual.FaultBadMAC,
}

// arming is what the card is told when the fault is chosen, beside those that
// wait for a code.
func (f Fault) arming() []virtual.Fault {
	switch f {
	case FaultRemovedWhileReading:
		return []virtual.Fault{{Kind: virtual.FaultRemove, INS: iso7816.INSInternalAuthenticate}}
	case FaultForeignChip:
		return []virtual.Fault{{Kind: virtual.FaultForeignChipKey}}
	case FaultTamperedSOD:
		// The signature stands at the end.
		return []virtual.Fault{{Kind: virtual.FaultTamperedFile, Offset: -1}}
	}
	return nil
}

func (f Fault) known() bool { return slices.Contains(Faults(), f) }

// Lengths of what secure messaging adds to a command without data: the MAC
// object, and the object of the expected length (ISO 7816-4 section 10.2).
const (
	headerAndLc  = 5
	macObject    = 10
	expectObject = 3
)

// presents says whether a command APDU carries reference data: what such a
// command does to a card cannot be asked for twice.
func presents(command []byte) bool {
	if len(command) <= headerAndLc || !iso7816.IsPINCommand(command[1]) {
		return false
	}
	if command[0]&iso7816.CLASecured == 0 {
		return true
	}
	return len(command) > headerAndLc+macObject+expectObject+1
}
