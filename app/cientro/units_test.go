package main

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/iso7816"
	"cientro/card/pcsc"
)

func TestReadersErrorsArePutIntoTheWordsOfPeople(t *testing.T) {
	for code, err := range map[string]error{
		"READER-001": &pcsc.ServiceError{State: pcsc.StateMissing, Reason: pcsc.ReasonNotInstalled},
		"READER-002": &pcsc.ServiceError{State: pcsc.StateStopped, Reason: pcsc.ReasonNotRunning},
		"READER-003": &pcsc.ServiceError{State: pcsc.StateDenied, Reason: pcsc.ReasonPolkit},
		"READER-004": &iso7816.LinkError{Kind: iso7816.LinkBusy},
		"READER-005": &pcsc.ReaderError{Reader: "R", Err: pcsc.ErrUnknownReader},
		"CARD-001":   &iso7816.LinkError{Kind: iso7816.LinkRemoved},
		"CARD-002":   &iso7816.LinkError{Kind: iso7816.LinkMute},
		"CARD-009":   &iso7816.LinkError{Kind: iso7816.LinkLost},
		"STOP-001":   context.Canceled,
	} {
		got := app.ProblemOf(readersError(err, "R"))
		assert.Equal(t, code, got.Code, "%v", err)
	}
	unsupported := app.ProblemOf(readersError(&pcsc.ServiceError{State: pcsc.StateUnsupported, Reason: pcsc.ReasonNoCgo}, ""))
	assert.Equal(t, "READER-001", unsupported.Code)
}

// A service state of package pcsc that package app does not know would be told
// as something else.
func TestServiceStatesAreTheSame(t *testing.T) {
	for theirs, ours := range map[pcsc.State]app.ServiceState{
		pcsc.StateRunning: app.ServiceRunning, pcsc.StateMissing: app.ServiceMissing, pcsc.StateStopped: app.ServiceStopped,
		pcsc.StateDenied: app.ServiceDenied, pcsc.StateUnsupported: app.ServiceUnsupported,
	} {
		assert.Equal(t, string(theirs), string(ours))
	}
	for theirs, ours := range map[pcsc.Kind]app.ReaderKind{
		pcsc.KindContactless: app.ReaderContactless, pcsc.KindContact: app.ReaderContact, pcsc.KindSAM: app.ReaderSAM,
		pcsc.KindVirtual: app.ReaderVirtual, pcsc.KindUnknown: app.ReaderUnknown,
	} {
		assert.Equal(t, string(theirs), string(ours))
	}
}

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
