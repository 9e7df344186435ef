package app_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/app"
)

func TestChipName(t *testing.T) {
	for family, want := range map[string]string{"": "", "nxp": "NXP", "gemalto": "Gemalto", "itj4e": "ITJ4E", "bit4id_b9547": "Bit4id b9547"} {
		assert.Equal(t, want, app.ChipName(family))
	}
}
