package specimen

import (
	"crypto/rand"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write specimen.json anew, with new keys")

// defaultOptions is what specimen.json was made with.
func defaultOptions() Options {
	return Options{
		DocumentNumber: "CA00000AA", NIS: "990000005216",
		PIN: []byte("41739628"), PUK: []byte("85206317"),
		Now: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC),
	}
}

func TestDefault(t *testing.T) {
	if *update {
		d, err := Generate(rand.Reader, defaultOptions())
		require.NoError(t, err)
		raw, err := d.Marshal()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("specimen.json", raw, 0o644))
		specimenJSON = raw
	}
	d := Default()
	require.NoError(t, d.Check())
	assert.Equal(t, Holder{Surname: "SPECIMEN", GivenNames: "PROVA", FiscalCode: "SPCPRV80A01H501M",
		DocumentNumber: "CA00000AA", NIS: "990000005216"}, d.Holder)
	assert.Equal(t, "41739628", string(d.PIN))
	assert.Equal(t, "85206317", string(d.PUK))
	assert.Equal(t, 3, d.PINTries)
	assert.Equal(t, 10, d.PUKTries)
}
