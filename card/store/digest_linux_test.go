//go:build !race

// Under the race detector all memory has a shadow, which takes long to search.

package store_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/store"
)

// TestDigestLeavesNothing: of a value whose owner has wiped it, such as a PIN, no
// copy stays in this process's memory. The test first shows that it sees one.
func TestDigestLeavesNothing(t *testing.T) {
	s := store.Memory()
	masked := make([]byte, 16) // so that the test holds no copy itself
	_, _ = rand.Read(masked)
	value := make([]byte, 40)
	for i := range masked {
		value[20+i] = masked[i] ^ mask
	}
	require.Positive(t, copies(t, masked))
	digest := s.Digest(value)
	clear(value)
	assert.Zero(t, copies(t, masked))
	assert.Len(t, digest, 32)
}

const mask = 0xA5

// copies counts where in the memory that this process can write the value is
// whose masked form is given.
func copies(t *testing.T, masked []byte) (found int) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	require.NoError(t, err)
	memory, err := os.Open("/proc/self/mem")
	if err != nil {
		t.Skipf("this system does not show a process its memory: %v", err)
	}
	defer func() { _ = memory.Close() }()
	buffer := make([]byte, 1<<20)
	for lines := bufio.NewScanner(bytes.NewReader(maps)); lines.Scan(); {
		var from, to int64
		var rights string
		_, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &rights)
		if err != nil || !strings.HasPrefix(rights, "rw") {
			continue
		}
		for step := int64(len(buffer) - len(masked)); from < to; from += step {
			n, _ := memory.ReadAt(buffer[:min(int64(len(buffer)), to-from)], from)
			for i := 0; i+len(masked) <= n; i++ {
				same := 0
				for same < len(masked) && buffer[i+same]^mask == masked[same] {
					same++
				}
				if same == len(masked) {
					found++
				}
			}
			clear(buffer) // or it would be found itself
			if n == 0 {
				break
			}
		}
	}
	return found
}
