// Package browsers is the page on which a person has CIEntro's module registered
// in browsers, and taken out again: what is true of each browser and profile, what
// would be changed before it is, and what became of it.
//
// The presenter decides what is said; the page shows it, and does the work beside
// the window. It changes what belongs to the person who uses it, and nothing else:
// for all users of a computer it says the command that an administrator types.
//
// It refuses to promise anything of a browser in a box (snap, flatpak), and to
// change anything that was not shown before.
//
// Down: app/browsers, ui/page, ui/widgets. Up: app/cientro-desktop.
package browsers
