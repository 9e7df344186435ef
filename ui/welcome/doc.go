// Package welcome is what a new user sees first: three pages, each of which can be
// skipped with all that follow.
//
// It refuses to ask for anything, and to set anything up behind one's back.
package welcome
