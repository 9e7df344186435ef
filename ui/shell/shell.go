package shell

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"

	"cientro/app/messages"
	"cientro/ui/page"
	"cientro/ui/widgets"
)

// Maker makes a page for the window it is in.
type Maker func(page.Window) page.Page

// Config is what the main window is made of.
type Config struct {
	App   fyne.App
	Words *messages.Printer
	// Pages makes the pages. A name without a maker cannot be reached, and is not
	// in the navigation.
	Pages map[page.Name]Maker
	// First is the page that is shown first; "" is Home.
	First page.Name
	// Open opens a public address, or says why not.
	Open func(address string) error
	// Close is called when the window is to be closed; nil ends the app. The page
	// in sight has been told to wipe what it has by then.
	Close func()
	// Quit is called when the app is to end; nil ends it. The page in sight has been
	// left by then.
	Quit func()
	// Opened is called once, when the window is on the screen; nil is nothing.
	Opened func()
}

// Shell is the main window. Its methods belong to Fyne's goroutine.
type Shell struct {
	c      Config
	words  *messages.Printer
	window fyne.Window
	demo   Demo

	pages   map[page.Name]*made // those that stay
	current page.Name
	shown   *made // the page in sight
	menu    bool  // the navigation is shown in place of the page

	nav, menuNav *navigation
	sides        *sides
	stage        *fyne.Container // of the page in sight
	band         *fyne.Container
	root         *fyne.Container // all but the band
	all          *fyne.Container
}

// made is a page and what is seen of it, which is asked for once.
type made struct {
	page.Page
	content fyne.CanvasObject
}

// Size of a new window, which a small laptop shows whole.
const (
	usualWidth  = 1000
	usualHeight = 700
)

// New makes the window; nothing is on the screen yet.
func New(c Config) *Shell {
	s := &Shell{c: c, words: c.Words, pages: map[page.Name]*made{}}
	if s.c.First == "" {
		s.c.First = page.Home
	}
	s.window = c.App.NewWindow("")
	s.window.SetMaster()
	s.window.SetPadded(false)
	s.window.SetCloseIntercept(s.closing)
	s.stage, s.band = container.NewStack(), container.NewStack()
	s.dress()
	s.takeKeys()
	s.window.Resize(fyne.NewSize(usualWidth, usualHeight))
	s.window.CenterOnScreen()
	s.Go(s.c.First, "")
	return s
}

// Show brings the window on the screen, or in front of others.
func (s *Shell) Show() {
	s.window.Show()
	s.window.RequestFocus()
	if s.c.Opened != nil {
		s.c.Opened()
		s.c.Opened = nil
	}
}

// Words is part of page.Window.
func (s *Shell) Words() *messages.Printer { return s.words }

// Fyne is part of page.Window.
func (s *Shell) Fyne() fyne.Window { return s.window }

// Open is part of page.Window.
func (s *Shell) Open(address string) {
	if err := s.c.Open(address); err != nil {
		dialog.ShowInformation(s.words.Text("shell.open.title", nil),
			s.words.Text("shell.open.failed", messages.Values{"Address": address}), s.window)
	}
}

// Current returns the page in sight.
func (s *Shell) Current() page.Name { return s.current }

// stays tells the pages that are kept when another one is shown: those on which
// nothing is typed or read that should not stay.
func stays(name page.Name) bool {
	switch name {
	case page.Home, page.Browsers, page.Doctor, page.Guide, page.Training, page.Settings, page.About:
		return true
	}
	return false
}

// Go is part of page.Window. A page that cannot be reached is Home.
func (s *Shell) Go(to page.Name, topic string) {
	if s.c.Pages[to] == nil {
		to = page.Home
	}
	byKeys := s.window.Canvas().Focused() != nil
	s.closeMenu()
	s.leave()
	s.current, s.shown = to, s.made(to)
	s.place(s.shown.content)
	if topical, ok := s.shown.Page.(page.Topical); ok && topic != "" {
		topical.Topic(topic)
	}
	s.sides.alone = to == page.Welcome
	s.mark()
	s.root.Refresh()
	s.focus(s.shown.Shown(), byKeys)
}

// made returns the page, which is made where it was not yet or does not stay.
func (s *Shell) made(name page.Name) *made {
	if m, ok := s.pages[name]; ok {
		return m
	}
	p := s.c.Pages[name](s)
	m := &made{p, p.Content()}
	if stays(name) {
		s.pages[name] = m
	}
	return m
}

// leave tells the page in sight that it is not any more.
func (s *Shell) leave() {
	if s.shown != nil {
		s.shown.Hidden()
	}
	s.shown = nil
}

// place puts something on the stage.
func (s *Shell) place(content fyne.CanvasObject) {
	s.stage.Objects = []fyne.CanvasObject{content}
	s.stage.Refresh()
}

// focus gives the focus to what the page wants. Else whoever works with keys
// goes on in the page, and who works with the pointer is not bothered.
func (s *Shell) focus(wanted fyne.Focusable, byKeys bool) {
	c := s.window.Canvas()
	switch {
	case wanted != nil:
		c.Focus(wanted)
	case byKeys:
		c.Focus(widgets.First(s.stage))
	default:
		c.Unfocus()
	}
}

// Speak changes the language: all pages are made anew.
func (s *Shell) Speak(words *messages.Printer) {
	s.words = words
	s.anew()
}

// Dress makes all pages anew, after the theme of the app changed.
func (s *Shell) Dress() { s.anew() }

func (s *Shell) anew() {
	current := s.current
	s.closeMenu()
	s.leave()
	s.pages = map[page.Name]*made{}
	s.dress()
	s.Go(current, "")
}

// Lock leaves a page on which something may have been typed or read that is
// nobody's business: the screen was locked, or the window is out of sight.
func (s *Shell) Lock() {
	if !stays(s.current) && s.current != page.Welcome {
		s.Go(page.Home, "")
	}
}

// Quiet says that the page in sight does nothing by itself: no operation on a card
// is under way in it.
func (s *Shell) Quiet() bool { return stays(s.current) }

// closing closes the window, and has what was typed wiped first.
func (s *Shell) closing() {
	s.leave()
	if s.c.Close == nil {
		s.window.Close()
		return
	}
	s.c.Close()
}

// Hide takes the window from the screen; the app goes on. What it comes back with
// is Home.
func (s *Shell) Hide() {
	s.window.Hide()
	s.Go(page.Home, "")
}

// End tells the page in sight that all is over.
func (s *Shell) End() { s.leave() }
