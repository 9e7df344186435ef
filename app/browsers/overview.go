package browsers

import "slices"

// Overview is what is true on the whole of the browsers that a person has.
type Overview string

// The overviews.
const (
	NoBrowser   Overview = "no-browser" // none that is known here
	AllKnow     Overview = "all"        // each knows the module
	SomeKnow    Overview = "some"       // some do
	NoneKnows   Overview = "none"       // none does
	OnlyInBoxes Overview = "boxes"      // all are in a box (snap, flatpak) that keeps the module out
	// Where Chromium and its kin ask the system for certificates:
	FirefoxKnows Overview = "firefox" // each that can, which is Firefox
	NoneCan      Overview = "unable"  // those alone are there
)

// Overall sums up places: how many of those that browsers of this person read
// lack the module, and what that comes to. A list that no installed browser reads
// does not count.
func Overall(places []Place) (o Overview, lacking int) {
	know, boxes, unable := 0, 0, 0
	for _, p := range places {
		switch {
		case p.System || p.Kind == P11Kit || len(p.Browsers) == 0:
		case p.State == NoModules:
			unable++
		case p.Packaging != Native:
			boxes++
		case slices.Contains([]State{Present, ByPolicy, ThroughP11Kit}, p.State):
			know++
		default:
			lacking++
		}
	}
	switch {
	case know+lacking+boxes+unable == 0:
		return NoBrowser, 0
	case know+lacking+boxes == 0:
		return NoneCan, 0
	case know+lacking == 0:
		return OnlyInBoxes, 0
	case lacking == 0 && unable > 0:
		return FirefoxKnows, 0
	case lacking == 0:
		return AllKnow, 0
	case know == 0:
		return NoneKnows, lacking
	}
	return SomeKnow, lacking
}
