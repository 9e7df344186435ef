// Package settings is the page of choices: language and looks, what protects the
// PIN, what happens in the background, the log, and the way back to how it was.
//
// A choice holds at once and is kept at once; there is nothing to save. What the
// administrator decided is shown with a lock and words, and cannot be changed
// here.
//
// It refuses to keep anything itself: app/settings does, behind the House that
// the program brings.
//
// Down: app/settings, ui/widgets. Up: app/cientro-desktop.
package settings
