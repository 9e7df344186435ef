// Package checkup makes the check-up of package doctor for a window: beside it,
// one at a time, with how far it has come, and so that it can be stopped.
//
// The card is borrowed from the desk for as long as it lasts, so that two do not
// speak to it at once; where something else has it, that comes first. If the card
// that is meant is one of the training, reader and card of the training are looked
// at in place of the real ones, and State.Demo says so.
//
// It refuses to judge anything itself, and to mend anything.
//
// Down: app, app/desk, app/doctor. Up: ui/doctor, app/cientro-desktop.
package checkup
