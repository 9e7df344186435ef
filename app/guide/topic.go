package guide

import (
	"fmt"
	"slices"

	"cientro/app/links"
)

// Group is a part of the list of topics.
type Group string

// The groups in the order in which they are shown; each is the end of a
// catalogue key (guide.group.<group>).
const (
	Codes  Group = "codes"  // PIN and PUK
	Access Group = "access" // logging in to services
	Card   Group = "card"   // getting and keeping the card
	Use    Group = "use"    // readers, and uses beyond logging in
	Others Group = "others" // SPID and TS-CNS
	Help   Group = "help"   // for operators, and whom to ask
)

// Groups lists them.
func Groups() []Group { return []Group{Codes, Access, Card, Use, Others, Help} }

// Picture names a drawing, and the end of the key of its words
// (guide.picture.<picture>); "" is none.
type Picture string

// The drawings.
const (
	PictureHalves   Picture = "halves"
	PictureBlocked  Picture = "blocked"
	PictureLevels   Picture = "levels"
	PictureReaders  Picture = "readers"
	PictureValidity Picture = "validity"
	PictureBooking  Picture = "booking"
	PictureUses     Picture = "uses"
)

// Pictures lists the drawings.
func Pictures() []Picture {
	return []Picture{PictureHalves, PictureBlocked, PictureLevels, PictureReaders, PictureValidity, PictureBooking, PictureUses}
}

// Kind is what a part of a topic is.
type Kind int

// The kinds. What they say is one sentence of the catalogue each, but for those
// of which it is told otherwise.
const (
	Text    Kind = iota // a paragraph
	Heading             // the title of what follows
	Steps               // things to do, in order: a sentence each
	Points              // things beside each other: a sentence each
	Table               // rows: name and what it is, in turn
	Note                // good to know
	Warning             // not to be missed
	Checker             // the password field; it has no sentences
)

// Block is a part of a topic; Names are the ends of its keys.
type Block struct {
	Kind  Kind
	Names []string
}

// FactID names a fact of testdata/facts.tsv.
type FactID string

// Years are the first and the last year of the sources of a topic.
type Years struct{ From, To int }

// Topic is a page of the guide. Its keys are guide.topic.<id>.title, .lead
// (what it comes to), .search (words that people look for and that are not in
// it) and those of its blocks.
type Topic struct {
	ID       string
	Group    Group
	Years    Years
	Picture  Picture
	Blocks   []Block
	Facts    []FactID
	Links    []links.ID
	Contacts []ContactID
	Pages    []string // names of pages of the window where it can be done
	See      []string // topics that go on from here
}

// Key returns the whole key of one of the topic's sentences.
func (t Topic) Key(name string) string { return "guide.topic." + t.ID + "." + name }

// Topics lists all topics, group by group.
func Topics() []Topic {
	return slices.Concat(codes(), access(), cards(), uses(), others(), help())
}

// Find returns a topic by its ID, and whether there is one.
func Find(id string) (Topic, bool) {
	for _, t := range Topics() {
		if t.ID == id {
			return t, true
		}
	}
	return Topic{}, false
}

// numbered are the names of n sentences: name.1, name.2 and so on.
func numbered(name string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s.%d", name, i+1)
	}
	return names
}

// rows are the names of a table of n rows: name.1.name, name.1.is and so on.
func rows(name string, n int) []string {
	var names []string
	for _, row := range numbered(name, n) {
		names = append(names, row+".name", row+".is")
	}
	return names
}
