// Command iconfile makes the icon files of Windows (.ico) and macOS (.icns), and
// the folder of Linux's icon theme, from the one drawing of the product.
//
//	iconfile cientro.ico cientro.icns icons/hicolor
//
// The same drawing gives the same bytes, on every machine. It refuses to draw
// anything itself, and to enlarge: the drawing is the largest size there is.
package main
