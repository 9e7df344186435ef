package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/app"
	"cientro/app/messages"
)

func TestWhatItIsFor(t *testing.T) {
	t.Setenv("CIENTRO_HOME", t.TempDir())
	t.Setenv("LC_ALL", "it_IT.UTF-8")
	for _, args := range [][]string{{"--help"}, {"ask", "me"}, {"consent"}} {
		var said bytes.Buffer
		assert.Equal(t, app.ExitUsage, run(args, &said), args)
		assert.Contains(t, said.String(), "cientro --help", args)
	}
}

func TestWords(t *testing.T) {
	t.Setenv("CIENTRO_HOME", t.TempDir())
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	assert.Equal(t, messages.English, words("").Language())
	assert.Equal(t, messages.Italian, words("it").Language())
	assert.Equal(t, messages.English, words("no such language").Language())
}
