package training

import "cientro/app/messages"

// Phrase is a sentence of the catalogues and what it is filled with.
type Phrase struct {
	Key    string
	Values messages.Values
	// Counted makes it a sentence with a number, Count.
	Counted bool
	Count   int
}

// Say says it; an empty phrase is an empty text.
func (p Phrase) Say(words *messages.Printer) string {
	switch {
	case p.Key == "":
		return ""
	case p.Counted:
		return words.Count(p.Key, p.Count, p.Values)
	}
	return words.Text(p.Key, p.Values)
}

func plain(key string) Phrase { return Phrase{Key: key} }

func counted(key string, n int) Phrase { return Phrase{Key: key, Counted: true, Count: n} }
