package training

import (
	"cientro/app/messages"
	"cientro/card/virtual"
)

// Event is something that happened to the card between commands.
type Event string

// The events; an exchange of commands has none.
const (
	EventInserted Event = "inserted" // laid on the reader
	EventRemoved  Event = "removed"  // taken away by the trainer
	EventLeft     Event = "left"     // gone by a fault
)

// Mood says how a line went: for a sign beside it, never instead of its words.
type Mood string

// The moods.
const (
	MoodPlain   Mood = "plain"
	MoodTrouble Mood = "trouble" // the card refused, or gave no answer
)

// Line is one thing in the journal: an event, or a command and its answer.
type Line struct {
	// Number counts commands since the journal was cleared, from 1; 0 for events.
	Number int
	Event  Event
	// Header is CLA INS P1 P2 of the command in hexadecimal, "0C 20 00 81".
	Header string
	// Protected: the command went through the secure channel.
	Protected bool
	// Chained: the command is too long for one, and goes on in the next.
	Chained bool
	// What the command does, and what the card said to it; for an event What only.
	What, Answer messages.Phrase
	// StatusWord is the one that counts, in hexadecimal, "63C2"; of a protected
	// answer the one inside. Empty where no answer came.
	StatusWord string
	// Fault is what was made to go wrong, in words, mostly empty.
	Fault messages.Phrase
	Mood  Mood
}

// mostLines bounds the journal of a long course.
const mostLines = 2000

// journal keeps the lines and what they add up to.
type journal struct {
	lines                      []Line
	commands, presented, wrong int
}

func (j *journal) clear() { *j = journal{} }

func (j *journal) copy() []Line { return append([]Line(nil), j.lines...) }

func (j *journal) add(l Line) {
	if len(j.lines) == mostLines {
		j.lines = append(j.lines[:0], j.lines[1:]...)
	}
	j.lines = append(j.lines, l)
}

func (j *journal) event(e Event) {
	j.add(Line{Event: e, What: plain("training.event." + string(e)), Mood: MoodPlain})
}

func (j *journal) exchange(e virtual.Entry, asked target) {
	j.commands++
	l := decode(e, asked)
	l.Number = j.commands
	if e.PINReference != 0 && e.DataPresent && (!e.Protected || e.Accepted) {
		j.presented++
		if refused(status(e)) {
			j.wrong++
		}
	}
	j.add(l)
}
