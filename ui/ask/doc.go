// Package ask is the one question that stands between a browser and the last PIN
// try of a card: a small window that names the program that asks, says what a
// wrong PIN would do, and sends back consent or its refusal (design: the agent
// side is app/lasttry).
//
// No is what everything means but one deliberate act: the box ticked, then the
// other button. Escape, Enter, closing the window, silence, the end of the agent
// and a screen that cannot be opened are all no.
//
// Beside the program's name stands its icon, where app/programicon finds one that
// the user's programs could not have borrowed (Linux). The question never waits
// for it, and an icon alone vouches for nothing: name and file are there, too.
//
// It refuses to show a PIN or to ask for one, and to decide anything itself.
//
// Down: app/lasttry, app/messages, ui/theme, ui/widgets. Up: app/cientro-desktop.
package ask
