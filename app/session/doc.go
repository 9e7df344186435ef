// Package session asks the user's desktop two things: whether it has a tray for
// signs of programs, and when it locks the screen or goes to sleep, so that what
// was typed can be wiped.
//
// On Linux it listens on D-Bus, over local sockets; elsewhere a tray is taken for
// granted, and locks are not told yet. It refuses to start a bus where there is
// none, and to poll.
package session
