package guide

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCheckPassword(t *testing.T) {
	tests := []struct {
		typed    string
		met      int
		accepted bool
	}{
		{"", 0, false},
		{"a", 2, false},
		{"Abcdefgh1!", 5, true},
		{"Abcdefg1!", 5, false},    // nine characters
		{"Abcdefghi1", 4, true},    // no special
		{"abcdefgh1!", 4, true},    // no upper
		{"ABCDEFGH1!", 4, true},    // no lower
		{"Abcdefghi!", 4, true},    // no digit
		{"Abcccfgh1!", 4, true},    // three in a row, all else
		{"Abccdffgh1", 4, true},    // two in a row twice
		{"Abcccfghi1", 3, false},   // three in a row and no special
		{"abcdefghij", 2, false},   // lower only
		{"abcdefghi1", 3, false},   //
		{"1234567890", 2, false},   //
		{"aaaaaaaaaa", 1, false},   //
		{"!!!!!!!!!!", 1, false},   //
		{"Aa1!Aa1!Aa", 5, true},    // repeated, but not in a row
		{"Aa1!       ", 4, true},   // spaces are special, and a run
		{"Èàbcdefgh1", 4, true},    // accents have case
		{"Abcdefgh١!", 5, true},    // a digit is a digit in any script
		{"漢字漢字漢字漢字A1", 4, true},    // letters without case are special
		{"aA1!aA1!a\x00", 5, true}, // hostile, but ten characters
	}
	for _, tt := range tests {
		got := CheckPassword([]rune(tt.typed))
		assert.Equal(t, tt.met, got.Met(), "%q: %+v", tt.typed, got)
		assert.Equal(t, tt.accepted, got.Accepted(), "%q: %+v", tt.typed, got)
		assert.Equal(t, len([]rune(tt.typed)), got.Count)
	}
}

func TestRuns(t *testing.T) {
	for typed, want := range map[string]bool{
		"a": true, "aa": true, "aaa": false, "aab": true, "baa": true, "baaa": false, "aabaa": true, "abbbc": false, "aAa": true, "112211": true,
	} {
		assert.Equal(t, want, CheckPassword([]rune(typed)).NoRuns, typed)
	}
}

func FuzzCheckPassword(f *testing.F) {
	for _, seed := range []string{"", "Abcdefgh1!", "aaa", "漢字", strings.Repeat("x", 300), "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		runes := []rune(typed)
		before := string(runes)
		p := CheckPassword(runes)
		assert.Equal(t, before, string(runes), "it must not be changed")
		assert.Equal(t, p.Accepted(), p.Count >= 10 && p.Met() >= 4)
		if len(runes) > 0 {
			assert.True(t, p.Upper || p.Lower || p.Digit || p.Special)
			// One more character of a kind that is there takes no condition away but that of runs.
			longer := CheckPassword(append(runes, runes[0]))
			assert.GreaterOrEqual(t, longer.Met()+1, p.Met())
		}
	})
}
