package card_test

import (
	"testing"

	"cientro/card/cardtest/story"
	"cientro/card/virtual"
)

// TestEveryFamily plays every operation on every chip family with both kinds
// of SOD, and counts the commands that can spend a try.
func TestEveryFamily(t *testing.T) {
	for _, profile := range virtual.Profiles() {
		for _, variant := range []virtual.SODVariant{virtual.SODSHA256, virtual.SODSHA512} {
			t.Run(profile.Name+"/"+string(variant), func(t *testing.T) {
				t.Parallel()
				d := newDesk(t, profile.Name, func(s *virtual.Settings) { s.SODVariant = variant })
				story.Play(t, d.stage())
			})
		}
	}
}
