package app

// row is what is fixed about a problem.
type row struct {
	key     string
	code    string
	kind    Kind
	meaning Meaning
}

// problemTable lists every problem a user can meet. A code is never reused nor
// moved to another problem: people quote them to the help-desk.
func problemTable() []row {
	return []row{
		{"wrong_pin", "PIN-001", KindWrongPIN, MeansOneSpent},
		{"pin_blocked_now", "PIN-002", KindPINBlocked, MeansPINBlocked},
		{"pin_blocked", "PIN-003", KindPINBlocked, MeansPINBlocked},
		{"pin_length", "PIN-004", KindBadFormat, MeansNothingSent},
		{"pin_not_digits", "PIN-005", KindBadFormat, MeansNothingSent},
		{"weak_pin", "PIN-006", KindWeakPIN, MeansNothingSent},
		{"last_try", "PIN-007", KindConfirm, MeansNothingSent},
		{"maybe_last_try", "PIN-008", KindConfirm, MeansNothingSent},
		{"pin_counter_changed", "PIN-009", KindConfirm, MeansNothingSent},
		{"consent_used", "PIN-010", KindConfirm, MeansNothingSent},
		{"verify_outcome", "PIN-011", KindOutcomeUnknown, MeansUnknown},
		{"change_outcome", "PIN-012", KindOutcomeUnknown, MeansVerified},
		{"command_refused", "PIN-013", KindUnexpected, MeansUnknown},
		{"change_refused", "PIN-014", KindUnexpected, MeansVerified},
		{"broken_after_pin", "PIN-015", KindChannelBroken, MeansVerified},
		{"removed_after_pin", "PIN-016", KindCardRemoved, MeansVerified},
		{"reset_after_pin", "PIN-017", KindCardReset, MeansVerified},

		{"wrong_puk", "PUK-001", KindWrongPUK, MeansOneSpent},
		{"puk_blocked_now", "PUK-002", KindPUKBlocked, MeansPUKBlocked},
		{"puk_blocked", "PUK-003", KindPUKBlocked, MeansPUKBlocked},
		{"puk_length", "PUK-004", KindBadFormat, MeansNothingSent},
		{"puk_not_digits", "PUK-005", KindBadFormat, MeansNothingSent},
		{"puk_confirm", "PUK-006", KindConfirm, MeansNothingSent},
		{"puk_counter_changed", "PUK-007", KindConfirm, MeansNothingSent},
		{"puk_outcome", "PUK-008", KindOutcomeUnknown, MeansUnknown},
		{"unblock_outcome", "PUK-009", KindOutcomeUnknown, MeansPUKRight},
		{"unblock_refused", "PUK-010", KindUnexpected, MeansPUKRight},
		{"broken_after_puk", "PUK-011", KindChannelBroken, MeansPUKRight},
		{"removed_after_puk", "PUK-012", KindCardRemoved, MeansPUKRight},
		{"reset_after_puk", "PUK-013", KindCardReset, MeansPUKRight},

		{"no_service", "READER-001", KindNoService, MeansUntouched},
		{"service_stopped", "READER-002", KindNoService, MeansUntouched},
		{"service_denied", "READER-003", KindServiceDenied, MeansUntouched},
		{"reader_busy", "READER-004", KindReaderBusy, MeansNothingSent},
		{"no_reader", "READER-005", KindNoReader, MeansUntouched},
		{"reader_unknown", "READER-006", KindNoReader, MeansUntouched},
		{"virtual_reader", "READER-007", KindNoService, MeansUntouched},

		{"no_card", "CARD-001", KindNoCard, MeansUntouched},
		{"mute_card", "CARD-002", KindMuteCard, MeansNothingSent},
		{"cns", "CARD-003", KindNotACIE, MeansNothingSent},
		{"passport", "CARD-004", KindNotACIE, MeansNothingSent},
		{"other_card", "CARD-005", KindNotACIE, MeansNothingSent},
		{"unknown_card", "CARD-006", KindNotACIE, MeansNothingSent},
		{"card_removed", "CARD-007", KindCardRemoved, MeansNothingSent},
		{"card_reset", "CARD-008", KindCardReset, MeansNothingSent},
		{"card_lost", "CARD-009", KindCardRemoved, MeansNothingSent},
		{"card_unpowered", "CARD-010", KindCardRemoved, MeansNothingSent},
		{"other_card_now", "CARD-011", KindCardRemoved, MeansNothingSent},
		{"several_cards", "CARD-012", KindSeveralCards, MeansNothingSent},
		{"channel_broken", "CARD-013", KindChannelBroken, MeansNothingSent},
		{"chip_not_genuine", "CARD-014", KindNotGenuine, MeansNothingSent},
		{"sod_signature", "CARD-015", KindNotGenuine, MeansNothingSent},
		{"sod_hash", "CARD-016", KindNotGenuine, MeansNothingSent},
		{"sod_missing", "CARD-017", KindNotGenuine, MeansNothingSent},
		{"certificate_not_genuine", "CARD-018", KindNotGenuine, MeansVerified},

		{"sod_file_failed", "FILE-001", KindNotGenuine, MeansUntouched},
		{"file_read", "FILE-002", KindBadFormat, MeansUntouched},
		{"file_write", "FILE-003", KindUnexpected, MeansUntouched},
		{"file_anchor", "FILE-004", KindBadFormat, MeansUntouched},
		{"file_sod", "FILE-005", KindBadFormat, MeansUntouched},
		{"file_card", "FILE-006", KindUnexpected, MeansUntouched},
		{"unknown_anchor", "FILE-007", KindBadFormat, MeansUntouched},

		{"demo_missing", "DEMO-001", KindUnexpected, MeansUntouched},
		{"demo_login", "DEMO-002", KindUnexpected, MeansUntouched},

		{"browser_running", "BROWSER-001", KindUnexpected, MeansUntouched},
		{"browser_denied", "BROWSER-002", KindUnexpected, MeansUntouched},
		{"browser_not_understood", "BROWSER-003", KindUnexpected, MeansUntouched},
		{"browser_no_module", "BROWSER-004", KindUnexpected, MeansUntouched},
		{"browser_foreign_home", "BROWSER-005", KindUnexpected, MeansUntouched},
		{"browser_ledger", "BROWSER-006", KindUnexpected, MeansUntouched},
		{"browser_changed", "BROWSER-007", KindUnexpected, MeansUntouched},
		{"browser_write", "BROWSER-008", KindUnexpected, MeansUntouched},
		{"browser_unsupported", "BROWSER-009", KindUnexpected, MeansUntouched},
		{"browser_managed", "BROWSER-010", KindUnexpected, MeansUntouched},
		{"browser_binary", "BROWSER-011", KindUnexpected, MeansUntouched},

		{"usage", "USE-001", KindBadFormat, MeansUntouched},
		{"cancelled", "STOP-001", KindCancelled, MeansNothingSent},
		{"cancelled_verified", "STOP-002", KindCancelled, MeansVerified},
		{"timed_out", "STOP-003", KindCancelled, MeansNothingSent},
		{"declined", "STOP-004", KindCancelled, MeansNothingSent},
		{"locked_setting", "GEN-002", KindUnexpected, MeansUntouched},
		{"unexpected", "GEN-001", KindUnexpected, MeansUnknown},
	}
}
