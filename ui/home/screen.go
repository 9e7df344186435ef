package home

import "cientro/ui/page"

// mood is what a notice or a fact is about, in a word.
type mood string

// The moods.
const (
	plain   mood = "plain"
	good    mood = "good"
	warning mood = "warning"
	bad     mood = "bad"
)

// scene names a picture, a file of the folder art; "" is none.
type scene string

// The pictures.
const (
	sceneService scene = "service"
	sceneReader  scene = "reader"
	sceneContact scene = "contact"
	sceneEmpty   scene = "empty"
	sceneReading scene = "reading"
	sceneMoving  scene = "moving"
	sceneMute    scene = "mute"
	sceneForeign scene = "foreign"
	sceneTrouble scene = "trouble"
)

// screen is what the page shows at one moment, in words. Empty parts are left
// out.
type screen struct {
	heading string
	mood    mood // of the whole
	scene   scene
	lead    string // below the heading
	points  []point
	next    string // what to do
	command string // to be typed into a terminal
	notices []notice
	rows    []row // the cards to choose from
	face    *face
	accept  *acceptance
	read    string // when the card was read
	again   string // the button that looks again at reader
	reader  string
	tiles   []tile
	proof   *proof
	code    string // for who helps
}

// point is one line of a list.
type point struct {
	mood mood
	text string
}

// notice is something to mind.
type notice struct {
	mood        mood
	title, text string
}

// row is a card to choose from.
type row struct {
	reader    string // as the desk names it
	what, lay string // what it is, and where it lies
	shown     bool   // it is the one below
}

// face is a CIE, drawn, and the facts beside it.
type face struct {
	name, nis, demo string
	mood            mood // of the sign on it
	pin, puk        tries
	facts           []fact
}

// tries are a counter as marks and words. max is 0 where there are no marks.
type tries struct {
	name, words string
	left, max   int
}

// fact is a name and what it is.
type fact struct{ name, is string }

// proof says what is known of a card's being genuine.
type proof struct {
	title, level string
	mood         mood
	points       []point
}

// acceptance is the offer to take a card that is not proven.
type acceptance struct {
	understood, accept string
	failed             string // why it did not work
}

// tile is a big button.
type tile struct {
	id          string // its name in the catalogue
	title, more string
	disabled    bool
	to          page.Name
	topic       string
}
