//go:build !race

package pinfield

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// improbable is a code that is nowhere else in memory: it stands here with each
// byte changed, and is only ever compared byte by byte.
var improbable = [Length]byte{'7' ^ 0x5a, '0' ^ 0x5a, '6' ^ 0x5a, '1' ^ 0x5a, '9' ^ 0x5a, '4' ^ 0x5a, '8' ^ 0x5a, '3' ^ 0x5a}

// memory looks for the code in all that this process can write, as bytes and as
// runes. The race detector would add far too much of its own.
type memory struct {
	file   *os.File
	buffer []byte // what was read; not searched itself
}

func newMemory(t *testing.T) *memory {
	t.Helper()
	file, err := os.Open("/proc/self/mem")
	if err != nil {
		t.Skip("this system does not let a process read its own memory")
	}
	t.Cleanup(func() { _ = file.Close() })
	return &memory{file, make([]byte, 1<<20)}
}

// copies returns the addresses at which the code stands.
func (m *memory) copies(t *testing.T) (found []uintptr) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	require.NoError(t, err)
	own := uintptr(unsafe.Pointer(&m.buffer[0]))
	for lines := bufio.NewScanner(strings.NewReader(string(maps))); lines.Scan(); {
		var from, to uintptr
		var rights string
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &rights); n < 3 || !strings.HasPrefix(rights, "rw") {
			continue
		}
		for at := from; at < to; {
			if at >= own && at < own+uintptr(len(m.buffer)) {
				at = own + uintptr(len(m.buffer))
				continue
			}
			end := min(to, at+uintptr(len(m.buffer)))
			if at < own {
				end = min(end, own)
			}
			n, _ := m.file.ReadAt(m.buffer[:end-at], int64(at))
			for i := m.next(0, n); i < n; i = m.next(i+1, n) {
				if m.is(i, n, 1) || m.is(i, n, 4) {
					found = append(found, at+uintptr(i))
				}
			}
			clear(m.buffer)
			at = end
		}
	}
	return found
}

// next is the place of the code's first digit from a place on; end where there
// is none.
func (m *memory) next(from, end int) int {
	if i := bytes.IndexByte(m.buffer[from:end], improbable[0]^0x5a); i >= 0 {
		return from + i
	}
	return end
}

// is says whether the code stands at a place, its digits stride bytes apart.
func (m *memory) is(at, end, stride int) bool {
	if at+(Length-1)*stride >= end {
		return false
	}
	for i, b := range improbable {
		if m.buffer[at+i*stride] != b^0x5a {
			return false
		}
	}
	return true
}

// TestTheCodeStandsOnceInMemory types a code by keys, shows it, covers it, and
// finds it in the field's own locked page and nowhere else; then nowhere at all.
// (A code at the end of one piece of memory that was read and the beginning of
// the next would be missed: pieces are a million bytes.)
func TestTheCodeStandsOnceInMemory(t *testing.T) {
	m := newMemory(t)
	s := open(t)
	require.Empty(t, m.copies(t), "the test itself must not hold it")
	for _, b := range improbable {
		s.press(fyneKey(b ^ 0x5a))
	}
	require.True(t, s.Complete())
	page := uintptr(unsafe.Pointer(&s.digits.boxes[0]))
	assert.Equal(t, []uintptr{page}, m.copies(t))
	s.Reveal(true)
	_ = test.RenderToMarkup(s.w.Canvas())
	_ = s.w.Canvas().Capture()
	runtime.GC()
	assert.Equal(t, []uintptr{page}, m.copies(t), "shown, and drawn")
	s.Reveal(false)

	taken := s.Take()
	assert.Equal(t, []uintptr{uintptr(unsafe.Pointer(&taken[0]))}, m.copies(t), "moved, not copied")
	clear(taken)
	assert.Empty(t, m.copies(t))
	runtime.KeepAlive(taken)
}
