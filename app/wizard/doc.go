// Package wizard leads a person through what is done with a PIN: verifying it,
// changing it, unblocking it with the PUK, reading the certificate that it opens.
// Each is a walk through states, drawn in docs/wizards.md; a window shows the
// state and hands back what the person does, and decides nothing about a card.
//
// A Wizard is one walk: at most one confirmation, and so at most one wrong
// presentation. It cannot be walked twice. Whoever wants another attempt makes a
// new one, which looks at the card and its tries afresh; none begins by itself.
//
// It refuses to keep a code: what is typed goes through as bytes, is checked
// before any card hears of it, and is wiped on every way out, also after two
// minutes in which nobody does anything.
//
// Down: package app, whose rules these are (Service, Asker). Up: the windows in
// ui.
package wizard
