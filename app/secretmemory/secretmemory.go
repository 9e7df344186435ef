// Package secretmemory gives windows the few bytes in which a code is typed:
// locked memory outside Go's heap, kept out of the swap file and of core dumps
// where the system allows it.
//
// It refuses to hold anything by itself: what it gives belongs to the caller.
//
// Down: card/lockedmemory. Up: ui/pinfield.
package secretmemory

import "cientro/card/lockedmemory"

// Page is a piece of locked memory. It belongs to whoever made it.
type Page = lockedmemory.Page

// New returns size bytes of zeroed memory.
func New(size int) *Page { return lockedmemory.New(size) }
