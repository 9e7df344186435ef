// Package certificate shows the holder's certificate after the PIN: whose it is,
// how long it lasts, who issued it, how to know it again, and what others learn
// from it. It saves copies, and a reminder of the expiry.
//
// Names, codes and whole dates are covered until they are asked for: a CIE
// expires on its holder's birthday. File names never tell whose file it is.
//
// It refuses to keep anything: Forget lets go of the certificate and of all that
// was shown, and the page calls it when it is left. It reads no card.
//
// Down: app, app/calendar, ui/widgets. Up: ui/operations and app/cientro-desktop.
package certificate
