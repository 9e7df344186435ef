package shell

import (
	"time"

	"fyne.io/fyne/v2"

	"cientro/app/desk"
	"cientro/app/messages"
)

// Notices decides what is told to a person who does not look at the window: only
// what needs somebody to do something, and each thing once. The zero value has
// told nothing yet.
type Notices struct {
	told map[string]bool
}

// Notice is one thing to tell. It names no card and no person: notices stay on
// the desktop, for others to read.
type Notice struct {
	key  string
	days int
}

// expiryNotice is how long before its end a certificate is told of.
const expiryNotice = 30 * 24 * time.Hour

// Of returns what is new in a state. What is watched, because the window is in
// front, is told by the window itself, and counts as told.
func (n *Notices) Of(s desk.State, now time.Time, watched bool) []Notice {
	var news []Notice
	for _, p := range s.Places {
		if p.Demo || p.Look != desk.LookReady || p.Card == nil {
			continue
		}
		for _, found := range about(p.Card, now) {
			if n.once(found.key+p.Card.NIS) && !watched {
				news = append(news, found)
			}
		}
	}
	return news
}

// once returns whether something was not told yet.
func (n *Notices) once(what string) bool {
	if n.told[what] {
		return false
	}
	if n.told == nil {
		n.told = map[string]bool{}
	}
	n.told[what] = true
	return true
}

func about(c *desk.Card, now time.Time) []Notice {
	var found []Notice
	if c.PIN.State == "blocked" {
		found = append(found, Notice{key: "blocked"})
	}
	if c.ValidTo.IsZero() {
		return found
	}
	switch left := c.ValidTo.Sub(now); {
	case left <= 0:
		found = append(found, Notice{key: "expired"})
	case left <= expiryNotice:
		found = append(found, Notice{key: "expiring", days: int(left/(24*time.Hour)) + 1})
	}
	return found
}

// Notification is the notice in words.
func (n Notice) Notification(said *messages.Printer) *fyne.Notification {
	text := said.Text
	title := text("shell.notice."+n.key+".title", nil)
	if n.key == "expiring" {
		return fyne.NewNotification(title, said.Count("shell.notice.expiring.text", n.days, nil))
	}
	return fyne.NewNotification(title, text("shell.notice."+n.key+".text", nil))
}
