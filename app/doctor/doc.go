// Package doctor finds out why a CIE does not work on this computer: some sixty
// checks of the system, the smart card service, readers, card, certificate,
// browsers, the PKCS#11 module and what other CIE software left behind. Each says
// what was looked at, how it is, what that means and what to do, under a code that
// never changes. One sentence ends the report: card, reader, computer or service.
//
// It only looks. It never asks for a PIN, sends no VERIFY, not even an empty one,
// and changes nothing but the counters that package card remembers of a card.
//
// A report is fit to be pasted: what it shows is made of [Fact], and a Fact is
// made from closed lists of words, numbers, known paths, and pseudonyms that only
// this user's key gives. Names of people, computers, networks and profiles,
// numbers of cards and of devices never become one. Dates of a certificate do
// not either: a CIE ends on its holder's birthday.
//
// It refuses to know a window, and to mend anything.
//
// Down: app, card (through app's Service), card/ias for the one file that is
// read again and again to judge the field. Up: app/cientro.
package doctor
