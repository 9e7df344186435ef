// Package widgets holds the few widgets that Fyne lacks or gives otherwise than
// we want: buttons and boxes whose focus is plain to see and that leave the keys
// they do not use to the window, PIN tries as marks, time running out as a bar.
//
// It refuses to decide: a widget shows what it is given and reports what was
// done. It knows no sentence either; texts come with their languages.
//
// Down: ui/theme. Up: the windows in ui.
package widgets
