package uitest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/app/messages"
)

// Words says the sentences of the program in a language.
func Words(t testing.TB, l messages.Language) *messages.Printer {
	t.Helper()
	words, err := messages.New(l)
	require.NoError(t, err)
	return words
}

// The languages that pages are looked at in: ours, and one whose sentences are
// longer, as those of a language to come may be.
const (
	Italian = "it"
	English = "en"
	Longer  = "longer"
)

// Languages says the sentences in each of the languages above.
func Languages(t testing.TB) map[string]*messages.Printer {
	t.Helper()
	longer, err := messages.NewLonger(messages.Italian, 0.4)
	require.NoError(t, err)
	return map[string]*messages.Printer{
		Italian: Words(t, messages.Italian), English: Words(t, messages.English), Longer: longer,
	}
}
