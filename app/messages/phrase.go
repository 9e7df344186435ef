package messages

// Phrase is a sentence that is still in no language: a key and what it is filled
// with. Libraries return phrases, and windows say them.
type Phrase struct {
	Key    string
	Values Values
	// Counted makes it a sentence with a number, Count.
	Counted bool
	Count   int
}

// Say says it; an empty phrase is an empty text.
func (p Phrase) Say(words *Printer) string {
	switch {
	case p.Key == "":
		return ""
	case p.Counted:
		return words.Count(p.Key, p.Count, p.Values)
	}
	return words.Text(p.Key, p.Values)
}
