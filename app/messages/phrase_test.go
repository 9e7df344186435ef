package messages

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPhrase(t *testing.T) {
	p, err := New(Italian)
	require.NoError(t, err)
	assert.Empty(t, Phrase{}.Say(p))
	assert.Equal(t, "fatto", Phrase{Key: "training.status.ok"}.Say(p))
	assert.Equal(t, "resta 1 tentativo", Phrase{Key: "training.tries", Counted: true, Count: 1}.Say(p))
	assert.Equal(t, "risposta 6F12", Phrase{Key: "training.status.other", Values: Values{"Status": "6F12"}}.Say(p))
	assert.Equal(t, "[no.such.key]", Phrase{Key: "no.such.key"}.Say(p))
}
