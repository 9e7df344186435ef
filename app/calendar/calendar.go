package calendar

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Event is a whole day with something to remember.
type Event struct {
	Day         time.Time // the date that it has in its own location
	Summary     string    // one line
	Description string    // may have several
	// Alarms are how many days before an alarm is given, at nine in the morning;
	// 0 is the day itself.
	Alarms []int
}

// producer names what wrote the file (RFC 5545 section 3.7.3).
const producer = "-//CIEntro//CIEntro//IT"

// alarmHour is when alarms are given.
const alarmHour = 9

// Write writes the events into one file. now stamps them; random gives 16 bytes
// for each, of which its identifier is made.
func Write(events []Event, now time.Time, random io.Reader) ([]byte, error) {
	w := &lines{}
	w.put("BEGIN", "VCALENDAR")
	w.put("VERSION", "2.0")
	w.put("PRODID", producer)
	w.put("CALSCALE", "GREGORIAN")
	for _, e := range events {
		id, err := identifier(random)
		if err != nil {
			return nil, fmt.Errorf("identifier of an event: %w", err)
		}
		w.event(e, id, now)
	}
	w.put("END", "VCALENDAR")
	return w.Bytes(), nil
}

// identifier is a UUID of version 4 (RFC 9562 section 5.4), as RFC 7986 section
// 5.3 wants a UID: it tells neither computer nor person.
func identifier(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", err
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

// event writes a VEVENT of a whole day (RFC 5545 section 3.6.1). DTEND is the day
// after, as the end does not belong to it.
func (w *lines) event(e Event, id string, now time.Time) {
	const date = "20060102"
	w.put("BEGIN", "VEVENT")
	w.put("UID", id)
	w.put("DTSTAMP", now.UTC().Format("20060102T150405Z"))
	w.put("DTSTART;VALUE=DATE", e.Day.Format(date))
	w.put("DTEND;VALUE=DATE", e.Day.AddDate(0, 0, 1).Format(date))
	w.put("SUMMARY", text(e.Summary))
	if e.Description != "" {
		w.put("DESCRIPTION", text(e.Description))
	}
	w.put("CLASS", "PRIVATE")
	w.put("TRANSP", "TRANSPARENT") // nobody is busy that day
	for _, days := range e.Alarms {
		w.put("BEGIN", "VALARM")
		w.put("ACTION", "DISPLAY")
		w.put("DESCRIPTION", text(e.Summary))
		w.put("TRIGGER", trigger(days))
		w.put("END", "VALARM")
	}
	w.put("END", "VEVENT")
}

// trigger is the time from the beginning of the day of the event to that hour of
// the day that many days before (RFC 5545 sections 3.3.6 and 3.8.6.3).
func trigger(daysBefore int) string {
	switch {
	case daysBefore <= 0:
		return fmt.Sprintf("PT%dH", alarmHour)
	case daysBefore == 1:
		return fmt.Sprintf("-PT%dH", 24-alarmHour)
	}
	return fmt.Sprintf("-P%dDT%dH", daysBefore-1, 24-alarmHour)
}

// text escapes a value of the type TEXT (RFC 5545 section 3.3.11), and leaves out
// control characters, which it may not have.
func text(value string) string {
	value = strings.ReplaceAll(value, "\r\n", "\n")
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(value, "\uFFFD") {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\\' || r == ';' || r == ',':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\t' || !unicode.IsControl(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// lines is a file of content lines.
type lines struct{ bytes.Buffer }

// longest is how many octets a line may have, its end not counted (RFC 5545
// section 3.1).
const longest = 75

// put writes one content line. Where it is too long it is folded between two
// characters: a line that begins with a space carries on the one before.
func (w *lines) put(name, value string) {
	room := longest
	for _, r := range name + ":" + value {
		if n := utf8.RuneLen(r); n > room {
			w.WriteString("\r\n ")
			room = longest - 1 - n
		} else {
			room -= n
		}
		w.WriteRune(r)
	}
	w.WriteString("\r\n")
}
