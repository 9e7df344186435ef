// Package desk is the live view of what lies on the desk: readers that are
// plugged in and out, cards that are put down, moved and taken away, and what is
// known about each, as values that a window can show.
//
// A card that was just put down is looked at by itself, which spends no try: one
// CIE alone is inspected, several are only recognised until one is chosen, and
// what is no CIE gets SELECT commands and nothing else. After that a card that
// lies still costs no command at all: the readers tell when something changes. No
// transaction is held while anybody thinks.
//
// Who wants to do something with a card borrows it: the desk keeps its hands off
// that reader until the [Loan] is returned, and then looks again.
//
// It refuses to present a code, to know a window or a sentence, and to know PC/SC:
// programs bring the readers.
//
// Down: app. Up: ui, app/cientro-desktop.
package desk
