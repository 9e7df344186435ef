package app

// Kind is the kind of an error, as scripts read it (the command line contract,
// docs/errors.md). The list is closed: new errors get new codes, not new kinds.
type Kind string

// The kinds of errors.
const (
	KindWrongPIN       Kind = "wrong-pin"
	KindWrongPUK       Kind = "wrong-puk"
	KindPINBlocked     Kind = "pin-blocked"
	KindPUKBlocked     Kind = "puk-blocked"
	KindBadFormat      Kind = "bad-format"
	KindWeakPIN        Kind = "weak-pin"
	KindNoService      Kind = "no-service"
	KindServiceDenied  Kind = "service-denied"
	KindNoReader       Kind = "no-reader"
	KindNoCard         Kind = "no-card"
	KindMuteCard       Kind = "mute-card"
	KindNotACIE        Kind = "not-a-cie"
	KindNotGenuine     Kind = "not-genuine"
	KindChannelBroken  Kind = "channel-broken"
	KindCardRemoved    Kind = "card-removed"
	KindCardReset      Kind = "card-reset"
	KindOutcomeUnknown Kind = "outcome-unknown"
	KindConfirm        Kind = "confirm-last-try"
	KindSeveralCards   Kind = "several-cards"
	KindReaderBusy     Kind = "reader-busy"
	KindCancelled      Kind = "cancelled"
	KindUnexpected     Kind = "unexpected"
)

// Kinds lists every kind, in the order of the contract.
func Kinds() []Kind {
	return []Kind{
		KindWrongPIN, KindWrongPUK, KindPINBlocked, KindPUKBlocked, KindBadFormat, KindWeakPIN,
		KindNoService, KindServiceDenied, KindNoReader, KindNoCard, KindMuteCard, KindNotACIE,
		KindNotGenuine, KindChannelBroken, KindCardRemoved, KindCardReset, KindOutcomeUnknown,
		KindConfirm, KindSeveralCards, KindReaderBusy, KindCancelled, KindUnexpected,
	}
}

// Exit codes of the programs, by what a script can do about them.
const (
	ExitOK         = 0
	ExitUnexpected = 1
	ExitUsage      = 2 // usage, a malformed or too weak PIN, or no card chosen: nothing was sent
	ExitWrong      = 3
	ExitBlocked    = 4
	ExitNoCard     = 5
	ExitNotGenuine = 6
	ExitNoService  = 7
	ExitConfirm    = 8
	ExitLost       = 9
	ExitCancelled  = 130
)

// exitCodes gives the exit code of each kind.
var exitCodes = map[Kind]int{
	KindWrongPIN: ExitWrong, KindWrongPUK: ExitWrong,
	KindPINBlocked: ExitBlocked, KindPUKBlocked: ExitBlocked,
	KindBadFormat: ExitUsage, KindWeakPIN: ExitUsage, KindSeveralCards: ExitUsage,
	KindNoService: ExitNoService, KindServiceDenied: ExitNoService, KindReaderBusy: ExitNoService,
	KindNoReader: ExitNoCard, KindNoCard: ExitNoCard, KindMuteCard: ExitNoCard,
	KindNotACIE: ExitNotGenuine, KindNotGenuine: ExitNotGenuine, KindChannelBroken: ExitNotGenuine,
	KindCardRemoved: ExitLost, KindCardReset: ExitLost, KindOutcomeUnknown: ExitLost,
	KindConfirm:   ExitConfirm,
	KindCancelled: ExitCancelled, KindUnexpected: ExitUnexpected,
}

// Exit is the exit code of the kind.
func (k Kind) Exit() int { return exitCodes[k] }
