// Package doctor is the page of the check-up: a button that starts it, how far it
// has come, and then one sentence about what is at fault with the next step, every
// check in its group, and the support code for who helps, also as a QR code.
//
// What is a problem or a warning stands open; what is well, or does not apply, is
// folded behind its number. The presenter decides what is said; the page shows it.
//
// It refuses to judge and to mend anything, and to show anything that is not in the
// report: that is made of closed lists, and fit for anybody's eyes.
//
// Down: app/checkup, app/doctor, ui/page, ui/qr, ui/savefile, ui/widgets. Up:
// app/cientro-desktop.
package doctor
