// Package autostart has the desktop app started with the user's session, where
// the user wants it: a .desktop file in the folder that desktops look at.
// (freedesktop.org, Desktop Application Autostart Specification 0.5 and Desktop
// Entry Specification 1.5.)
//
// It takes away exactly what it brought: the file, and the folder where that was
// not there before. An entry whose program has been removed starts nothing
// (TryExec), as packages do not write to homes. It refuses to touch a file of that name that it did not
// write.
//
// Windows and macOS keep such things elsewhere; there it is not offered yet.
package autostart
