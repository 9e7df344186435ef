package app

import (
	"strings"

	"cientro/app/messages"
)

// Meaning says what an error means for the card.
type Meaning string

// What an error can mean for the card.
const (
	MeansUntouched   Meaning = "untouched"    // no card was spoken to
	MeansNothingSent Meaning = "nothing_sent" // no PIN or PUK went out
	MeansOneSpent    Meaning = "one_spent"    // exactly one try
	MeansPINBlocked  Meaning = "pin_blocked"  // sound, to be unblocked with the PUK
	MeansPUKBlocked  Meaning = "puk_blocked"  // for ever
	MeansUnknown     Meaning = "unknown"      // perhaps one try
	MeansVerified    Meaning = "verified"     // the right PIN was presented, no try spent
	MeansPUKRight    Meaning = "puk_right"    // the right PUK was presented, no try spent
)

// Problem is an error in the form people, scripts and help-desks need. Its
// sentences are in the catalogues under problem.<Key>.
type Problem struct {
	Key     string
	Code    string // stable, as in "PIN-001"; docs/errors.md
	Kind    Kind
	Meaning Meaning
	// TriesLeft is nil where the number is not known or does not matter.
	TriesLeft *int
	Facts     Facts
	// Err is the error itself: English, for the help-desk. It holds no secret
	// and no personal data, as no error here does.
	Err error
}

// Facts fill the sentences. What does not apply is empty.
type Facts struct {
	Reader  string   // name of the reader meant
	Card    string   // what the card is, a key as in package atr
	Readers []string // names to choose from
	File    string   // path as the user gave it
	Subject string   // what the user typed that cannot be followed
	Command string   // whose help tells more
	Reason  string   // key of a sentence of its own
}

// Exit is the exit code of the programs. A channel that breaks once a code went
// out is work lost half-way, not a card that could not be used.
func (p Problem) Exit() int {
	codeWentOut := p.Meaning == MeansVerified || p.Meaning == MeansPUKRight
	if p.Kind == KindChannelBroken && codeWentOut {
		return ExitLost
	}
	return p.Kind.Exit()
}

// Sentences are a problem in words.
type Sentences struct {
	Title    string // a headline without full stop
	What     string // what happened
	Meaning  string // what it means for the card
	Next     string // what to do next
	HelpDesk string // a note for who helps
}

// Sentences says the problem in the printer's language.
func (p Problem) Sentences(w *messages.Printer) Sentences {
	values := p.values(w)
	text := func(part string) string { return w.Text("problem."+p.Key+"."+part, values) }
	return Sentences{
		Title:    text("title"),
		What:     strings.TrimSpace(text("what")),
		Meaning:  w.Text("meaning."+string(p.Meaning), nil),
		Next:     text("next"),
		HelpDesk: text("helpdesk"),
	}
}

func (p Problem) values(w *messages.Printer) messages.Values {
	values := messages.Values{
		"Tries":   TriesSentence(w, p.TriesLeft),
		"Reader":  p.Facts.Reader,
		"Card":    CardName(w, p.Facts.Card),
		"Readers": strings.Join(p.Facts.Readers, ", "),
		"File":    p.Facts.File,
		"Subject": p.Facts.Subject,
		"Command": p.Facts.Command,
		"Reason":  "",
	}
	if p.Facts.Reason != "" {
		values["Reason"] = w.Text(p.Facts.Reason, values)
	}
	return values
}

// CardName says what a card is, with its article; name is a key as in package
// atr, "" where nothing is known.
func CardName(w *messages.Printer, name string) string {
	if name == "" {
		name = "other"
	}
	return w.Text("name."+name, nil)
}

// TriesSentence says how many tries are left; nil is unknown.
func TriesSentence(w *messages.Printer, left *int) string {
	switch {
	case left == nil:
		return w.Text("tries.unknown", nil)
	case *left <= 0:
		return w.Text("tries.none", nil)
	}
	return w.Count("tries.left", *left, nil)
}
