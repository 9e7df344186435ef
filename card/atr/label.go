package atr

import "strings"

// Kind is the sort of card an ATR points to.
type Kind string

// Kinds, as in the JSON of `cientro status`.
const (
	KindCIE      Kind = "cie"
	KindCNS      Kind = "cns"
	KindPassport Kind = "passport"
	KindOther    Kind = "other"
	KindUnknown  Kind = "unknown"
	KindMute     Kind = "mute"
)

// Root is the way to the root of the IAS application that is worth trying
// first. Both work sooner or later on every family; the right order saves one
// command.
type Root string

// Ways to the root.
const (
	RootIAS Root = "ias-aid" // SELECT A0000000308000000009816001
	RootMF  Root = "mf"      // SELECT the master file
)

// Candidate is a kind of card and the key of its name.
type Candidate struct {
	Kind Kind
	// Name is a neutral English key such as "ts-cns" or "mifare-classic", to
	// be translated at the edge; empty if there is nothing to say. [Names]
	// lists them all.
	Name string
}

// Hint is what an ATR lets one hope. It is never a decision: see the package
// comment.
type Hint struct {
	Candidate
	// Family is the chip family of a CIE ("nxp", "gemalto", "itj4e" …), else
	// empty.
	Family string
	// RootFirst is the way to the root to try first, set for every kind.
	RootFirst Root
	// Alternatives are other cards known to answer with these very bytes.
	Alternatives []Candidate
}

// Ambiguous reports whether other sorts of cards answer with the same bytes.
func (h Hint) Ambiguous() bool { return len(h.Alternatives) > 0 }

// Label names the card that an ATR points to. It takes whole ATRs, ATRs that
// lost their check byte, and bare historical bytes (phones hand over those).
// No input makes it fail; what it does not know it calls KindUnknown, and
// nothing at all KindMute.
func Label(atr []byte) Hint {
	if len(atr) == 0 {
		return hint(KindMute, "")
	}
	a, err := Decode(atr)
	if err != nil {
		a.Historical = atr // bare historical bytes, or a maimed ATR
	}
	if h, ok := labelWhole(atr); ok {
		return h
	}
	if s, ok := a.Storage(); ok {
		return hint(KindOther, s.key())
	}
	if h, ok := labelCNS(a.Historical); ok {
		return h
	}
	if err == nil && !a.contactless() {
		return hint(KindUnknown, "") // a CIE has no contact plate
	}
	return labelFamily(a.Historical)
}

func hint(kind Kind, name string) Hint {
	return Hint{Candidate: Candidate{kind, name}, RootFirst: RootIAS}
}

// labelWhole looks the whole ATR up in the table of cards met in the field.
func labelWhole(atr []byte) (Hint, bool) {
	for _, known := range knownCards {
		if matches(known.atr, atr) {
			h := hint(known.kind, known.name)
			h.Family, h.Alternatives = known.family, known.alternatives()
			return h, true
		}
	}
	return Hint{}, false
}

// labelCNS applies the layout of the carta nazionale dei servizi (historical
// bytes: category, 6B, pre-issuing object of 11 bytes, 31 80): three letters
// from the tenth byte on say which card it is.
func labelCNS(h []byte) (Hint, bool) {
	if len(h) != 15 {
		return Hint{}, false
	}
	if matches("02 49 54 49 44 20 20 31 80", h[6:]) { // "ITID": CIE version 2
		return hint(KindOther, "old-cie"), true
	}
	if h[1] != 0x6B || h[13] != 0x31 || h[14] != 0x80 {
		return Hint{}, false
	}
	switch string(h[9:12]) {
	case "CNS":
		return hint(KindCNS, "cns"), true
	case "HPC":
		return hint(KindCNS, "health-professional-card"), true
	case "CIE":
		return hint(KindOther, "regional-services-card"), true
	case "PSE":
		return hint(KindOther, "old-cie"), true
	}
	return Hint{}, false
}

// labelFamily searches the patterns of the CIE chips. They leave out interface
// bytes, check byte and the status bytes at the end, which vary on one family.
func labelFamily(bytes []byte) Hint {
	for _, f := range families {
		at := find(f.pattern, bytes)
		if at < 0 {
			continue
		}
		h := hint(KindCIE, "cie")
		h.Family, h.RootFirst = f.name, f.root
		for _, name := range strings.Fields(f.also) {
			h.Alternatives = append(h.Alternatives, Candidate{KindOther, name})
		}
		if f.name == anyITJ4 {
			h.Family = itj4Family(bytes[at+len(itj4Prefix)/3])
		}
		return h
	}
	return hint(KindUnknown, "")
}

// itj4Family names a chip of the "ITJ4" family whose letter is not listed yet.
func itj4Family(letter byte) string {
	const hexDigits = "0123456789abcdef"
	switch {
	case letter >= 'A' && letter <= 'Z':
		return "itj4" + string(letter|0x20)
	case letter >= 'a' && letter <= 'z', letter >= '0' && letter <= '9':
		return "itj4" + string(letter)
	}
	return "itj4-" + string([]byte{hexDigits[letter>>4], hexDigits[letter&0x0F]})
}

// key is the name of a storage card (PC/SC part 3, supplement on card names).
func (s Storage) key() string {
	if s.Standard == 0x11 {
		return "felica"
	}
	switch s.Name {
	case 0x0001, 0x0002, 0x0026:
		return "mifare-classic"
	case 0x0003, 0x003A, 0x003D:
		return "mifare-ultralight"
	case 0x0036, 0x0037, 0x0038, 0x0039:
		return "mifare-plus"
	}
	return "storage-card"
}
