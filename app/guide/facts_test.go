package guide

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
)

// fact is a line of testdata/facts.tsv.
type fact struct {
	id    FactID
	words map[messages.Language][]string // that its topics must have
}

func facts(t *testing.T) []fact {
	t.Helper()
	raw, err := os.ReadFile("testdata/facts.tsv")
	require.NoError(t, err)
	var all []fact
	seen := map[FactID]bool{}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, fields, 4, line)
		f := fact{id: FactID(fields[0]), words: map[messages.Language][]string{
			messages.Italian: strings.Split(fields[1], ";"), messages.English: strings.Split(fields[2], ";"),
		}}
		require.False(t, seen[f.id], "%s is there twice", f.id)
		seen[f.id] = true
		for l, words := range f.words {
			for _, w := range words {
				require.NotEmpty(t, w, "%s in %s", f.id, l)
			}
		}
		require.NotEmpty(t, fields[3], f.id)
		all = append(all, f)
	}
	require.Greater(t, len(all), 80)
	return all
}

// TestEveryFactIsTold: each fact is on some topic, and its numbers, names and
// addresses stand in the words of each topic that claims it, in each language.
func TestEveryFactIsTold(t *testing.T) {
	all := facts(t)
	topics := map[FactID][]Topic{}
	for _, topic := range Topics() {
		for _, id := range topic.Facts {
			topics[id] = append(topics[id], topic)
		}
	}
	known := map[FactID]bool{}
	for _, f := range all {
		known[f.id] = true
		assert.NotEmpty(t, topics[f.id], "no topic tells %s", f.id)
	}
	for id, claimed := range topics {
		assert.True(t, known[id], "%s claims %s, which is no fact", claimed[0].ID, id)
	}
	for _, l := range messages.Languages() {
		words := printer(t, l)
		for _, f := range all {
			for _, topic := range topics[f.id] {
				said := strings.ToLower(whole(topic.Document(words)))
				for _, want := range f.words[l] {
					assert.Contains(t, said, strings.ToLower(want), "%s of %s in %s", f.id, topic.ID, l)
				}
			}
		}
	}
}

// whole is all that a reader sees of a topic.
func whole(d Document) string { return d.Title + "\n" + strings.Join(d.Body, "\n") }

func printer(t testing.TB, l messages.Language) *messages.Printer {
	t.Helper()
	p, err := messages.New(l)
	require.NoError(t, err)
	return p
}
