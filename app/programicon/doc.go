// Package programicon finds the icon of a program whose file is known, for a
// window that names the program and shows the icon beside its name.
//
// On Linux it looks for the program's desktop entry in the data folders, and for
// the icon that the entry names (freedesktop.org: Desktop Entry Specification 1.5,
// Icon Theme Specification 0.13, XDG Base Directory Specification 0.8). An entry
// is the program's if it starts the program's own file, else one of the same name,
// else one in the same folder where that folder is a program's own
// (/opt/google/chrome). Entries that disagree about the icon give none.
//
// An icon must not vouch for a program. The program, its desktop entry and the
// icon, and each folder and link on the way to them, must be root's, and writable
// by no group and nobody else: what a user, or a program of the user, could have
// put there has no icon. Nor has an interpreter that an entry starts with a script
// of its own. Still the file's path is what tells who asks, and stays beside it.
//
// It refuses to run anything, to read a file that is not a regular one or is
// larger than its bound, to draw a picture whose size it has not looked at, and
// SVG that could make the drawing endless. Whatever is wrong, there is no icon.
//
// Windows and macOS keep icons elsewhere, and the agent cannot name the program
// there yet: no icon.
package programicon
