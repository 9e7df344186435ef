package specimen

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestFiscalCode(t *testing.T) {
	new1980 := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		surname, names string
		birth          time.Time
		want           string
	}{
		{"ROSSI", "MARIO", new1980, "RSSMRA80A01H501U"}, // the example that official texts use
		{"SPECIMEN", "PROVA", new1980, "SPCPRV80A01H501M"},
		{"SPECIMEN", "GIANFRANCO", time.Date(2004, 12, 31, 0, 0, 0, 0, time.UTC), "SPCGFR04T31H501"},
		{"FO", "AI", new1980, "FOXAIX80A01H501"},
	} {
		got := fiscalCode(c.surname, c.names, c.birth)
		assert.Equal(t, c.want, got[:len(c.want)], "%s %s", c.surname, c.names)
		assert.NoError(t, checkFiscalCode(got))
	}
}

func TestFiscalCodeRefused(t *testing.T) {
	for _, code := range []string{"", "SPCPRV80A01H501", "SPCPRV80A01H501A", "spcprv80a01h501m", "SPCPRV80A01H501MX", "SPCPRV80Z01H501M"} {
		assert.Error(t, checkFiscalCode(code), "%q", code)
	}
}
