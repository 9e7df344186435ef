package calendar

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var rome = time.FixedZone("CET", 3600)

func events() []Event {
	return []Event{
		{
			Day:     time.Date(2034, 8, 5, 0, 0, 0, 0, rome),
			Summary: "Da oggi puoi rinnovare la carta d'identità", Description: "Prenota; poi vai in Comune,\ncon la carta.",
			Alarms: []int{0},
		},
		{Day: time.Date(2035, 1, 31, 23, 59, 59, 0, rome), Summary: "La carta scade", Alarms: []int{30, 1, 0}},
	}
}

// written is a file with random bytes that are not: 01, 02, 03…
func written(t testing.TB, events []Event) []byte {
	t.Helper()
	random := make([]byte, 16*len(events))
	for i := range random {
		random[i] = byte(i + 1)
	}
	file, err := Write(events, time.Date(2026, 3, 1, 10, 0, 0, 0, rome), bytes.NewReader(random))
	require.NoError(t, err)
	return file
}

func TestFile(t *testing.T) {
	want := strings.Join([]string{
		"BEGIN:VCALENDAR",
		"VERSION:2.0",
		"PRODID:-//CIEntro//CIEntro//IT",
		"CALSCALE:GREGORIAN",
		"BEGIN:VEVENT",
		"UID:01020304-0506-4708-890a-0b0c0d0e0f10",
		"DTSTAMP:20260301T090000Z",
		"DTSTART;VALUE=DATE:20340805",
		"DTEND;VALUE=DATE:20340806",
		"SUMMARY:Da oggi puoi rinnovare la carta d'identità",
		`DESCRIPTION:Prenota\; poi vai in Comune\,\ncon la carta.`,
		"CLASS:PRIVATE",
		"TRANSP:TRANSPARENT",
		"BEGIN:VALARM",
		"ACTION:DISPLAY",
		"DESCRIPTION:Da oggi puoi rinnovare la carta d'identità",
		"TRIGGER:PT9H",
		"END:VALARM",
		"END:VEVENT",
		"BEGIN:VEVENT",
		"UID:11121314-1516-4718-991a-1b1c1d1e1f20",
		"DTSTAMP:20260301T090000Z",
		"DTSTART;VALUE=DATE:20350131",
		"DTEND;VALUE=DATE:20350201",
		"SUMMARY:La carta scade",
		"CLASS:PRIVATE",
		"TRANSP:TRANSPARENT",
		"BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:La carta scade", "TRIGGER:-P29DT15H", "END:VALARM",
		"BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:La carta scade", "TRIGGER:-PT15H", "END:VALARM",
		"BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:La carta scade", "TRIGGER:PT9H", "END:VALARM",
		"END:VEVENT",
		"END:VCALENDAR",
		"",
	}, "\r\n")
	assert.Equal(t, want, string(written(t, events())))
}

// unfolded reads content lines as RFC 5545 section 3.1 says, and fails where
// they break its rules.
func unfolded(t testing.TB, file []byte) []string {
	t.Helper()
	require.True(t, bytes.HasSuffix(file, []byte("\r\n")))
	var all []string
	for _, line := range strings.Split(strings.TrimSuffix(string(file), "\r\n"), "\r\n") {
		require.LessOrEqual(t, len(line), 75, line)
		require.True(t, utf8.ValidString(line), "a character was cut: %q", line)
		require.NotContains(t, line, "\r")
		require.NotContains(t, line, "\n")
		if rest, more := strings.CutPrefix(line, " "); more {
			require.NotEmpty(t, all)
			all[len(all)-1] += rest
		} else {
			require.NotEmpty(t, line)
			all = append(all, line)
		}
	}
	return all
}

// unescaped is the text of a value (RFC 5545 section 3.3.11).
func unescaped(value string) string {
	return strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n").Replace(value)
}

func TestLongLinesAreFolded(t *testing.T) {
	for _, summary := range []string{
		strings.Repeat("a", 67), strings.Repeat("a", 68), strings.Repeat("a", 500),
		strings.Repeat("è", 200), strings.Repeat("a", 66) + strings.Repeat("😀", 60), strings.Repeat(`\;,`, 100),
		strings.Repeat("a b ", 100), "riga\nriga\r\nriga",
	} {
		lines := unfolded(t, written(t, []Event{{Day: time.Unix(0, 0), Summary: summary}}))
		assert.Contains(t, lines, "SUMMARY:"+text(summary))
		assert.Equal(t, strings.ReplaceAll(summary, "\r\n", "\n"), unescaped(text(summary)))
	}
}

func TestIdentifiersAreRandomOnly(t *testing.T) {
	file := written(t, events())
	uids := regexp.MustCompile(`(?m)^UID:(.*)\r$`).FindAllSubmatch(file, -1)
	require.Len(t, uids, 2)
	for _, uid := range uids {
		assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, string(uid[1]))
	}
	assert.NotEqual(t, uids[0][1], uids[1][1])
}

func TestNoRandomNoFile(t *testing.T) {
	broken := errors.New("broken")
	_, err := Write(events(), time.Now(), iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	_, err = Write(events(), time.Now(), bytes.NewReader(make([]byte, 31)))
	require.Error(t, err, "one byte too few")
}

// FuzzText: whatever a text holds, the file keeps to its rules, has the lines
// that were meant and no other, and gives the text back but for what it may not
// have.
func FuzzText(f *testing.F) {
	f.Add("La carta scade")
	f.Add("x\r\nEND:VEVENT\r\nBEGIN:VEVENT")
	f.Add("\xff\x00\u0085;,\\n" + strings.Repeat("é", 80))
	f.Fuzz(func(t *testing.T, summary string) {
		file := written(t, []Event{{Day: time.Date(2030, 2, 28, 0, 0, 0, 0, time.UTC), Summary: summary, Alarms: []int{5}}})
		lines := unfolded(t, file)
		require.Len(t, lines, 19)
		value, ok := strings.CutPrefix(lines[9], "SUMMARY:")
		require.True(t, ok, lines[9])
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
				return -1
			}
			return r
		}, strings.ReplaceAll(strings.ToValidUTF8(summary, "\uFFFD"), "\r\n", "\n"))
		require.Equal(t, want, unescaped(value))
	})
}

// TestOthersReadIt: a library that is not ours reads the file, where it is
// installed.
func TestOthersReadIt(t *testing.T) {
	python := os.Getenv("CIENTRO_TEST_PYTHON")
	if python == "" {
		python = "python3"
	}
	if err := exec.Command(python, "-c", "import icalendar").Run(); err != nil { // #nosec G204 -- a test
		t.Skip("Python's icalendar is not installed")
	}
	path := filepath.Join(t.TempDir(), "reminder.ics")
	require.NoError(t, os.WriteFile(path, written(t, events()), 0o600))
	const script = `
import icalendar, sys
calendar = icalendar.Calendar.from_ical(open(sys.argv[1], "rb").read())
for event in calendar.walk("VEVENT"):
    assert not event.errors, event.errors
    start = event.decoded("DTSTART")
    print(start, event.decoded("DTEND"), event["SUMMARY"], repr(str(event.get("DESCRIPTION", ""))), sep="|")
    for alarm in event.walk("VALARM"):
        print(alarm["ACTION"], alarm.decoded("TRIGGER"), sep="|")
`
	said, err := exec.Command(python, "-c", script, path).CombinedOutput() // #nosec G204 -- a test
	require.NoError(t, err, string(said))
	assert.Equal(t, `2034-08-05|2034-08-06|Da oggi puoi rinnovare la carta d'identità|'Prenota; poi vai in Comune,\ncon la carta.'
DISPLAY|9:00:00
2035-01-31|2035-02-01|La carta scade|''
DISPLAY|-30 days, 9:00:00
DISPLAY|-1 day, 9:00:00
DISPLAY|9:00:00
`, string(said))
}
