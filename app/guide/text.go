package guide

import (
	"slices"
	"strconv"

	"cientro/app/links"
	"cientro/app/messages"
)

// Document is a topic in words, for the search.
type Document struct {
	ID    string
	Title string
	Body  []string // sentence by sentence
	Extra string   // words to find it by that it does not show
}

// Document says the topic in a language: all that its page shows, but what every
// page shows.
func (t Topic) Document(words *messages.Printer) Document {
	say := func(key string) string { return words.Text(key, nil) }
	d := Document{ID: t.ID, Title: say(t.Key("title")), Extra: say(t.Key("search"))}
	d.Body = append(d.Body, say(t.Key("lead")))
	for _, b := range t.Blocks {
		for _, name := range b.Names {
			d.Body = append(d.Body, say(t.Key(name)))
		}
	}
	if t.Has(Checker) {
		for _, name := range []string{"length", "four", "upper", "lower", "digit", "special", "runs"} {
			d.Body = append(d.Body, say("guide.password."+name))
		}
	}
	for _, id := range t.Contacts {
		if c, ok := FindContact(id); ok {
			d.Body = append(d.Body, c.Name(words), c.Value, c.Source(words))
		}
	}
	for _, id := range t.Links {
		address, _ := links.Address(id)
		d.Body = append(d.Body, say("guide.link."+string(id)+".title"), say("guide.link."+string(id)+".about"), address)
	}
	return d
}

// Has tells whether the topic has a block of a kind.
func (t Topic) Has(k Kind) bool {
	return slices.ContainsFunc(t.Blocks, func(b Block) bool { return b.Kind == k })
}

// Documents says all topics.
func Documents(words *messages.Printer) []Document {
	var all []Document
	for _, t := range Topics() {
		all = append(all, t.Document(words))
	}
	return all
}

// Name says whose help desk it is.
func (c Contact) Name(words *messages.Printer) string {
	return words.Text("guide.contact."+string(c.ID)+".name", nil)
}

// Source says who named it, and when.
func (c Contact) Source(words *messages.Printer) string {
	return words.Text("guide.source", messages.Values{
		"Source": words.Text("guide.contact."+string(c.ID)+".source", nil), "Year": strconv.Itoa(c.Year),
	})
}
