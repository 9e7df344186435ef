// Package savefile asks where to save something, and writes it there for its owner
// alone: whole, or not at all.
//
// It refuses to propose a folder, or to choose one itself.
package savefile
