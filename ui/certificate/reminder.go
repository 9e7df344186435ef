package certificate

import (
	"time"

	"cientro/app/calendar"
	"cientro/app/messages"
)

// ahead is how many days before the expiry there is a reminder to book the new
// card, and alarms how many days before the last day an alarm is given.
const ahead = 120

func alarms() []int { return []int{30, 7, 0} }

// events are what a calendar is to remember, as far as it is still to come: that
// it is time for an appointment, and the last day. They name nobody.
func (p *presenter) events() []calendar.Event {
	now, last := p.now(), p.c.NotAfter.Local()
	values := messages.Values{"Until": last.Format(p.text("certificate.page.date"))}
	var events []calendar.Event
	if book := last.AddDate(0, 0, -ahead); book.After(now) {
		events = append(events, calendar.Event{
			Day: book, Summary: p.text("certificate.page.remind.book"),
			Description: p.words.Text("certificate.page.remind.book-text", values), Alarms: []int{0},
		})
	}
	if last.After(now) {
		var coming []int
		for _, days := range alarms() {
			if last.AddDate(0, 0, -days).After(now) {
				coming = append(coming, days)
			}
		}
		events = append(events, calendar.Event{
			Day: last, Summary: p.text("certificate.page.remind.last"),
			Description: p.words.Text("certificate.page.remind.last-text", values), Alarms: coming,
		})
	}
	return events
}

// reminder is the file for the calendar.
func (p *presenter) reminder() (file, error) {
	content, err := calendar.Write(p.events(), p.now().Truncate(time.Second), p.random)
	return file{p.text("certificate.page.remind.file") + ".ics", content}, err
}
