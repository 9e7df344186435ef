package pcsc

import (
	"strings"
	"unicode"
)

// Kind is the sort of slot behind a reader's name.
type Kind string

// Kinds of slots, as in the JSON of `cientro status`.
const (
	KindContactless Kind = "contactless"
	KindContact     Kind = "contact"
	KindSAM         Kind = "sam"
	KindVirtual     Kind = "virtual"
	KindUnknown     Kind = "unknown"
)

// CarriesCIE reports whether an identity card, which has no contacts, can be
// in such a slot. An unknown one might be anything.
func (k Kind) CarriesCIE() bool { return k != KindContact && k != KindSAM }

// namedModels are readers whose name says the kind to those who know the
// model. Longer marks stand before shorter ones that they contain. Names as
// PC/SC gave them in the field, in lower case.
var namedModels = []struct {
	mark string
	kind Kind
}{
	{"minilector-evo", KindContact},
	{"minilector evo", KindContact},
	{"minilector air", KindContactless},
	{"mlector air", KindContactless},
	{"acr122", KindContactless},
	{"acr1251", KindContactless},
	{"acr1255", KindContactless},
	{"acr1256", KindContactless},
	{"acr38", KindContact},
	{"acr39", KindContact},
	{"utrust 3700", KindContactless},
	{"utrust 2700", KindContact},
	{"scl3711", KindContactless},
	{"omnikey 5021", KindContactless},
	{"omnikey 5022", KindContactless},
	{"omnikey 5023", KindContactless},
	{"omnikey 5025", KindContactless},
	{"omnikey 3021", KindContact},
	{"omnikey 3121", KindContact},
	{"gempc", KindContact},
}

// slotWords are the words by which a reader with several slots names each.
var slotWords = map[string]Kind{
	"picc":        KindContactless,
	"cl":          KindContactless,
	"cless":       KindContactless,
	"contactless": KindContactless,
	"nfc":         KindContactless,
	"rfid":        KindContactless,
	"icc":         KindContact,
	"contacted":   KindContact,
	"contact":     KindContact,
	"sam":         KindSAM,
}

// contactLess joins what some vendors write in two words.
var contactLess = strings.NewReplacer("contact-less", "contactless", "contact less", "contactless")

// KindOf guesses the kind of slot from a reader's name. The last slot word
// counts: in "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00" the
// vendor's part says nothing, the interface's part all. A name that says
// nothing is KindUnknown, never a reason to leave the reader out.
func KindOf(name string) Kind {
	lower := contactLess.Replace(strings.ToLower(name))
	if strings.HasPrefix(lower, "virtual pcd") || strings.Contains(lower, "vpcd") ||
		strings.Contains(lower, "bixvreader") {
		return KindVirtual
	}
	for _, part := range []string{interfacePart(lower), lower} {
		if kind := slotKind(part); kind != KindUnknown {
			return kind
		}
	}
	for _, model := range namedModels {
		if strings.Contains(lower, model.mark) {
			return model.kind
		}
	}
	return KindUnknown
}

// interfacePart is what pcsc-lite puts in brackets: the USB interface's own
// name.
func interfacePart(name string) string {
	_, after, _ := strings.Cut(name, "[")
	inside, _, _ := strings.Cut(after, "]")
	return inside
}

func slotKind(text string) Kind {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	for i := len(words) - 1; i >= 0; i-- {
		if kind, ok := slotWords[words[i]]; ok {
			return kind
		}
	}
	return KindUnknown
}
