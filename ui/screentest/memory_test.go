//go:build linux

package screentest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// forms are the ways in which digits may lie in memory.
func forms(digits string) map[string][]byte {
	all := map[string][]byte{"ASCII": []byte(digits)}
	var wide, wider, values []byte
	for _, r := range digits {
		wide = binary.LittleEndian.AppendUint16(wide, uint16(r))
		wider = binary.LittleEndian.AppendUint32(wider, uint32(r))
		values = append(values, byte(r-'0'))
	}
	all["UTF-16"], all["UTF-32"], all["values"] = wide, wider, values
	return all
}

// copies counts in which forms and how often digits lie in the program's memory.
func (d *desk) copies(digits string) map[string]int {
	d.t.Helper()
	found, read := map[string]int{}, 0
	wanted := forms(digits)
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", d.app.process.Pid))
	require.NoError(d.t, err)
	defer func() { _ = memory.Close() }()
	for _, area := range d.areas() {
		content := make([]byte, area[1]-area[0])
		n, err := memory.ReadAt(content, area[0])
		if err != nil && !errors.Is(err, io.EOF) && n == 0 {
			continue // such as memory of a device
		}
		read += n
		for form, bytesOf := range wanted {
			if hits := bytes.Count(content[:n], bytesOf); hits > 0 {
				found[form] += hits
			}
		}
	}
	require.Greater(d.t, read, 20<<20, "that is not all of its memory")
	return found
}

// areas are the parts of the program's memory that can be read.
func (d *desk) areas() (all [][2]int64) {
	d.t.Helper()
	maps, err := os.Open(fmt.Sprintf("/proc/%d/maps", d.app.process.Pid))
	require.NoError(d.t, err)
	defer func() { _ = maps.Close() }()
	const largest = 1 << 30
	for scanner := bufio.NewScanner(maps); scanner.Scan(); {
		var from, to uint64 // the last one is of the kernel, and negative
		var rights string
		_, err := fmt.Sscanf(scanner.Text(), "%x-%x %s", &from, &to, &rights)
		require.NoError(d.t, err)
		if strings.HasPrefix(rights, "r") && !strings.Contains(scanner.Text(), "[v") {
			require.Less(d.t, to-from, uint64(largest))
			all = append(all, [2]int64{int64(from), int64(to)})
		}
	}
	return all
}

// TestTypedCodesLeaveNoCopy: after verifying, changing, cancelling and an error
// nothing in the program's memory is the code that was typed.
func TestTypedCodesLeaveNoCopy(t *testing.T) {
	t.Parallel()
	d := atHome(t)
	gone := func(after string, codes ...string) {
		t.Helper()
		for _, code := range codes {
			assert.Empty(t, d.copies(code), after)
		}
	}
	gone("nothing was typed", pin, wrong, fresh)

	d.tile("verify")
	d.sees(d.text("operations.heading.verify.type-pin"))
	d.types(pin)
	d.still()
	assert.NotEmpty(t, d.copies(pin), "what is being typed is somewhere: else nothing here would be found")
	d.press("Return")
	d.sees(d.text("operations.done.verify.title"))
	gone("verified", pin)

	d.home()
	d.tile("verify")
	d.sees(d.text("operations.heading.verify.type-pin"))
	d.types(wrong)
	d.press("Return")
	d.sees(begin(d.text("meaning.one_spent"), 4))
	gone("wrong", wrong)

	d.home()
	d.tile("change")
	d.sees(d.text("operations.heading.change.type-pin"))
	d.types(pin)
	d.press("Return")
	d.sees(d.text("operations.heading.change.type-new-pin"))
	d.types(fresh)
	d.press("Escape")
	d.sees(d.text("operations.heading.change.type-pin"))
	d.press("Escape")
	d.sees(d.text("home.cie.title"))
	gone("cancelled", pin, fresh)

	d.tile("change")
	for _, code := range []string{pin, fresh, fresh} {
		d.still()
		d.types(code)
		d.press("Return")
	}
	d.sees(d.text("operations.done.change.title"))
	gone("changed", pin, fresh)

	// Digits in a line that is not made for secrets stay, and are found.
	d.goes("guide")
	d.types(wrong)
	d.still()
	assert.NotEmpty(t, d.copies(wrong), "the search finds no copy where there is one")
	d.quit()
}
