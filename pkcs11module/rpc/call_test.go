package rpc

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTable compares the table with the protocol's, row by row.
func TestTable(t *testing.T) {
	sheet, err := os.ReadFile("testdata/calls.txt")
	require.NoError(t, err)
	rows := strings.Split(strings.TrimSuffix(string(sheet), "\n"), "\n")
	require.Len(t, rows, 89)
	require.Len(t, calls, 90)
	for i, row := range rows {
		call, ok := callOf(CallID(i + 1))
		require.True(t, ok)
		assert.Equal(t, row, fmt.Sprintf("%d\t%s\t%s\t%s", i+1, call.name, call.request, call.answer))
		assert.Equal(t, call.name, CallID(i+1).String())
	}
	for _, id := range []CallID{0, 90, 1 << 31} {
		_, ok := callOf(id)
		assert.False(t, ok)
	}
	assert.Equal(t, "call 90", CallID(90).String())
}

// A call that nobody serves begins with its session, and one that somebody serves
// is read to its end.
func TestTableCanBeServed(t *testing.T) {
	for id, call := range calls[1:] {
		if call.serve == nil {
			assert.True(t, strings.HasPrefix(call.request, "u"), call.name)
			continue
		}
		if _, behind, found := strings.Cut(call.request, "M"); found {
			assert.True(t, delimited(behind), "%d %s", id+1, call.name)
		}
	}
}

func TestNext(t *testing.T) {
	var letters []string
	for letter, rest := next("ssuayyfuMaAfAay"); letter != ""; letter, rest = next(rest) {
		letters = append(letters, letter)
	}
	assert.Equal(t, []string{"s", "s", "u", "ay", "y", "fu", "M", "aA", "fA", "ay"}, letters)
}
