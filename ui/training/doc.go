// Package training is the trainer's page: it starts a course, lays cards on the
// practice reader and takes them away, lets things go wrong, and shows in words
// what the program says to the card.
//
// The presenter decides what can be done and what it is called; the page shows
// it, and looks at the course only while it is in sight.
//
// It refuses to know a command or a card: package app/training tells both in
// sentences.
//
// Down: app/training, app/messages, ui/page, ui/widgets. Up:
// app/cientro-desktop.
package training
