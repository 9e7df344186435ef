package operations

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/app"
	"cientro/app/wizard"
)

// TestEveryEndSaysWhatItCost: the number of tries spent is left out only where what
// it means for the card, which stands above, says that very number.
func TestEveryEndSaysWhatItCost(t *testing.T) {
	says := map[app.Meaning]wizard.Spent{
		app.MeansOneSpent: wizard.SpentOne, app.MeansUnknown: wizard.SpentUnknown,
		app.MeansNothingSent: wizard.SpentNone, app.MeansVerified: wizard.SpentNone, app.MeansPUKRight: wizard.SpentNone,
		app.MeansUntouched: "", app.MeansPINBlocked: "", app.MeansPUKBlocked: "", // no word of tries
	}
	for meaning, said := range says {
		for _, spent := range []wizard.Spent{wizard.SpentNone, wizard.SpentOne, wizard.SpentUnknown} {
			o := wizard.Outcome{Problem: &app.Problem{Meaning: meaning}, Spent: spent}
			assert.Equal(t, spent == said, saysSpent(o), "%s, which cost %s", meaning, spent)
		}
	}
}
