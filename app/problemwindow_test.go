package app

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
)

// commandLine are the problems that only a command line can have.
var commandLine = []string{"usage", "unknown_anchor", "virtual_reader", "demo_missing", "sod_file_failed", "file_anchor", "file_sod"}

// TestWindowsNameNoCommands: whoever sees buttons is not told to type.
func TestWindowsNameNoCommands(t *testing.T) {
	commands := regexp.MustCompile(`(?i)\bcientro \w+|--[a-z]|ripet[ie] (il comando|con)|repeat (the command|with)`)
	for _, l := range messages.Languages() {
		words, err := messages.New(l)
		require.NoError(t, err)
		for _, r := range problemTable() {
			if slices.Contains(commandLine, r.key) {
				continue
			}
			p := Problem{Key: r.key, Meaning: r.meaning}
			s := p.SentencesInWindow(words)
			for _, sentence := range []string{s.Title, s.What, s.Meaning, s.Next} {
				assert.NotRegexp(t, commands, sentence, r.key)
				assert.NotContains(t, sentence, "[", r.key)
			}
			assert.Equal(t, p.Sentences(words).Title, s.Title)
		}
	}
}

// TestWindowsSayOnlyWhatThereIs: no sentence for a problem that has gone.
func TestWindowsSayOnlyWhatThereIs(t *testing.T) {
	words, err := messages.New(messages.Italian)
	require.NoError(t, err)
	s := Problem{Key: "wrong_pin", Meaning: MeansOneSpent}.SentencesInWindow(words)
	assert.Equal(t, Problem{Key: "wrong_pin", Meaning: MeansOneSpent}.Sentences(words), s, "what fits is left as it is")
	assert.False(t, words.Has("window.next.wrong_pin"))
	assert.True(t, words.Has("window.next.card_removed"))
}
