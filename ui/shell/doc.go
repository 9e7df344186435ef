// Package shell is the main window: the navigation, the page that is in sight,
// the band that says when a card is no real one, the keys that work everywhere,
// the sign in the tray.
//
// It makes each page when it is first wanted, tells it when it comes and goes,
// and drops pages that hold what should not stay: those of the operations on a
// card are made anew each time. Closing the window, minimising it and locking the
// screen leave such a page, which wipes what was typed.
//
// It refuses to know what a page is about, and to touch cards: it gets makers of
// pages, and is told what lies on the desk.
//
// Down: ui/page, ui/widgets, ui/theme, app/desk, app/messages. Up:
// app/cientro-desktop.
package shell
