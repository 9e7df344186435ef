// Package messages says the sentences of the catalogues in assets/translations
// in one language.
//
// It refuses to invent: a key that is missing, or a value that a sentence wants
// and did not get, gives the key in brackets, and the tests of this package
// fail on both long before a user could see them.
//
// Down: assets/translations. Up: app and the programs.
package messages
