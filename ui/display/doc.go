// Package display brings windows on the screen, and tells whether there is one.
//
// Down: Fyne. Up: ui/ask, app/cientro-desktop.
package display
