package page

import (
	"fyne.io/fyne/v2"

	"cientro/app/messages"
)

// Name names a page of the window.
type Name string

// The pages. Each is one package below ui, or a file of one.
const (
	Home        Name = "home"
	Verify      Name = "verify"
	Change      Name = "change"
	Unblock     Name = "unblock"
	Certificate Name = "certificate"
	TryLogin    Name = "trylogin"
	Browsers    Name = "browsers"
	Doctor      Name = "doctor"
	Guide       Name = "guide"
	Training    Name = "training"
	Settings    Name = "settings"
	About       Name = "about"
	Welcome     Name = "welcome"
)

// Page is one thing the window can show. All methods are called on Fyne's
// goroutine.
type Page interface {
	// Content is what is seen; it is asked for once.
	Content() fyne.CanvasObject
	// Shown tells that the page came in sight, and where the focus goes by
	// itself: nil leaves that to the window.
	Shown() fyne.Focusable
	// Hidden tells that it left: for another page, or for good. What was typed
	// is wiped, what runs is stopped.
	Hidden()
}

// Window is what a page may ask of the window it is in.
type Window interface {
	// Words says the sentences in the language of the window.
	Words() *messages.Printer
	// Go shows another page; topic is what that page is to show first, such as
	// a topic of the guide, and mostly empty.
	Go(to Name, topic string)
	// Fyne is the window itself, for dialogs, the clipboard and the focus.
	Fyne() fyne.Window
	// Open opens a public address in the user's browser: one of those that
	// package links knows, after a press of a button and never by itself.
	Open(address string)
}

// Now is a topic that has a page begin at once with what it is for.
const Now = "now"

// Topical is a page that can be opened at one of its topics.
type Topical interface {
	// Topic is called before Shown where Window.Go named a topic.
	Topic(topic string)
}

// Keyed is a page with a use for keys that nothing which has the focus takes:
// Escape goes back, Enter goes on.
type Keyed interface {
	// Key is called with Escape, Enter and Return.
	Key(key fyne.KeyName)
}
