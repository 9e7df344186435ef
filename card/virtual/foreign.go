package virtual

import (
	"crypto/rand"
	"encoding/hex"
	"maps"
	"strings"
)

// anySelect is the entry for every SELECT that is not listed.
const anySelect = "*"

// NewForeign makes a card that is not a CIE: it has the given answer to reset and
// knows SELECT only. selectAnswers maps the data field of SELECT, an AID or a file
// identifier in hexadecimal, to a status word; "*" stands for all that are not
// listed, and 0 means the card goes silent. Without an entry SELECT answers 6A82;
// other instructions answer 6D00.
func NewForeign(atr []byte, selectAnswers map[string]uint16) *Card {
	c := &Card{
		profile:  Profile{Name: "foreign", ATR: append([]byte(nil), atr...)},
		settings: common(), store: &MemoryStore{}, random: rand.Reader, counters: newCounters(),
		foreign: make(map[string]StatusWord, len(selectAnswers)),
	}
	for data, sw := range selectAnswers {
		c.foreign[strings.ToLower(strings.ReplaceAll(data, " ", ""))] = StatusWord(sw)
	}
	c.inserted, c.powered = true, true
	return c
}

// foreignAnswer is all that a card without the CIE application does.
func (c *Card) foreignAnswer(cmd command) ([]byte, *Error) {
	if cmd.ins != insSelect {
		return swInstruction.bytes(), nil
	}
	sw, known := c.foreign[hex.EncodeToString(cmd.data)]
	if !known {
		sw, known = c.foreign[anySelect]
	}
	switch {
	case !known:
		return swNotFound.bytes(), nil
	case sw == 0:
		return nil, NewError(LinkLost)
	}
	return sw.bytes(), nil
}

// ForeignProfile is a card that people lay on the reader in place of a CIE. The
// answers to reset are published; what the cards answer to SELECT is reduced to
// the applications they are known for.
type ForeignProfile struct {
	Name        string
	ATR         []byte
	Description string
	// SelectAnswers as NewForeign takes them.
	SelectAnswers map[string]uint16
}

// Card makes the card.
func (p ForeignProfile) Card() *Card {
	c := NewForeign(p.ATR, p.SelectAnswers)
	c.profile.Name, c.profile.Description = p.Name, p.Description
	return c
}

// Applications of foreign cards.
const (
	foreignMF   = "3f00"
	foreignICAO = "a0000002471001"
	foreignCNS  = "a000000530000b104001021a"
	foreignIAS  = "a0000000308000000009816001"
	foreignEDL  = "a00000045645444c2d3031"       // driving licence, Regulation (EU) 383/2012
	foreignPPSE = "325041592e5359532e4444463031" // payment, "2PAY.SYS.DDF01"
)

// ForeignProfiles lists look-alikes and other cards for tests of recognition.
func ForeignProfiles() []ForeignProfile {
	root := map[string]uint16{"": 0x9000, foreignMF: 0x9000}
	with := func(aids ...string) map[string]uint16 {
		out := maps.Clone(root)
		for _, aid := range aids {
			out[aid] = 0x9000
		}
		return out
	}
	return []ForeignProfile{
		{"ts-cns", atr("3BFF1800008131FE45006B0505912001F101434E5310318038"), "health and services card, contact", with(foreignCNS, foreignIAS)},
		{"ts-cns-actalis", atr("3BDF18008131FE7D006B150C0180011101434E53103180E9"), "services card, contact; loose matchers call it a CIE", root},
		{"ts-cns-nfc", atr("3B8B80010031C1640892335400" + "9000F3"), "health and services card, contactless", with(foreignCNS)},
		{"passport", atr("3B80800101"), "passport without historical bytes, as one CIE family", with(foreignICAO)},
		{"passport-it", atr("3B8F80018091E1319865B0850300EF739441C08D"), "Italian passport", with(foreignICAO)},
		{"driving-licence", atr("3B8F800180318065B085040011120FFF8290008A"), "Dutch driving licence, the ATR of a CIE", with(foreignEDL)},
		{"luxembourg", atr("3B8F800180318065B0850300EF120FFF82900073"), "Luxembourg identity card, the ATR of a CIE", with(foreignIAS, foreignICAO)},
		{"badge", atr("3B8F800180318065B0850300EF120FFE82900072"), "enterprise badge, IDPrime MD 3840", root},
		{"bank-card", atr("3B80800101"), "contactless payment card", map[string]uint16{foreignPPSE: 0x9000}},
		{"mifare-classic", atr("3B8F8001804F0CA000000306030001000000006A"), "memory card; the reader answers", map[string]uint16{anySelect: 0x6E00}},
		{"desfire", atr("3B8180018080"), "DESFire badge", map[string]uint16{foreignMF: 0x9000}},
		{"silent", atr("3B80800101"), "a card that stops answering", map[string]uint16{anySelect: 0}},
	}
}

// ForeignProfileByName finds a foreign card; false if there is none of that name.
func ForeignProfileByName(name string) (ForeignProfile, bool) {
	for _, p := range ForeignProfiles() {
		if p.Name == name {
			return p, true
		}
	}
	return ForeignProfile{}, false
}
