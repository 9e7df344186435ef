// Package operations shows what is done with a PIN: verifying it, changing it,
// unblocking it with the PUK, and the PIN that stands before the certificate. One
// thing a page: the card, the gate where few tries are left, each code, the card
// at work, and how it ended.
//
// The walk itself is a wizard of app/wizard, which decides all that concerns the
// card; the presenter here leads from the desk to the wizard and on to what may be
// done next, and knows no widget; the view shows what they say.
//
// It refuses to keep a code: boxes are emptied when a page leaves, when the card
// does, and when the window is somewhere else. It never begins an attempt by
// itself: after an end, another one is a button.
//
// Down: app/desk, app/wizard, ui/pinfield, ui/widgets. Up: ui/certificate and
// app/cientro-desktop.
package operations
