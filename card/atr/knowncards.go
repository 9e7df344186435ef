package atr

import "strings"

// known is a card met in the field, told by its whole ATR.
type known struct {
	atr    string
	kind   Kind
	name   string
	family string // of a CIE
	also   string // other cards with these bytes, as kind:name
}

func (k known) alternatives() []Candidate {
	var all []Candidate
	for _, text := range strings.Fields(k.also) {
		kind, name, _ := strings.Cut(text, ":")
		all = append(all, Candidate{Kind(kind), name})
	}
	return all
}

// knownCards are facts from public lists of ATRs. A rule of [Label] is better
// than a row here; rows are for cards that no rule tells, or that deserve a
// better name than the rule's. Type B cards put random bytes (PUPI) and the
// check byte over them where the dots are.
var knownCards = []known{
	// CIE 3.0 without telling historical bytes: only the whole ATR counts, and
	// even so they are the bytes of anything.
	{"3B 80 80 01 01", KindCIE, "cie", "stm2", "passport:passport cns:ts-cns"},
	{"3B 8F 80 01 00 00 00 00 00 00 00 00 00 00 00 FF 82 90 00 E3", KindCIE, "cie", "zero-historical", ""},

	{"3B 85 80 01 A0 00 00 00 00 A4", KindPassport, "passport", "", ""},
	{"3B 8F 80 01 80 91 E1 31 98 65 B0 85 03 00 EF 73 94 41 .. ..", KindPassport, "passport", "", ""},

	// TS-CNS over NFC.
	{"3B 88 80 01 00 00 00 00 03 81 91 00 1A", KindCNS, "ts-cns", "", ""},
	{"3B 88 80 01 00 00 00 00 33 81 91 00 2A", KindCNS, "ts-cns", "", ""},
	{"3B 88 80 01 00 00 00 00 F7 81 C1 00 BE", KindCNS, "ts-cns", "", ""},
	{"3B 88 80 01 30 AB AB 01 77 81 B7 .. ..", KindCNS, "ts-cns", "", ""},
	{"3B 8B 80 01 00 31 C1 64 .. .. .. .. .. .. .. ..", KindCNS, "ts-cns", "", ""}, // IDEMIA
	{"3B 8C 80 01 50 .. .. .. .. 00 00 00 00 33 81 91 ..", KindCNS, "ts-cns", "", ""},
	{"3B 8C 80 01 50 .. .. .. .. 00 00 00 00 F7 81 C1 ..", KindCNS, "ts-cns", "", ""},
	{"3B 8C 80 01 50 .. .. .. .. 30 AB AB 01 77 81 B7 ..", KindCNS, "ts-cns", "", ""},

	// TS-CNS and regional cards by contact.
	{"3B DF 18 00 81 31 FE 7D 00 6B .. 0C 01 .. 01 11 01 43 4E 53 10 31 80 ..", KindCNS, "ts-cns", "", ""}, // Athena
	{"3B FF 18 00 00 81 31 FE 45 00 6B 04 05 01 00 01 .. 01 43 4E 53 10 31 80 ..", KindCNS, "ts-cns", "", ""},
	{"3B FF 18 00 00 81 31 FE 45 00 6B 05 05 .. .. 01 .. 01 43 4E 53 10 31 80 ..", KindCNS, "ts-cns", "", ""}, // IDEMIA
	{"3B FF 18 00 FF 81 31 FE 4D 00 6B 04 04 B8 5B 01 F1 01 43 4E 53 10 31 80 9D", KindCNS, "ts-cns", "", ""},
	{"3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 02 00 01 11 01 43 4E 53 10 31 80 8F", KindCNS, "ts-cns", "", ""},
	{"3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 16 17 01 11 01 43 4E 53 11 31 80 8D", KindCNS, "ts-cns", "", ""},
	{"3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 17 17 01 11 01 43 4E 53 11 31 80 8C", KindCNS, "ts-cns", "", ""},
	{"3B FF 18 00 FF C1 0A 31 FE 55 00 6B 05 08 C8 .. 01 11 01 43 4E 53 10 31 80 ..", KindCNS, "ts-cns", "", ""}, // CardOS
	{"3B 04 00 04 00 00", KindCNS, "ts-cns", "", ""},                                                             // Lazio: synchronous, no CNS application answers

	// CNS of other issuers.
	{"3B 3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 03", KindCNS, "cns", "", ""}, // as reported: cut short
	{"3B FF 18 00 00 81 31 FE 45 00 6B 11 05 07 00 01 11 01 43 4E 53 11 31 80 7B", KindCNS, "service-card", "", ""},
	{"3B FF 18 00 00 81 31 FE 45 00 6B 11 05 07 00 01 21 01 43 4E 53 10 31 80 4A", KindCNS, "cns", "", "other:izenpe-citizen-card other:javacard"},
	{"3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 03 00 01 11 01 43 4E 53 11 31 80 8F", KindCNS, "service-card", "", ""},
	{"3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 13 01 01 11 01 43 4E 53 11 31 80 9E", KindCNS, "service-card", "", ""},
	{"3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 03 03 01 11 01 43 4E 53 11 31 80 8C", KindCNS, "cns", "", "cns:student-card"},
	{"3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 13 03 01 11 01 43 4E 53 11 31 80 9C", KindCNS, "student-card", "", ""},

	// Older Italian identity cards, by contact.
	{"3B E9 00 FF C1 10 31 FE 55 00 64 05 00 C8 02 31 80 00 47", KindOther, "old-cie", "", ""},
	{"3B F4 18 00 FF 81 31 80 55 00 31 80 00 C7", KindOther, "old-cie", "", ""},
	{"3B FE 91 00 FF 91 81 71 FE 40 00 41 20 00 51 77 91 80 31 80 65 B0 85 03 00 FB", KindOther, "old-cie", "", ""},

	// Signature cards and tokens.
	{"3B 9F 11 81 31 FE 9F 00 6B 42 49 54 34 49 44 20 33 2E 30 00 90 00 CF", KindOther, "signature-token", "", ""},
	{"3B DF 96 00 81 31 FE 45 80 73 84 21 E0 57 4D 44 41 5F 41 53 50 81 0F 78", KindOther, "signature-token", "", ""},
	{"3B FB 11 00 FF 81 31 80 55 00 68 02 00 10 10 53 49 41 45 00 04", KindOther, "siae-card", "", ""},
	{"3B FB 98 00 FF C1 10 31 FE 55 00 64 05 20 47 03 31 80 00 90 00 F3", KindOther, "signature-card", "", ""},
	{"3B FF 18 00 00 81 31 FE 45 00 6B 15 0C 03 02 01 01 01 42 34 44 10 31 80 0D", KindOther, "signature-card", "", ""},
	{"3B FF 18 00 FF 81 31 FE 55 00 6B 02 09 03 03 01 01 01 44 53 44 10 31 80 90", KindOther, "signature-card", "", ""},

	// Contactless badges and cards of other countries, the look-alikes that
	// the official matcher takes, or took, for a CIE among them.
	{"3B 81 80 01 80 80", KindOther, "mifare-desfire", "", ""},
	{"3B 8F 80 01 80 31 80 65 B0 84 .. .. .. 12 0F .. 82 90 00 ..", KindOther, "idprime-badge", "", ""},
	{"3B 8F 80 01 80 31 80 65 B0 85 03 00 EF 12 0F FE 82 90 00 72", KindOther, "idprime-badge", "", ""},
	{"3B 8F 80 01 80 31 80 65 B0 85 59 56 FB 12 0F FC 82 90 00 68", KindOther, "idprime-badge", "", ""},
	{"3B 8F 80 01 80 31 80 65 B0 85 05 00 11 12 02 68 82 90 00 11", KindOther, "polish-id", "", ""},
	{"3B 8F 80 01 80 31 80 65 B0 85 05 00 11 12 04 80 82 90 00 FF", KindOther, "mauritius-id", "", ""},
	{"3B 8F 80 01 80 91 00 31 80 65 B0 84 05 00 25 83 01 90 00 CD", KindOther, "javacard", "", ""},
}

// Names lists every key that [Candidate.Name] can hold, the empty one apart,
// so that catalogues of translations can be checked for completeness. A bank
// card is known by its application only; no ATR tells it.
func Names() []string {
	return []string{
		"bank-card", "cie", "cns", "dutch-driving-licence", "felica", "health-professional-card", "idprime-badge",
		"izenpe-citizen-card", "javacard", "luxembourg-id", "mauritius-id", "mifare-classic",
		"mifare-desfire", "mifare-plus", "mifare-ultralight", "old-cie", "passport", "polish-id",
		"regional-services-card", "service-card", "siae-card", "signature-card", "signature-token",
		"storage-card", "student-card", "ts-cns",
	}
}
