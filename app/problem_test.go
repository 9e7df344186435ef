package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browsers"
	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/card"
	"cientro/card/atr"
	"cientro/card/iso7816"
)

var update = flag.Bool("update", false, "write docs/errors.md")

func printers(t *testing.T) map[messages.Language]*messages.Printer {
	t.Helper()
	out := map[messages.Language]*messages.Printer{}
	for _, l := range messages.Languages() {
		p, err := messages.New(l)
		require.NoError(t, err)
		out[l] = p
	}
	return out
}

func TestKindsAreThoseOfTheContract(t *testing.T) {
	want := strings.Fields(`wrong-pin wrong-puk pin-blocked puk-blocked bad-format weak-pin no-service
		service-denied no-reader no-card mute-card not-a-cie not-genuine channel-broken card-removed card-reset
		outcome-unknown confirm-last-try several-cards reader-busy cancelled unexpected`)
	var got []string
	for _, k := range Kinds() {
		got = append(got, string(k))
	}
	assert.Equal(t, want, got)
	assert.Len(t, exitCodes, len(want))
}

func TestExitCodesAreThoseOfTheContract(t *testing.T) {
	for code, kinds := range map[int]string{
		1: "unexpected", 2: "bad-format weak-pin several-cards", 3: "wrong-pin wrong-puk", 4: "pin-blocked puk-blocked",
		5: "no-reader no-card mute-card", 6: "not-a-cie not-genuine channel-broken",
		7: "no-service service-denied reader-busy", 8: "confirm-last-try",
		9: "card-removed card-reset outcome-unknown", 130: "cancelled",
	} {
		for _, k := range strings.Fields(kinds) {
			assert.Equal(t, code, Kind(k).Exit(), k)
		}
	}
}

func TestProblemTableIsWhole(t *testing.T) {
	kinds, codes, keys := map[Kind]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range problemTable() {
		assert.Regexp(t, regexp.MustCompile(`^[A-Z]+-[0-9]{3}$`), r.code)
		assert.False(t, codes[r.code], r.code)
		assert.False(t, keys[r.key], r.key)
		kinds[r.kind], codes[r.code], keys[r.key] = true, true, true
	}
	for _, k := range Kinds() {
		assert.True(t, kinds[k], "no problem of kind %s", k)
	}
}

// problems are all problems, with facts filled in.
func problems() []Problem {
	two := 2
	var all []Problem
	for _, r := range problemTable() {
		all = append(all, Problem{
			Key: r.key, Code: r.code, Kind: r.kind, Meaning: r.meaning, TriesLeft: &two, Err: errors.New("detail"),
			Facts: Facts{
				Reader: "R", Readers: []string{"R", "S"}, File: "F", Subject: "S", Command: "C", Reason: "weakness.ascending",
			},
		})
	}
	return all
}

func TestEveryProblemIsSaidInEveryLanguage(t *testing.T) {
	said := map[messages.Language]map[string]bool{}
	for l, w := range printers(t) {
		said[l] = map[string]bool{}
		for _, p := range problems() {
			s := p.Sentences(w)
			for part, text := range map[string]string{
				"title": s.Title, "what": s.What, "meaning": s.Meaning, "next": s.Next, "helpdesk": s.HelpDesk,
			} {
				assert.NotEmpty(t, text, "%s %s.%s", l, p.Key, part)
				assert.NotContains(t, text, "[", "%s %s.%s", l, p.Key, part)
				assert.NotContains(t, text, "<no value>", "%s %s.%s", l, p.Key, part)
				if part == "title" {
					assert.NotRegexp(t, `[.!]$`, text)
				} else {
					assert.Regexp(t, `[.!)]$`, text, "%s %s.%s is no sentence", l, p.Key, part)
				}
			}
			said[l][s.Title] = true
		}
	}
	for title := range said[messages.Italian] {
		assert.False(t, said[messages.English][title], "%q is the same in both languages", title)
	}
}

// TestEveryWeaknessAndUsageIsSaid: reasons are sentences of their own.
func TestEveryWeaknessAndUsageIsSaid(t *testing.T) {
	for _, w := range printers(t) {
		for _, weakness := range []card.Weakness{
			card.WeakEqualDigits, card.WeakAscending, card.WeakDescending, card.WeakRepeatedPair,
			card.WeakRepeatedQuartet, card.WeakSameAsOld, card.WeakBirthDate,
		} {
			assert.NotContains(t, ProblemOf(&card.WeakPINError{Weakness: weakness}).Sentences(w).What, "[")
		}
		for _, reason := range []UsageReason{
			UsageUnknownCommand, UsageUnknownFlag, UsageFlagValue, UsageFlagNeedsValue, UsageTooFew, UsageTooMany,
			UsageConflict, UsageTerminal, UsageByHand, UsageNoCode, UsageCodeCut, UsageCodeMistyped, UsageCodeNewer,
		} {
			assert.NotContains(t, ProblemOf(&UsageError{Reason: reason, Subject: "--x", Command: "cientro"}).Sentences(w).What, "[")
		}
	}
}

// TestEveryCardIsNamed: the façade knows other cards by name; so does everybody.
func TestEveryCardIsNamed(t *testing.T) {
	for _, name := range append(atr.Names(), "") {
		said := map[string]bool{}
		for _, w := range printers(t) {
			text := CardName(w, name)
			assert.NotContains(t, text, "[", name)
			said[text] = true
		}
		assert.Len(t, said, 2, "%q is the same in both languages", name)
	}
	for kind, name := range map[atr.Kind]string{atr.KindOther: "bank-card", atr.KindCNS: "service-card"} {
		p := ProblemOf(&card.NotCIEError{Recognition: card.Recognition{Kind: kind, Name: name}})
		for _, w := range printers(t) {
			assert.Contains(t, p.Sentences(w).What, CardName(w, name))
		}
	}
}

func tries(ref card.Reference, left int) card.Tries {
	return card.Tries{Reference: ref, Left: left, Max: ref.Max(), Source: card.SourceCard}
}

func TestProblemOf(t *testing.T) {
	two, one := 2, 1
	none := 0
	pin, puk := card.PINReference, card.PUKReference
	link := func(k iso7816.LinkKind) error { return &iso7816.LinkError{Kind: k} }
	unknown := card.Tries{Reference: pin, Source: card.SourceUnknown}
	lastSeen := card.Tries{Reference: pin, Left: 2, Max: 3, Source: card.SourceLastSeen, FailedSince: true}
	pinOne, pukTwo, pinTwo := tries(pin, 1), tries(puk, 2), tries(pin, 2)
	tests := []struct {
		err  error
		code string
		left *int
	}{
		{&card.PINError{Reference: pin, TriesLeft: 2}, "PIN-001", &two},
		{&card.PINError{Reference: pin, TriesLeft: card.UnknownTries}, "PIN-001", nil},
		{&card.PINError{Reference: puk, TriesLeft: 2}, "PUK-001", &two},
		{&card.BlockedError{Reference: pin, JustNow: true}, "PIN-002", &none},
		{&card.BlockedError{Reference: pin}, "PIN-003", &none},
		{&card.BlockedError{Reference: puk, JustNow: true}, "PUK-002", &none},
		{&card.BlockedError{Reference: puk}, "PUK-003", &none},
		{&card.FormatError{Reference: pin, Length: 4}, "PIN-004", nil},
		{&card.FormatError{Reference: pin, Length: 8, NotDigits: true}, "PIN-005", nil},
		{&card.FormatError{Reference: puk, Length: 4}, "PUK-004", nil},
		{&card.FormatError{Reference: puk, Length: 8, NotDigits: true}, "PUK-005", nil},
		{&card.WeakPINError{Weakness: card.WeakAscending}, "PIN-006", nil},
		{&card.RefusedError{Reference: pin, Command: "VERIFY", Now: &pinTwo}, "PIN-013", &two},
		{&card.RefusedError{Reference: pin, Command: "VERIFY"}, "PIN-013", nil},
		{&card.ConfirmationError{Reason: card.ReasonLastTry, Now: pinOne}, "PIN-007", &one},
		{&card.ConfirmationError{Reason: card.ReasonLastTry, Now: unknown}, "PIN-008", nil},
		{&card.ConfirmationError{Reason: card.ReasonLastTry, Now: lastSeen}, "PIN-008", &two},
		{&card.ConfirmationError{Reason: card.ReasonCounterChanged, Now: pinOne}, "PIN-009", &one},
		{&card.ConfirmationError{Reason: card.ReasonCounterChanged, Now: pukTwo}, "PUK-007", &two},
		{&card.ConfirmationError{Reason: card.ReasonPUK, Now: pukTwo}, "PUK-006", &two},
		{&card.ConfirmationError{Reason: card.ReasonUsed, Now: pinTwo}, "PIN-010", &two},
		{&card.ConfirmationError{Reason: card.ReasonNotAsked, Now: pinTwo}, "PIN-010", &two},
		{&card.OutcomeError{Reference: pin, Command: "VERIFY", Now: &pinTwo, Err: link(iso7816.LinkLost)}, "PIN-011", &two},
		{&card.OutcomeError{Reference: puk, Command: "VERIFY", Err: link(iso7816.LinkRemoved)}, "PUK-008", nil},
		{&card.OutcomeError{Reference: pin, Command: "CHANGE REFERENCE DATA", Err: context.Canceled}, "PIN-012", nil},
		{&card.OutcomeError{Reference: pin, Command: "RESET RETRY COUNTER", Err: &card.ChannelError{Err: link(iso7816.LinkMute)}}, "PUK-009", nil},
		{&CancelledError{Err: context.Canceled}, "STOP-001", nil},
		{context.Canceled, "STOP-001", nil},
		{&card.RefusedError{Reference: pin, Command: "CHANGE REFERENCE DATA", Now: &pinTwo}, "PIN-014", &two},
		{&card.RefusedError{Reference: pin, Command: "RESET RETRY COUNTER"}, "PUK-010", nil},
		{&card.InterruptedError{Err: &card.ChannelError{Err: errors.New("bad MAC")}}, "PIN-015", nil},
		{&card.InterruptedError{Err: link(iso7816.LinkLost)}, "PIN-015", nil},
		{&card.InterruptedError{Err: link(iso7816.LinkRemoved)}, "PIN-016", nil},
		{&card.InterruptedError{Err: link(iso7816.LinkReset)}, "PIN-017", nil},
		{&AfterCodeError{Presented: pin, Err: link(iso7816.LinkUnpowered)}, "PIN-016", nil},
		{&AfterCodeError{Presented: pin, Err: card.ErrNotVerified}, "PIN-015", nil},
		{&AfterCodeError{Presented: puk, Err: link(iso7816.LinkLost)}, "PUK-011", nil},
		{&AfterCodeError{Presented: puk, Err: link(iso7816.LinkMute)}, "PUK-012", nil},
		{&AfterCodeError{Presented: puk, Err: link(iso7816.LinkReset)}, "PUK-013", nil},
		{&card.InterruptedError{Err: &card.NotGenuineError{Step: card.StepCertificate}}, "CARD-018", nil},
		{&CancelledError{Declined: true, Err: errDeclined}, "STOP-004", nil},
		{&CancelledError{PINVerified: true, Err: context.DeadlineExceeded}, "STOP-002", nil},
		{context.DeadlineExceeded, "STOP-003", nil},
		{&CancelledError{Err: context.DeadlineExceeded}, "STOP-003", nil},
		{&MuteCardError{Reader: "R"}, "CARD-002", nil},
		{link(iso7816.LinkMute), "CARD-002", nil},
		{link(iso7816.LinkBusy), "READER-004", nil},
		{link(iso7816.LinkRemoved), "CARD-007", nil},
		{link(iso7816.LinkReset), "CARD-008", nil},
		{link(iso7816.LinkLost), "CARD-009", nil},
		{link(iso7816.LinkUnknown), "CARD-009", nil},
		{link(iso7816.LinkUnpowered), "CARD-010", nil},
		{&card.ChannelError{Err: link(iso7816.LinkRemoved)}, "CARD-007", nil},
		{card.ErrOtherCard, "CARD-011", nil},
		{&SeveralCardsError{Readers: []string{"A", "B"}}, "CARD-012", nil},
		{&card.ChannelError{Err: errors.New("bad MAC")}, "CARD-013", nil},
		{&card.NotGenuineError{Step: card.StepChip}, "CARD-014", nil},
		{&card.NotGenuineError{Step: card.StepSODSignature}, "CARD-015", nil},
		{&card.NotGenuineError{Step: card.StepSODHash}, "CARD-016", nil},
		{&card.NotGenuineError{Step: card.StepSODMissing}, "CARD-017", nil},
		{&card.NotGenuineError{Step: card.StepCertificate}, "CARD-018", nil},
		{&card.NotCIEError{Recognition: card.Recognition{Kind: atr.KindCNS}}, "CARD-003", nil},
		{&card.NotCIEError{Recognition: card.Recognition{Kind: atr.KindPassport}}, "CARD-004", nil},
		{&card.NotCIEError{Recognition: card.Recognition{Kind: atr.KindOther}}, "CARD-005", nil},
		{&card.NotCIEError{Recognition: card.Recognition{Kind: atr.KindUnknown}}, "CARD-006", nil},
		{&card.NotCIEError{Recognition: card.Recognition{Kind: atr.KindMute}}, "CARD-002", nil},
		{&ServiceError{State: ServiceMissing}, "READER-001", nil},
		{&ServiceError{State: ServiceUnsupported}, "READER-001", nil},
		{&ServiceError{State: ServiceStopped}, "READER-002", nil},
		{&ServiceError{State: ServiceDenied}, "READER-003", nil},
		{&NoReaderError{}, "READER-005", nil},
		{&NoReaderError{Wanted: "gone"}, "READER-005", nil},
		{&NoReaderError{Wanted: "x", Available: []string{"y"}}, "READER-006", nil},
		{&VirtualReaderError{Address: "a:1"}, "READER-007", nil},
		{&NoCardError{}, "CARD-001", nil},
		{&NoCardError{Reader: "R"}, "CARD-001", nil},
		{&SODFileError{Path: "F"}, "FILE-001", nil},
		{&FileError{Op: FileRead}, "FILE-002", nil},
		{&FileError{Op: FileWrite}, "FILE-003", nil},
		{&FileError{Op: FileAnchor}, "FILE-004", nil},
		{&FileError{Op: FileSOD}, "FILE-005", nil},
		{&FileError{Op: FileCard}, "FILE-006", nil},
		{&UnknownAnchorError{ID: "00"}, "FILE-007", nil},
		{&DemoMissingError{What: "modutil", From: "apt install libnss3-tools"}, "DEMO-001", nil},
		{&DemoLoginError{Err: errors.New("asked again")}, "DEMO-002", nil},
		{BrowsersOf(&browsers.PlaceError{Err: browsers.ErrRunning}), "BROWSER-001", nil},
		{BrowsersOf(&browsers.PlaceError{Err: &os.PathError{Err: os.ErrPermission}}), "BROWSER-002", nil},
		{BrowsersOf(&browsers.PlaceError{Err: browsers.ErrNotUnderstood}), "BROWSER-003", nil},
		{BrowsersOf(&browsers.MissingError{Path: "m.so"}), "BROWSER-004", nil},
		{BrowsersOf(browsers.ErrForeignHome), "BROWSER-005", nil},
		{BrowsersOf(browsers.ErrLedger), "BROWSER-006", nil},
		{BrowsersOf(&browsers.PlaceError{Err: browsers.ErrChangedMeanwhile}), "BROWSER-007", nil},
		{BrowsersOf(&browsers.PlaceError{Err: os.ErrInvalid}), "BROWSER-008", nil},
		{BrowsersOf(browsers.ErrUnsupported), "BROWSER-009", nil},
		{BrowsersOf(&browsers.PlaceError{Err: browsers.ErrManaged}), "BROWSER-010", nil},
		{BrowsersOf(&browsers.PlaceError{Err: errors.Join(browsers.ErrNotUnderstood, browsers.ErrBinaryList)}), "BROWSER-011", nil},
		{BrowsersOf(&os.PathError{Path: "/var/lib", Err: os.ErrPermission}), "BROWSER-002", nil},
		{BrowsersOf(context.Canceled), "STOP-001", nil},
		{&UsageError{Reason: UsageConflict}, "USE-001", nil},
		{&settings.LockedError{Name: "virtualCard"}, "GEN-002", nil},
		{errors.New("anything"), "GEN-001", nil},
		{card.ErrNotVerified, "GEN-001", nil},
	}
	met := map[string]bool{}
	for _, tt := range tests {
		p := ProblemOf(fmt.Errorf("verify PIN: %w", tt.err))
		assert.Equal(t, tt.code, p.Code, "%T %v", tt.err, tt.err)
		assert.Equal(t, tt.left, p.TriesLeft, "%s", p.Code)
		require.Error(t, p.Err)
		met[p.Code] = true
		for _, w := range printers(t) {
			assert.NotContains(t, p.Sentences(w).What, "<no value>")
		}
	}
	for _, r := range problemTable() {
		assert.True(t, met[r.code], "no error leads to %s (%s)", r.code, r.key)
	}
}

// Once a code went out, work that breaks off is exit 9, whatever broke, and no
// sentence says that no code was sent.
func TestNineWinsOverSixOnceACodeWentOut(t *testing.T) {
	assert.Equal(t, ExitNotGenuine, ProblemOf(&card.ChannelError{Err: errors.New("bad MAC")}).Exit())
	for _, cause := range []error{
		errors.New("bad MAC"), &card.ChannelError{Err: errors.New("bad MAC")}, &iso7816.LinkError{Kind: iso7816.LinkRemoved},
		&iso7816.LinkError{Kind: iso7816.LinkReset}, &iso7816.LinkError{Kind: iso7816.LinkLost}, card.ErrNotVerified,
	} {
		for err, meaning := range map[error]Meaning{
			&card.InterruptedError{Err: cause}:                             MeansVerified,
			&AfterCodeError{Presented: card.PINReference, Err: cause}:      MeansVerified,
			&AfterCodeError{Presented: card.PUKReference, Err: cause}:      MeansPUKRight,
			fmt.Errorf("sign: %w", &card.InterruptedError{Err: cause}):     MeansVerified,
			fmt.Errorf("x: %w", &AfterCodeError{card.PUKReference, cause}): MeansPUKRight,
		} {
			p := ProblemOf(err)
			assert.Equal(t, ExitLost, p.Exit(), "%v", err)
			assert.Equal(t, meaning, p.Meaning, "%v", err)
		}
	}
}

func TestErrorsSayWhatTheyAre(t *testing.T) {
	cause := errors.New("cause")
	for _, err := range []error{
		&ServiceError{State: ServiceDenied, Err: cause}, &FileError{Op: FileRead, Path: "p", Err: cause},
		&UsageError{Reason: UsageFlagValue, Subject: "--x", Err: cause}, &VirtualReaderError{Address: "a", Err: cause},
		&DemoMissingError{What: "w", Err: cause}, &DemoLoginError{Err: cause},
		&CancelledError{Err: cause}, &SODFileError{Path: "p", Err: cause},
		&AfterCodeError{Presented: card.PUKReference, Err: cause},
	} {
		assert.ErrorIs(t, err, cause)
		assert.Contains(t, err.Error(), "cause")
	}
	for _, err := range []error{
		&ServiceError{State: ServiceDenied}, &NoReaderError{}, &NoReaderError{Wanted: "x"}, &NoCardError{}, &MuteCardError{Reader: "R"},
		&SeveralCardsError{Readers: []string{"A"}}, &UsageError{Reason: UsageTooFew}, &UnknownAnchorError{ID: "1"}, &UnknownProfileError{"x"},
	} {
		assert.NotEmpty(t, err.Error())
	}
	assert.Equal(t, ServiceDenied, StateOf(fmt.Errorf("x: %w", &ServiceError{State: ServiceDenied})))
	assert.Empty(t, StateOf(cause))
}

// TestErrorsDocument keeps docs/errors.md what the catalogues say.
// go test ./app -run TestErrorsDocument -update
func TestErrorsDocument(t *testing.T) {
	const path = "../docs/errors.md"
	want := errorsDocument(printers(t))
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, want == string(got), "docs/errors.md is stale: go test ./app -run TestErrorsDocument -update")
}

func errorsDocument(words map[messages.Language]*messages.Printer) string {
	var out strings.Builder
	out.WriteString("# Errori · Errors\n\n" +
		"Generated from the catalogues by `go test ./app -run TestErrorsDocument -update`. Do not edit.\n\n" +
		"Each error has a code that never changes. `kind` and the exit code are what scripts read.\n\n" +
		"| Code | kind | exit | it | en |\n|---|---|---|---|---|\n")
	all := problems()
	for i := range all {
		all[i].TriesLeft = nil
		all[i].Facts = Facts{Reader: "…", Readers: []string{"…"}, File: "…", Subject: "…", Command: "cientro …"}
		all[i].Err = errors.New("…")
		if all[i].Key == "cns" {
			all[i].Facts.Card = "ts-cns"
		}
	}
	it, en := words[messages.Italian], words[messages.English]
	for _, p := range all {
		fmt.Fprintf(&out, "| [%s](#%s) | `%s` | %d | %s | %s |\n", p.Code, strings.ToLower(p.Code), p.Kind, p.Exit(), p.Sentences(it).Title, p.Sentences(en).Title)
	}
	for _, p := range all {
		fmt.Fprintf(&out, "\n## %s\n", p.Code)
		for _, w := range []*messages.Printer{it, en} {
			s := p.Sentences(w)
			what := strings.ReplaceAll(s.What, TriesSentence(w, nil), "…")
			fmt.Fprintf(&out, "\n**%s.** %s %s\n%s\n*%s*\n", s.Title, strings.TrimSpace(what), s.Meaning, s.Next, s.HelpDesk)
		}
	}
	return out.String()
}

func TestMeaningsAreSaid(t *testing.T) {
	used := map[Meaning]bool{}
	for _, r := range problemTable() {
		used[r.meaning] = true
	}
	want := []Meaning{MeansUntouched, MeansNothingSent, MeansOneSpent, MeansPINBlocked, MeansPUKBlocked, MeansUnknown, MeansVerified, MeansPUKRight}
	slices.Sort(want)
	assert.Equal(t, want, slices.Sorted(maps.Keys(used)))
}
