package app

import (
	"context"
	"errors"

	"cientro/app/settings"
	"cientro/card"
	"cientro/card/atr"
	"cientro/card/iso7816"
)

// ProblemOf turns an error into what people are told. It is total: what is not
// in the table is GEN-001. Whatever says that a PIN command went out comes
// first, as it is what the user must know above all (exit 9 wins over 6).
func ProblemOf(err error) Problem {
	key, facts, tries := describe(err)
	for _, r := range problemTable() {
		if r.key == key {
			meaning := r.meaning
			if file := (*FileError)(nil); errors.As(err, &file) && file.Means != "" && r.key == "file_"+string(file.Op) {
				meaning = file.Means
			}
			return Problem{Key: r.key, Code: r.code, Kind: r.kind, Meaning: meaning, TriesLeft: tries, Facts: facts, Err: err}
		}
	}
	panic("app: problem " + key + " is not in the table") // a test goes through all keys
}

// describers are asked in order; the first that knows the error answers.
var describers = []func(error) (string, Facts, *int){
	describeOutcome, describeCode, describeConsent, describeCancelled,
	describeAfterCode, describeLink, describeCard, describeReader, describeBrowser, describeInput,
}

func describe(err error) (key string, facts Facts, tries *int) {
	for _, d := range describers {
		if key, facts, tries = d(err); key != "" {
			return key, facts, tries
		}
	}
	return "unexpected", Facts{}, nil
}

func describeOutcome(err error) (string, Facts, *int) {
	var outcome *card.OutcomeError
	if !errors.As(err, &outcome) {
		return "", Facts{}, nil
	}
	var left *int
	if outcome.Now != nil {
		left = TriesLeft(*outcome.Now)
	}
	switch outcome.Command { // as card.OutcomeError documents them
	case "CHANGE REFERENCE DATA":
		return "change_outcome", Facts{}, left
	case "RESET RETRY COUNTER":
		return "unblock_outcome", Facts{}, left
	}
	if outcome.Reference == card.PUKReference {
		return "puk_outcome", Facts{}, left
	}
	return "verify_outcome", Facts{}, left
}

// describeCode is about what was typed, locally refused or refused by the card.
func describeCode(err error) (string, Facts, *int) {
	var wrong *card.PINError
	var blocked *card.BlockedError
	var format *card.FormatError
	var weak *card.WeakPINError
	var refused *card.RefusedError
	none := 0
	switch {
	case errors.As(err, &refused):
		var left *int
		if refused.Now != nil {
			left = TriesLeft(*refused.Now)
		}
		switch refused.Command { // as card.OutcomeError documents them
		case "CHANGE REFERENCE DATA":
			return "change_refused", Facts{}, left
		case "RESET RETRY COUNTER":
			return "unblock_refused", Facts{}, left
		}
		return "command_refused", Facts{}, left
	case errors.As(err, &wrong):
		var left *int
		if wrong.TriesLeft != card.UnknownTries {
			left = &wrong.TriesLeft
		}
		return "wrong_" + codeWord(wrong.Reference), Facts{}, left
	case errors.As(err, &blocked) && blocked.JustNow:
		return codeWord(blocked.Reference) + "_blocked_now", Facts{}, &none
	case errors.As(err, &blocked):
		return codeWord(blocked.Reference) + "_blocked", Facts{}, &none
	case errors.As(err, &format) && format.NotDigits:
		return codeWord(format.Reference) + "_not_digits", Facts{}, nil
	case errors.As(err, &format):
		return codeWord(format.Reference) + "_length", Facts{}, nil
	case errors.As(err, &weak):
		return "weak_pin", Facts{Reason: "weakness." + string(weak.Weakness)}, nil
	}
	return "", Facts{}, nil
}

func codeWord(ref card.Reference) string {
	if ref == card.PUKReference {
		return "puk"
	}
	return "pin"
}

func describeConsent(err error) (string, Facts, *int) {
	var consent *card.ConfirmationError
	if !errors.As(err, &consent) {
		return "", Facts{}, nil
	}
	left := TriesLeft(consent.Now)
	switch consent.Reason {
	case card.ReasonLastTry:
		if left == nil || *left > 1 {
			return "maybe_last_try", Facts{}, left
		}
		return "last_try", Facts{}, left
	case card.ReasonPUK:
		return "puk_confirm", Facts{}, left
	case card.ReasonCounterChanged:
		return codeWord(consent.Now.Reference) + "_counter_changed", Facts{}, left
	}
	return "consent_used", Facts{}, left
}

func describeCancelled(err error) (string, Facts, *int) {
	var cancelled *CancelledError
	switch {
	case errors.Is(err, iso7816.ErrBusy): // also where the time ran out waiting for it
		return "", Facts{}, nil
	case errors.As(err, &cancelled) && cancelled.Declined:
		return "declined", Facts{}, nil
	case errors.As(err, &cancelled) && cancelled.PINVerified:
		return "cancelled_verified", Facts{}, nil
	case errors.Is(err, context.DeadlineExceeded):
		return "timed_out", Facts{}, nil
	case errors.As(err, &cancelled), errors.Is(err, context.Canceled):
		return "cancelled", Facts{}, nil
	}
	return "", Facts{}, nil
}

// describeAfterCode: the code was right, so nothing that only says what broke
// may answer, as it would say that no code went out.
func describeAfterCode(err error) (string, Facts, *int) {
	var after *AfterCodeError
	var interrupted *card.InterruptedError
	var notGenuine *card.NotGenuineError
	word := "pin"
	switch {
	case errors.As(err, &after):
		word = codeWord(after.Presented)
	case !errors.As(err, &interrupted), errors.As(err, &notGenuine):
		return "", Facts{}, nil
	}
	switch {
	case errors.Is(err, iso7816.ErrRemoved), errors.Is(err, iso7816.ErrUnpowered), errors.Is(err, iso7816.ErrMute):
		return "removed_after_" + word, Facts{}, nil
	case errors.Is(err, iso7816.ErrReset):
		return "reset_after_" + word, Facts{}, nil
	}
	return "broken_after_" + word, Facts{}, nil
}

func describeLink(err error) (string, Facts, *int) {
	var mute *MuteCardError
	switch {
	case errors.As(err, &mute):
		return "mute_card", Facts{Reader: mute.Reader}, nil
	case errors.Is(err, iso7816.ErrMute):
		return "mute_card", Facts{}, nil
	case errors.Is(err, iso7816.ErrBusy):
		return "reader_busy", Facts{}, nil
	case errors.Is(err, iso7816.ErrRemoved):
		return "card_removed", Facts{}, nil
	case errors.Is(err, iso7816.ErrReset):
		return "card_reset", Facts{}, nil
	case errors.Is(err, iso7816.ErrUnpowered):
		return "card_unpowered", Facts{}, nil
	}
	var link *iso7816.LinkError
	if errors.As(err, &link) {
		return "card_lost", Facts{}, nil
	}
	return "", Facts{}, nil
}

func describeCard(err error) (string, Facts, *int) {
	var notCIE *card.NotCIEError
	var notGenuine *card.NotGenuineError
	var channel *card.ChannelError
	switch {
	case errors.Is(err, card.ErrOtherCard):
		return "other_card_now", Facts{}, nil
	case errors.As(err, &notCIE):
		return notCIEKey(notCIE.Recognition.Kind), Facts{Card: notCIE.Recognition.Name}, nil
	case errors.As(err, &notGenuine):
		return notGenuineKey(notGenuine.Step), Facts{}, nil
	case errors.As(err, &channel):
		return "channel_broken", Facts{}, nil
	}
	return "", Facts{}, nil
}

func notCIEKey(kind atr.Kind) string {
	switch kind {
	case atr.KindCNS:
		return "cns"
	case atr.KindPassport:
		return "passport"
	case atr.KindOther:
		return "other_card"
	case atr.KindMute:
		return "mute_card"
	}
	return "unknown_card"
}

func notGenuineKey(step string) string {
	switch step {
	case "sod-signature":
		return "sod_signature"
	case "sod-hash":
		return "sod_hash"
	case "sod-missing":
		return "sod_missing"
	case "certificate":
		return "certificate_not_genuine"
	}
	return "chip_not_genuine"
}

func describeReader(err error) (string, Facts, *int) {
	var service *ServiceError
	var noReader *NoReaderError
	var noCard *NoCardError
	var several *SeveralCardsError
	var vpcd *VirtualReaderError
	switch {
	case errors.As(err, &service):
		switch service.State {
		case ServiceDenied:
			return "service_denied", Facts{}, nil
		case ServiceStopped:
			return "service_stopped", Facts{}, nil
		}
		return "no_service", Facts{}, nil
	case errors.As(err, &noReader):
		if noReader.Wanted == "" || len(noReader.Available) == 0 {
			return "no_reader", Facts{}, nil
		}
		return "reader_unknown", Facts{Subject: noReader.Wanted, Readers: noReader.Available}, nil
	case errors.As(err, &noCard):
		return "no_card", Facts{Reader: noCard.Reader}, nil
	case errors.As(err, &several):
		return "several_cards", Facts{Readers: several.Readers}, nil
	case errors.As(err, &vpcd):
		return "virtual_reader", Facts{Subject: vpcd.Address}, nil
	}
	return "", Facts{}, nil
}

func describeInput(err error) (string, Facts, *int) {
	var usage *UsageError
	var file *FileError
	var anchor *UnknownAnchorError
	var sodFile *SODFileError
	var locked *settings.LockedError
	var missing *DemoMissingError
	var login *DemoLoginError
	switch {
	case errors.As(err, &missing):
		return "demo_missing", Facts{Subject: missing.What, Command: missing.From}, nil
	case errors.As(err, &login):
		return "demo_login", Facts{}, nil
	case errors.As(err, &locked):
		return "locked_setting", Facts{Subject: locked.Name}, nil
	case errors.As(err, &usage):
		return "usage", Facts{Subject: usage.Subject, Command: usage.Command, Reason: "usage." + string(usage.Reason)}, nil
	case errors.As(err, &file):
		return "file_" + string(file.Op), Facts{File: file.Path}, nil
	case errors.As(err, &anchor):
		return "unknown_anchor", Facts{Subject: anchor.ID}, nil
	case errors.As(err, &sodFile):
		return "sod_file_failed", Facts{File: sodFile.Path}, nil
	}
	return "", Facts{}, nil
}

// TriesLeft is the number of tries as JSON shows it: nil where it is not known.
func TriesLeft(t card.Tries) *int {
	if !t.Known() {
		return nil
	}
	left := t.Left
	return &left
}
