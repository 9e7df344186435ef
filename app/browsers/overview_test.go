package browsers

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOverall(t *testing.T) {
	place := func(s State, change ...func(*Place)) Place {
		p := Place{Kind: FirefoxProfile, Packaging: Native, Browsers: []string{"Firefox"}, State: s}
		for _, c := range change {
			c(&p)
		}
		return p
	}
	box := func(p *Place) { p.Packaging = Snap }
	unread := func(p *Place) { p.Browsers = nil }
	system := func(p *Place) { p.System = true }
	other := func(p *Place) { p.Kind = P11Kit }
	for name, row := range map[string]struct {
		places  []Place
		want    Overview
		lacking int
	}{
		"nothing":                {nil, NoBrowser, 0},
		"what does not count":    {[]Place{place(Absent, unread), place(Absent, system), place(Absent, other)}, NoBrowser, 0},
		"all":                    {[]Place{place(Present), place(ByPolicy), place(ThroughP11Kit), place(Confined, box)}, AllKnow, 0},
		"some":                   {[]Place{place(Present), place(Elsewhere), place(Unreadable)}, SomeKnow, 2},
		"none":                   {[]Place{place(Absent), place(Confined, box)}, NoneKnows, 1},
		"only browsers in boxes": {[]Place{place(Confined, box)}, OnlyInBoxes, 0},
	} {
		o, lacking := Overall(row.places)
		assert.Equal(t, row.want, o, name)
		assert.Equal(t, row.lacking, lacking, name)
	}
}
