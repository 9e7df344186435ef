// Package home is the first page: what lies on the readers, live, and what can be
// done with it. No service, no reader or one that cannot read a CIE, an empty
// reader, a card that moves, is mute or is something else, several cards, a CIE
// that is proven or is not: each has its page, with what it is and what to do
// next.
//
// The presenter turns a state of the desk into a screen, a value in words. The
// view draws a screen and decides nothing. The pictures and the card's face are
// our own, in the colours of the theme; no emblem of a state is among them.
//
// It refuses to show a number unmasked, to ask for a code, and to act on a card
// that was not chosen.
//
// Down: app/desk, app/messages, ui/page, ui/theme, ui/widgets. Up:
// app/cientro-desktop.
package home
