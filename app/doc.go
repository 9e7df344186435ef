// Package app holds what the programs do for people, one method of [Service] a
// use case: look at readers and cards, verify, change and unblock the PIN, read
// the certificate, sign, manage trust anchors and the virtual card.
//
// It chooses exactly one card and never sends more than recognition to any
// other. It asks people through an [Asker], and turns every error into a
// [Problem] with a stable code, a kind, an exit code and sentences in the
// catalogues. The rules that protect a card are not here but in package card:
// a front end can only ask, never spare a question.
//
// It refuses to know a window, a terminal or PC/SC: programs bring [Readers].
//
// Down: card (the façade), card/sod, card/virtual, assets. Up: app/cientro,
// app/cientro-desktop.
package app
