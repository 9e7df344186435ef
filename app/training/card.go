package training

import (
	"fmt"
	"slices"

	"cientro/app"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
)

// CardName names a card that can be laid on the reader.
type CardName string

// The cards: a CIE, cards that people lay in its place, and one that does not
// answer at all.
const (
	CardCIE            CardName = "cie"
	CardCNS            CardName = "ts-cns"
	CardPassport       CardName = "passport"
	CardBank           CardName = "bank-card"
	CardDrivingLicence CardName = "driving-licence" // has the answer to reset of a CIE
	CardBadge          CardName = "badge"
	CardMute           CardName = "mute"
)

// Cards lists them, the CIE first.
func Cards() []CardName {
	return []CardName{CardCIE, CardCNS, CardPassport, CardBank, CardDrivingLicence, CardBadge, CardMute}
}

// foreignProfiles are the virtual cards that play the foreign ones.
var foreignProfiles = map[CardName]string{
	CardCNS: "ts-cns-nfc", CardPassport: "passport-it", CardBank: "bank-card",
	CardDrivingLicence: "driving-licence", CardBadge: "badge",
	CardMute: "silent",
}

// Families lists the chip families of the CIE.
func Families() []string { return app.ProfileNames() }

// DefaultFamily is the one a course starts with.
const DefaultFamily = "gemalto"

// UnknownCardError: there is no card of this name.
type UnknownCardError struct{ Name CardName }

func (e *UnknownCardError) Error() string { return fmt.Sprintf("unknown training card %q", e.Name) }

// makeCard makes a fresh card, which lies on no reader yet.
func makeCard(name CardName, family string, data *specimen.Data) (*virtual.Card, error) {
	if name == CardCIE {
		profile, ok := virtual.ProfileByName(family)
		if !ok {
			return nil, &app.UnknownProfileError{Name: family}
		}
		c, err := virtual.New(virtual.Config{Data: data, Profile: profile})
		if err != nil {
			return nil, fmt.Errorf("make training card: %w", err)
		}
		c.Remove()
		return c, nil
	}
	if !slices.Contains(Cards(), name) {
		return nil, &UnknownCardError{name}
	}
	profile, ok := virtual.ForeignProfileByName(foreignProfiles[name])
	if !ok {
		return nil, &UnknownCardError{name}
	}
	c := profile.Card()
	c.Remove()
	return c, nil
}
