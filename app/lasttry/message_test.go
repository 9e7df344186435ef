package lasttry

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func request() Request {
	return Request{
		Schema:         Schema,
		Host:           Host{PID: 4711, Program: "/usr/lib/firefox-esr/firefox-esr", Name: "firefox-esr"},
		Tries:          Tries{Left: 1, Max: 3, Source: SourceCard},
		Reader:         "Virtual PCD 00 00",
		TimeoutSeconds: 60,
		Language:       "it",
	}
}

// TestRequestOnTheWire pins the form: two programs of different versions may
// meet.
func TestRequestOnTheWire(t *testing.T) {
	var wire bytes.Buffer
	r := request()
	r.Schema, r.TimeoutSeconds = "", 0 // have their usual values
	require.NoError(t, WriteRequest(&wire, r))
	assert.Equal(t, `{"schema":"cientro.ask/1",`+
		`"host":{"pid":4711,"program":"/usr/lib/firefox-esr/firefox-esr","name":"firefox-esr"},`+
		`"tries":{"left":1,"max":3,"source":"card"},"reader":"Virtual PCD 00 00","demo":false,`+
		`"timeout_s":60,"lang":"it"}`+"\n", wire.String())

	wire.WriteString("what follows stays")
	got, err := ReadRequest(&wire)
	require.NoError(t, err)
	assert.Equal(t, request(), got)
	assert.Equal(t, time.Minute, got.Timeout())
	assert.Equal(t, "what follows stays", wire.String())
}

func TestRequestInPieces(t *testing.T) {
	var wire bytes.Buffer
	require.NoError(t, WriteRequest(&wire, request()))
	got, err := ReadRequest(iotest.OneByteReader(&wire))
	require.NoError(t, err)
	assert.Equal(t, request(), got)
}

func TestRequestsThatNoAgentAsks(t *testing.T) {
	for name, change := range map[string]func(*Request){
		"other schema":     func(r *Request) { r.Schema = "cientro.ask/2" },
		"negative time":    func(r *Request) { r.TimeoutSeconds = -1 },
		"endless":          func(r *Request) { r.TimeoutSeconds = 601 },
		"overflowing":      func(r *Request) { r.TimeoutSeconds = 1 << 62 },
		"language":         func(r *Request) { r.Language = "../it" },
		"no tries at all":  func(r *Request) { r.Tries.Max = 0 },
		"too many tries":   func(r *Request) { r.Tries.Left = 4 },
		"negative tries":   func(r *Request) { r.Tries.Left = -1 },
		"blocked":          func(r *Request) { r.Tries.Left = 0 },
		"blocked, seen":    func(r *Request) { r.Tries = Tries{0, 3, SourceLastSeen} },
		"no source":        func(r *Request) { r.Tries.Source = "" },
		"negative process": func(r *Request) { r.Host.PID = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			r := request()
			change(&r)
			var wire bytes.Buffer
			require.ErrorIs(t, WriteRequest(&wire, r), ErrMessage)
			assert.Empty(t, wire.String())
			line, err := json.Marshal(r)
			require.NoError(t, err)
			_, err = ReadRequest(bytes.NewReader(append(line, '\n')))
			assert.ErrorIs(t, err, ErrMessage)
		})
	}
}

func TestUnknownTriesCanBeAskedAbout(t *testing.T) {
	r := request()
	r.Tries = Tries{Max: 3, Source: SourceUnknown}
	var wire bytes.Buffer
	require.NoError(t, WriteRequest(&wire, r))
	got, err := ReadRequest(&wire)
	require.NoError(t, err)
	assert.Equal(t, r, got)
}

// TestNamesAreFitToBeShown: the name of a program is chosen by whoever wrote it.
func TestNamesAreFitToBeShown(t *testing.T) {
	for given, want := range map[string]string{
		"/usr/bin/firefox":              "/usr/bin/firefox",
		"/home/a/\u202excod.exe":        "/home/a/\ufffdxcod.exe",
		"firefox\n\nAll is well.":       "firefox\ufffd\ufffdAll is well.",
		"\x1b[31mred":                   "\ufffd[31mred",
		"caffè ☕":                       "caffè ☕",
		"broken \xff\xfe":               "broken \ufffd\ufffd",
		strings.Repeat("a", maxText):    strings.Repeat("a", maxText),
		strings.Repeat("à", 1<<20):      strings.Repeat("à", maxText-1) + "…",
		"zero\u200bwidth \u2066isolate": "zero\ufffdwidth \ufffdisolate",
	} {
		r := request()
		r.Host.Program, r.Host.Name, r.Reader = given, given, given
		var wire bytes.Buffer
		require.NoError(t, WriteRequest(&wire, r))
		got, err := ReadRequest(&wire)
		require.NoError(t, err)
		for _, text := range []string{got.Host.Program, got.Host.Name, got.Reader} {
			assert.Equal(t, want, text)
		}
	}
}

func TestAnswers(t *testing.T) {
	for said, line := range map[Answer]string{
		Consent:   `{"answer":"consent"}`,
		Deny:      `{"answer":"deny"}`,
		"":        `{"answer":"deny"}`,
		"Consent": `{"answer":"deny"}`,
	} {
		var wire bytes.Buffer
		require.NoError(t, WriteAnswer(&wire, said))
		assert.Equal(t, line+"\n", wire.String())
	}
	for line, want := range map[string]Answer{
		`{"answer":"consent"}` + "\n":             Consent,
		`{"answer":"consent","later":1}` + "\r\n": Consent,
		`{"answer":"deny"}` + "\n":                Deny,
		`{"answer":"consent"}`:                    "", // cut off
		"":                                        "",
		"\n":                                      "",
		"null\n":                                  "",
		"true\n":                                  "",
		`"consent"` + "\n":                        "",
		"{}\n":                                    "",
		`{"answer":"CONSENT"}` + "\n":             "",
		`{"answer":true}` + "\n":                  "",
		`{"answer":"consent"}{}` + "\n":           "",
		"Gtk-Message: hello\n{\"answer\":\"consent\"}\n":             "",
		`{"answer":"consent"` + strings.Repeat(" ", maxLine) + "}\n": "",
	} {
		got, err := ReadAnswer(strings.NewReader(line))
		if want == "" {
			assert.Error(t, err, line)
			want = Deny
		} else {
			assert.NoError(t, err, line)
		}
		assert.Equal(t, want, got, line)
	}
}

func FuzzRequest(f *testing.F) {
	var wire bytes.Buffer
	require.NoError(f, WriteRequest(&wire, request()))
	for _, seed := range []string{wire.String(), "", "\n", "{}\n", "null\n", `{"schema":"cientro.ask/1","timeout_s":1e9}` + "\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := ReadRequest(bytes.NewReader(content))
		if err != nil {
			require.Equal(t, Request{}, got)
			return
		}
		require.NoError(t, got.check())
		require.True(t, utf8.ValidString(got.Host.Program))
		require.NotContains(t, got.Host.Name+got.Host.Program+got.Reader, "\n")
		var again bytes.Buffer
		require.NoError(t, WriteRequest(&again, got))
		second, err := ReadRequest(&again)
		require.NoError(t, err)
		require.Equal(t, got, second)
	})
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"answer":"consent"}` + "\n", `{"answer":"deny"}` + "\n", "", "{\n", `{"answer":null}` + "\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := ReadAnswer(bytes.NewReader(content))
		if err != nil {
			require.Equal(t, Deny, got)
		}
		if got == Consent {
			require.Contains(t, string(content), "consent")
			require.Contains(t, string(content), "\n")
		}
	})
}
