// Package theme is how the windows look: three palettes (light, dark, high
// contrast) and text from 100 to 200 %.
//
// It refuses what cannot be read: a test computes the contrast of each pair of
// colours that meet on screen, at least 4.5:1 for text and 3:1 for borders and
// marks (WCAG 2.1, success criteria 1.4.3 and 1.4.11). It ignores the accent
// colour of Fyne's own settings, which nobody has computed.
//
// Up: ui and its windows.
package theme
