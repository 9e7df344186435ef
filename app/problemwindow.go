package app

import (
	"strings"

	"cientro/app/messages"
)

// SentencesInWindow says the problem as Sentences does, to somebody who sees
// buttons: where the advice is to give a command, it is put otherwise.
func (p Problem) SentencesInWindow(w *messages.Printer) Sentences {
	s, values := p.Sentences(w), p.values(w)
	if key := "window.next." + p.Key; w.Has(key) {
		s.Next = w.Text(key, values)
	}
	if key := "window.what." + p.Key; w.Has(key) {
		s.What = strings.TrimSpace(w.Text(key, values))
	}
	return s
}
