// Package instance lets a user have one window of the app: a second start tells
// the first to come forward, over a socket in a folder that only the user can
// open, and ends.
//
// It refuses to be important. Where the socket cannot be had the app starts all
// the same: two windows beside each other harm nothing, as PC/SC transactions
// keep cards apart.
package instance
