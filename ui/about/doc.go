// Package about is the page about the app: its version, what happens with a
// person's data, how accessible it is, the keys that work everywhere, and the
// licences of everything it is made of.
//
// It refuses to look anything up: not even for a newer version.
//
// Down: assets/licences, ui/widgets. Up: app/cientro-desktop.
package about
