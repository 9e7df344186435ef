package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
)

func TestWrapped(t *testing.T) {
	assert.Equal(t, "", wrapped("", ""))
	assert.Equal(t, "one two", wrapped("  one \n two ", ""))
	long := wrapped("è una parola abbastanza lunga da andare a capo, perché una riga del terminale ha un limite che va rispettato", "  ")
	assert.Contains(t, long, "\n  ")
	for _, line := range splitLines(long) {
		assert.LessOrEqual(t, len([]rune(line)), width)
	}
}

func splitLines(s string) (lines []string) {
	start := 0
	for i, r := range s {
		if r == '\n' {
			lines = append(lines, s[start:i])
			start = i + 1
		}
	}
	return append(lines, s[start:])
}

func TestTypedDigitsAreNotRepeated(t *testing.T) {
	for word, want := range map[string]string{
		"stauts": "stauts", "41739628": "********", "pin=41739628": "pin=********", "v2": "v2", "123": "123", "1234": "****", "4-1-7-3": "*-*-*-*",
	} {
		assert.Equal(t, want, typed(word))
	}
}

func TestEscapeRoff(t *testing.T) {
	assert.Equal(t, `\&.TH \e \-x`, escapeRoff(`.TH \ -x`))
	assert.Equal(t, `\&'quoted'`, escapeRoff(`'quoted'`))
}

func TestPreview(t *testing.T) {
	for _, tt := range []struct {
		args     []string
		json     bool
		language string
	}{
		{nil, false, ""},
		{[]string{"status", "--json"}, true, ""},
		{[]string{"--json=true", "--lang", "en"}, true, "en"},
		{[]string{"--lang=it", "x"}, false, "it"},
		{[]string{"--lang"}, false, ""},
		{[]string{"--", "--json"}, false, ""},
	} {
		got := preview(tt.args)
		assert.Equal(t, tt.json, got.json, tt.args)
		assert.Equal(t, tt.language, got.language, tt.args)
	}
}

func TestTheScriptOfTheStoryEnds(t *testing.T) {
	s := scripted("1")
	_, err := s.Secret(t.Context(), app.SecretQuestion{})
	require.NoError(t, err)
	_, err = s.Secret(t.Context(), app.SecretQuestion{})
	require.True(t, errors.Is(err, errStory))
}
