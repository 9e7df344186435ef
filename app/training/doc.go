// Package training is a reader inside the program with a card in software on
// it, for courses and for whoever has no card: a trainer lays cards on it and
// takes them away, blocks codes, lets things go wrong, and reads along in words
// what the program says to the card.
//
// A [Session] is the reader, and satisfies app.Readers and app.Watcher like the
// system's. All cards are specimens and live in memory: each course starts with
// the same fresh card, whose PIN and PUK may be shown, as they are nobody's.
//
// It refuses to reach a real card, to keep anything on disk, and to keep the
// data field of any command: the journal knows headers, status words, and
// which public application or data object was asked for by name.
//
// Down: app, app/messages, card/virtual, card/virtuallink. Up: ui/training,
// app/cientro-desktop.
package training
