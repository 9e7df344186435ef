// Package lockedmemory keeps a few secret bytes out of the swap file and of
// core dumps for as long as they must be kept: outside Go's heap, in a page of
// their own. Where the system refuses to lock, the memory serves all the same;
// it is a second fence, not the first.
package lockedmemory

// Page is a piece of locked memory. It belongs to whoever made it.
type Page struct {
	whole []byte
	size  int
	free  func([]byte)
}

// New returns size bytes of zeroed memory.
func New(size int) *Page {
	whole, free := allocate(size)
	return &Page{whole: whole, size: size, free: free}
}

// Bytes is the memory itself. It must not be touched after Free.
func (p *Page) Bytes() []byte { return p.whole[:p.size] }

// Free wipes the memory and gives it back. More than once does no harm.
func (p *Page) Free() {
	if p.whole == nil {
		return
	}
	clear(p.whole)
	p.free(p.whole)
	p.whole = nil
}
