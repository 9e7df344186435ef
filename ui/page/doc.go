// Package page is what the pages of the window and the window itself know of
// each other: names, a life cycle, and what a page may ask for. It keeps the
// pages apart, as none imports another.
//
// It refuses to draw: shared looks are in ui/widgets.
package page
