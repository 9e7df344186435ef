package card_test

import (
	"errors"
	"fmt"
	"slices"

	"cientro/card"
	"cientro/card/iso7816"
	"cientro/card/virtual"
)

// What must hold after any operation under any fault. The judge looks at the
// wire, at the card's journal and at its state, and believes no error's word.

// classOf names the typed error that a caller would find; "untyped" where a
// front end could say nothing better than "unexpected".
func classOf(err error) string {
	var (
		outcome    *card.OutcomeError
		refused    *card.RefusedError
		wrong      *card.PINError
		blocked    *card.BlockedError
		confirm    *card.ConfirmationError
		link       *iso7816.LinkError
		notCIE     *card.NotCIEError
		notGenuine *card.NotGenuineError
		channel    *card.ChannelError
		broken     *card.InterruptedError
	)
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &outcome):
		return "outcome"
	case errors.As(err, &refused):
		return "refused"
	case errors.As(err, &wrong):
		return "wrong"
	case errors.As(err, &blocked):
		return "blocked"
	case errors.As(err, &confirm):
		return "confirm"
	case errors.As(err, &broken):
		return "interrupted"
	case errors.As(err, &link):
		return "link"
	case errors.Is(err, card.ErrOtherCard):
		return "other card"
	case errors.Is(err, card.ErrNotVerified):
		return "not verified"
	case errors.As(err, &notCIE):
		return "not a CIE"
	case errors.As(err, &notGenuine):
		return "not genuine"
	case errors.As(err, &channel):
		return "channel"
	}
	return "untyped"
}

// judge returns everything that is wrong with what happened since mark.
func (s *stand) judge(fault virtual.Fault, journal []virtual.Entry, mark int) (complaints []error) {
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Errorf(format, args...)) }
	if len(s.wire.sent) > maxAPDUs {
		complain("more than %d APDUs", maxAPDUs)
	}
	complaints = append(complaints, s.judgeWire()...)
	complaints = append(complaints, judgeProof(journal, mark)...)

	want := s.replay(journal[mark:])
	state := s.chip.State()
	if got := (ledger{state.PIN, state.PINTries, state.PUKTries}); got != want {
		complain("card holds %+v, by its journal %+v", got, want)
	}
	if wrong := s.before.PINTries - state.PINTries + s.before.PUKTries - state.PUKTries; wrong > 1 {
		complain("%d tries lost", wrong)
	}
	if s.spent() && s.chip.Inserted() && state.Boots <= s.bootsThen {
		complain("card not reset after a PIN command")
	}
	// A PUK that the card itself, in its channel, called blocked is believed for
	// good where no counter tells otherwise.
	lie := told(journal[mark:], fault)
	s.locked = s.settings != nil && s.ref == card.PUKReference && lie.inner &&
		(lie.sw == 0x63C0 || lie.sw == 0x6983 || lie.sw == 0x6984)
	class := classOf(s.err)
	if class == "untyped" {
		complain("untyped error: %v", s.err)
	}
	if s.spent() {
		complaints = append(complaints, s.judgeAfter(class, lie, state)...)
	} else {
		complaints = append(complaints, s.judgeBefore(class, state)...)
	}
	return complaints
}

// spent: a PIN or PUK command went out.
func (s *stand) spent() bool {
	for _, c := range s.wire.sent {
		if iso7816.IsPINCommand(c.ins) && c.full {
			return true
		}
	}
	return false
}

// judgeWire: PIN commands go out under the channel only, each no more often than
// the operation may send it, and the PUK is never asked for its tries.
func (s *stand) judgeWire() (complaints []error) {
	count := map[string]int{}
	for _, c := range s.wire.sent {
		if !iso7816.IsPINCommand(c.ins) {
			continue
		}
		if c.cla&iso7816.CLASecured == 0 {
			complaints = append(complaints, fmt.Errorf("PIN command %02X in clear", c.ins))
		}
		name := fmt.Sprintf("%02X %02X", c.ins, c.p2)
		if !c.full {
			name = "empty " + name
		}
		count[name]++
	}
	allowed := map[string]int{fmt.Sprintf("20 %02X", byte(s.ref)): 1, "empty 20 81": 1}
	switch s.operation.name {
	case "change right":
		allowed["24 81"] = 1
	case "unblock right":
		allowed["2C 81"] = 1
	case "change wrong": // only a card that lies, by saying 9000 to a wrong PIN
		allowed["24 81"] = 1
	case "unblock wrong":
		allowed["2C 81"] = 1
	case "login": // again from memory, after a foreign hand ended the first
		allowed["20 81"], allowed["empty 20 81"] = 2, 2
	}
	if s.ref == 0 {
		allowed["20 00"] = 0
	}
	for name, n := range count {
		if n > allowed[name] {
			complaints = append(complaints, fmt.Errorf("%d times %s", n, name))
		}
	}
	return complaints
}

// judgeProof: a PIN command stands in a channel that was not interrupted since
// the chip proved its key, and the second command behind a VERIFY answered 9000.
func judgeProof(journal []virtual.Entry, mark int) (complaints []error) {
	proven, verified := false, false
	for i, e := range journal {
		switch {
		case !e.Protected && e.INS != iso7816.INSGetResponse:
			proven, verified = false, false
		case e.INS == iso7816.INSInternalAuthenticate && !proven:
			proven = e.InnerStatusWord == 0x9000 && e.Fault == ""
		case e.INS == iso7816.INSVerify && e.DataPresent:
			if !proven && i >= mark {
				complaints = append(complaints, errors.New("VERIFY to a card that has not proved itself"))
			}
			verified = e.InnerStatusWord == 0x9000
		case e.INS == iso7816.INSChangeReferenceData, e.INS == iso7816.INSResetRetryCounter:
			if !verified && i >= mark {
				complaints = append(complaints, fmt.Errorf("%02X without a VERIFY that the card took", byte(e.INS)))
			}
		}
	}
	return complaints
}

// ledger is what a card holds of codes and tries.
type ledger struct {
	pin      string
	pin3     int
	pukTries int
}

// replay works out, from the journal alone, what the card must hold: which
// commands it executed and what they do.
func (s *stand) replay(journal []virtual.Entry) ledger {
	l := ledger{s.before.PIN, s.before.PINTries, s.before.PUKTries}
	pukTaken := false
	present := func(tries *int, right bool, full int) bool {
		switch {
		case *tries == 0:
			return false
		case right:
			*tries = full
		default:
			*tries--
		}
		return right
	}
	for _, e := range journal {
		if !e.DataPresent || !e.Accepted || !executed(e.Fault) {
			continue
		}
		switch {
		case e.INS == iso7816.INSVerify && e.PINReference == 0x81:
			present(&l.pin3, s.code == l.pin, 3)
		case e.INS == iso7816.INSVerify:
			pukTaken = present(&l.pukTries, s.code == rightPUK, 10)
		case e.INS == iso7816.INSChangeReferenceData:
			if present(&l.pin3, s.code == l.pin, 3) {
				l.pin = newPIN
			}
		case e.INS == iso7816.INSResetRetryCounter && pukTaken:
			l.pin, l.pin3 = newPIN, 3
		}
	}
	return l
}

// executed: the fault struck after the command was done, or there was none.
func executed(kind virtual.FaultKind) bool {
	switch kind {
	case virtual.FaultRemove, virtual.FaultReset, virtual.FaultLostBefore, virtual.FaultStatusPlain, virtual.FaultStatusInner:
		return false
	}
	return true
}

// lie is the status word that the fault put into the mouth of the card at a PIN
// command, 0 if it did not; inner says that the channel vouched for it.
type lie struct {
	sw    virtual.StatusWord
	inner bool
}

func told(journal []virtual.Entry, fault virtual.Fault) lie {
	for _, e := range journal {
		if iso7816.IsPINCommand(byte(e.INS)) && e.DataPresent &&
			(e.Fault == virtual.FaultStatusInner || e.Fault == virtual.FaultStatusPlain) {
			return lie{fault.StatusWord, e.Fault == virtual.FaultStatusInner}
		}
	}
	return lie{}
}

// judgeBefore: no code went out.
func (s *stand) judgeBefore(class string, state virtual.State) (complaints []error) {
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Errorf(format, args...)) }
	switch class {
	case "channel", "link", "not genuine", "not a CIE", "confirm", "untyped":
	case "done":
		if !s.looks {
			complain("success without a command")
		}
		if r := s.report; r != nil && r.Refusal == nil && !r.ChipAuthenticated {
			complain("no refusal for an unproven chip")
		}
		if r := s.report; r != nil && r.PIN.Source == card.SourceCard && r.PIN.Left != state.PINTries {
			complain("shows %d tries where %d are left", r.PIN.Left, state.PINTries)
		}
	default:
		complain("%s although no code went out: %v", class, s.err)
	}
	return complaints
}

// judgeAfter: a code went out, and the error has to say what is known.
func (s *stand) judgeAfter(class string, lie lie, state virtual.State) (complaints []error) {
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Errorf(format, args...)) }
	left := map[card.Reference]int{card.PINReference: state.PINTries, card.PUKReference: state.PUKTries}
	switch class {
	case "done":
		if !s.achieved(state) && lie != (lieOf(0x9000)) {
			complain("success that is none")
		}
	case "outcome":
		var e *card.OutcomeError
		errors.As(s.err, &e)
		if e.Now != nil && e.Now.Left != left[e.Now.Reference] {
			complain("outcome shows %d tries where %d are left", e.Now.Left, left[e.Now.Reference])
		}
		if want := s.lastPINCommand(); want != e.Command {
			complain("outcome of %s, but %s was the last", e.Command, want)
		}
	case "wrong":
		var e *card.PINError
		errors.As(s.err, &e)
		if lie.sw>>8 != 0x63 && (s.code == rightPIN || s.code == rightPUK || e.TriesLeft != left[e.Reference]) {
			complain("wrong with %d tries left where %d are left", e.TriesLeft, left[e.Reference])
		}
	case "blocked":
		var e *card.BlockedError
		errors.As(s.err, &e)
		if lie.sw != 0x63C0 && lie.sw != 0x6983 && lie.sw != 0x6984 && left[e.Reference] != 0 {
			complain("blocked with %d tries left", left[e.Reference])
		}
		if s.lastPINCommand() == "RESET RETRY COUNTER" && lie.sw != 0x63C0 && lie.sw != 0x6983 && lie.sw != 0x6984 {
			complain("a refused unblocking told as a blocked PIN, which everybody knew")
		}
	case "refused":
		var e *card.RefusedError
		errors.As(s.err, &e)
		if lie == lieOf(0x9000) { // believed, and then the card refused the second command
			break
		}
		if !lie.inner || uint16(e.SW) != uint16(lie.sw) {
			complain("refused with %04X, the card said %v", uint16(e.SW), lie)
		}
	case "interrupted", "link", "not verified", "not genuine":
		// Behind a PIN that was taken, reading and signing may fail as they like.
		uses := slices.Contains([]string{"certificate", "sign", "login"}, s.operation.name)
		if !uses || state.PINTries != 3 && lie != lieOf(0x9000) {
			complain("%s after a code went out: %v", class, s.err)
		}
	default:
		complain("%s after a code went out: %v", class, s.err)
	}
	return complaints
}

func lieOf(sw virtual.StatusWord) lie { return lie{sw, true} }

// achieved: the card truly did what success says.
func (s *stand) achieved(state virtual.State) bool {
	switch s.operation.name {
	case "change right":
		return state.PIN == newPIN && state.PINTries == 3
	case "unblock right":
		return state.PIN == newPIN && state.PINTries == 3 && state.PUKTries == 10
	case "verify right", "certificate", "sign", "login":
		return state.PIN == rightPIN && state.PINTries == 3
	}
	return false
}

func (s *stand) lastPINCommand() (name string) {
	names := map[byte]string{iso7816.INSVerify: "VERIFY", iso7816.INSChangeReferenceData: "CHANGE REFERENCE DATA",
		iso7816.INSResetRetryCounter: "RESET RETRY COUNTER"}
	for _, c := range s.wire.sent {
		if n, ok := names[c.ins]; ok && c.full {
			name = n
		}
	}
	return name
}

// usableAfterwards: the fault over, the card back, the next look is right and
// the next presentation of what the card holds succeeds.
func (s *stand) usableAfterwards(c *card.Card) (complaints []error) {
	complain := func(format string, args ...any) {
		complaints = append(complaints, fmt.Errorf("afterwards: "+format, args...))
	}
	wasThere := s.chip.Inserted()
	s.chip.Disarm()
	if err := s.chip.Insert(); err != nil {
		complain("insert: %w", err)
	}
	if !s.sameCard || !wasThere {
		c = s.open()
		defer func() { _ = c.Close() }()
	}
	s.wire.sent = nil
	state := s.chip.State()
	r, err := c.Inspect(ctx, card.PINReference, card.PUKReference)
	if err != nil {
		complain("inspect: %w", err)
		return complaints
	}
	if r.Refusal != nil {
		complain("refusal: %w", r.Refusal)
	}
	if s.settings == nil && (r.PIN.Left != state.PINTries || r.PUK.Left != state.PUKTries) {
		complain("shows %d and %d tries, has %d and %d", r.PIN.Left, r.PUK.Left, state.PINTries, state.PUKTries)
	}
	if s.locked && state.PINTries == 0 {
		return complaints
	}
	if state.PINTries == 0 {
		_, err = c.UnblockPIN(ctx, s.puk(rightPUK), s.pin(newPIN), agreed(r, card.PUKReference))
	} else {
		_, err = c.VerifyPIN(ctx, s.pin(state.PIN), agreed(r, card.PINReference))
	}
	if err != nil {
		complain("present the right code: %w", err)
	}
	if after := s.chip.State(); err == nil && (after.PINTries != 3 || state.PINTries == 0 && after.PUKTries != 10) {
		complain("%d and %d tries after a success", after.PINTries, after.PUKTries)
	}
	return complaints
}
