package card_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card"
	"cientro/card/cardtest"
)

func TestWeakPINs(t *testing.T) {
	birth := time.Date(1980, time.March, 9, 0, 0, 0, 0, time.UTC)
	old := must(card.ParsePIN([]byte(rightPIN)))
	for digits, want := range map[string]card.Weakness{
		"00000000": card.WeakEqualDigits, "77777777": card.WeakEqualDigits,
		"12345678": card.WeakAscending, "01234567": card.WeakAscending, "78901234": card.WeakAscending,
		"87654321": card.WeakDescending, "98765432": card.WeakDescending, "21098765": card.WeakDescending,
		"12121212": card.WeakRepeatedPair, "90909090": card.WeakRepeatedPair,
		"41734173": card.WeakRepeatedQuartet,
		rightPIN:   card.WeakSameAsOld,
		"09031980": card.WeakBirthDate, "19800309": card.WeakBirthDate, "03091980": card.WeakBirthDate, "19800903": card.WeakBirthDate,
		"09031880": card.WeakBirthDate, "18800309": card.WeakBirthDate, // the code has two digits for the year
		"62840317": "", "11223344": "", "12345679": "", "10102020": "", "09031981": "", "09032080": "",
	} {
		err := card.CheckNewPIN(must(card.ParsePIN([]byte(digits))), old, birth)
		if want == "" {
			assert.NoError(t, err, digits)
			continue
		}
		var weak *card.WeakPINError
		require.ErrorAs(t, err, &weak, digits)
		assert.Equal(t, want, weak.Weakness, digits)
		assert.NotContains(t, err.Error(), digits)
	}
	// Unknown old PIN and birth date let everything else pass.
	assert.NoError(t, card.CheckNewPIN(must(card.ParsePIN([]byte("09031980"))), card.PIN{}, time.Time{}))
	var format *card.FormatError
	assert.ErrorAs(t, card.CheckNewPIN(card.PIN{}, card.PIN{}, time.Time{}), &format)
}

// TestCodesRedactThemselves formats PIN and PUK in every way a program might,
// also deep inside structures that do not know what they hold.
func TestCodesRedactThemselves(t *testing.T) {
	pin, puk := must(card.ParsePIN([]byte(rightPIN))), must(card.ParsePUK([]byte(rightPUK)))
	type holder struct {
		PIN  card.PIN
		pin  card.PIN
		Any  any
		List []card.PUK
		Map  map[string]card.PIN
		Ptr  *card.PIN
	}
	h := holder{pin, pin, puk, []card.PUK{puk}, map[string]card.PIN{"x": pin}, &pin}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%c", "%U", "%t", "%p", "%T"} {
		for _, v := range []any{pin, &pin, puk, &puk, h, &h, []any{pin, puk}} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	for _, v := range []any{pin, puk, h} {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(b)
		b, _ = xml.Marshal(v)
		out.Write(b)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		fmt.Fprint(&out, errors.Join(fmt.Errorf("%v", v)))
	}
	cardtest.AssertNoCanary(t, []byte(out.String()), []byte(rightPIN), []byte(rightPUK))
	assert.Contains(t, out.String(), "********")
}

func TestParseCopiesAndWipeReachesEveryCopy(t *testing.T) {
	input := []byte(rightPIN)
	pin := must(card.ParsePIN(input))
	copied := pin
	clear(input)
	assert.NoError(t, card.CheckNewPIN(copied, card.PIN{}, time.Time{}))
	pin.Wipe()
	var format *card.FormatError
	assert.ErrorAs(t, card.CheckNewPIN(copied, card.PIN{}, time.Time{}), &format)
	card.PIN{}.Wipe() // nothing to wipe, no panic
}

func TestTriesInOneWord(t *testing.T) {
	pin := func(left int, source card.Source, failed bool) card.Tries {
		return card.Tries{Reference: card.PINReference, Left: left, Max: 3, Source: source, FailedSince: failed}
	}
	puk := func(left int, source card.Source, failed bool) card.Tries {
		return card.Tries{Reference: card.PUKReference, Left: left, Max: 10, Source: source, FailedSince: failed}
	}
	for _, tc := range []struct {
		tries card.Tries
		state card.State
		asks  card.Confirmation
	}{
		{pin(3, card.SourceCard, false), card.StateOK, card.ConfirmNothing},
		{pin(2, card.SourceCard, true), card.StateCounted, card.ConfirmNothing},
		{pin(1, card.SourceCard, false), card.StateLastTry, card.ConfirmLastTry},
		{pin(0, card.SourceCard, false), card.StateBlocked, card.ConfirmLastTry},
		{pin(3, card.SourceLastSeen, false), card.StateOK, card.ConfirmNothing},
		{pin(2, card.SourceLastSeen, true), card.StateCounted, card.ConfirmLastTry},
		{pin(1, card.SourceLastSeen, false), card.StateLastTry, card.ConfirmLastTry},
		{pin(0, card.SourceUnknown, false), card.StateUnknown, card.ConfirmNothing},
		{pin(0, card.SourceUnknown, true), card.StateUnknown, card.ConfirmLastTry},
		{puk(10, card.SourceCard, false), card.StateOK, card.ConfirmNothing},
		{puk(4, card.SourceCard, true), card.StateCounted, card.ConfirmNothing},
		{puk(3, card.SourceCard, false), card.StateCounted, card.ConfirmPUK},
		{puk(1, card.SourceLastSeen, false), card.StateLastTry, card.ConfirmPUK},
		{puk(0, card.SourceCard, false), card.StateBlocked, card.ConfirmPUK},
		{puk(0, card.SourceUnknown, false), card.StateUnknown, card.ConfirmNothing},
		{puk(0, card.SourceUnknown, true), card.StateUnknown, card.ConfirmPUK},
	} {
		assert.Equal(t, tc.state, tc.tries.State(), "%+v", tc.tries)
		assert.Equal(t, tc.asks, tc.tries.Requires(), "%+v", tc.tries)
	}
	assert.Equal(t, 1, puk(0, card.SourceUnknown, true).ConfirmNumber(), "the worst case")
	assert.Equal(t, "PIN", card.PINReference.String())
	assert.Equal(t, "PUK", card.PUKReference.String())
}
