package testjson_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest/testjson"
)

func TestEach(t *testing.T) {
	stream := `{"Action":"run","Package":"p","Test":"TestA"}
warning: no packages match
{"ImportPath":"q","Action":"build-fail"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.5}
`
	var events []testjson.Event
	var others []string
	err := testjson.Each(strings.NewReader(stream),
		func(ev testjson.Event) { events = append(events, ev) },
		func(line string) { others = append(others, line) })
	require.NoError(t, err)
	assert.Equal(t, []testjson.Event{
		{Action: "run", Package: "p", Test: "TestA"},
		{Action: "build-fail", Package: "q", ImportPath: "q"},
		{Action: "pass", Package: "p", Test: "TestA", Elapsed: 0.5},
	}, events)
	assert.Equal(t, []string{"warning: no packages match"}, others)
}

func TestEachRefusesAnEndlessLine(t *testing.T) {
	err := testjson.Each(strings.NewReader(strings.Repeat("x", 17<<20)), func(testjson.Event) {}, func(string) {})
	assert.ErrorContains(t, err, "read the test stream")
}
