//go:build linux

package screentest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The promises that a busy machine would break, and which are therefore measured
// and not tested: a first picture within 0.8 s, 200 MB, and 1 % of a core while
// nothing happens, under Xvfb with software OpenGL.

// BenchmarkFirstPicture measures from the start of the program until there is
// something to see in its window.
func BenchmarkFirstPicture(b *testing.B) {
	d := openDesk(b)
	d.lay()
	var all, worked time.Duration
	for b.Loop() {
		begun := time.Now()
		d.start(d.command(d.program))
		for !d.drawn() {
			require.Less(b, time.Since(begun), patience)
			time.Sleep(5 * time.Millisecond)
		}
		all += time.Since(begun)
		worked += d.busy() // what it would be with a core of its own, more or less
		d.window("^CIEntro")
		d.quit()
		for d.drawn() {
			time.Sleep(20 * time.Millisecond)
		}
	}
	b.ReportMetric(float64(all.Milliseconds())/float64(b.N), "ms-first-picture")
	b.ReportMetric(float64(worked.Milliseconds())/float64(b.N), "ms-of-a-core")
}

// drawn says whether a window with something in it is on the screen: letters and
// pictures have many colours.
func (d *desk) drawn() bool {
	picture, seen := d.look(), map[uint32]bool{}
	for y := 50; y < picture.Rect.Dy()-50; y += 2 {
		for x := 50; x < picture.Rect.Dx()-50; x += 2 {
			c := picture.RGBAAt(x, y)
			seen[uint32(c.R)<<16|uint32(c.G)<<8|uint32(c.B)] = true
		}
	}
	const some = 100
	return len(seen) > some
}

// BenchmarkAtRest measures what the program costs while a card lies on the reader
// and nobody does anything, and how much memory it has after a walk through all
// pages.
func BenchmarkAtRest(b *testing.B) {
	d := openDesk(b)
	d.lay()
	d.open()
	d.sees(d.text("home.cie.title"))
	const watched = 10 * time.Second
	var idle float64
	for b.Loop() {
		time.Sleep(time.Second)
		before := d.busy()
		time.Sleep(watched)
		idle += float64(d.busy()-before) / float64(watched)
	}
	b.ReportMetric(100*idle/float64(b.N), "%-of-a-core-idle")
	b.ReportMetric(d.resident("VmRSS"), "MB-home")
	for _, page := range pages() {
		d.goes(page)
	}
	b.ReportMetric(d.resident("VmRSS"), "MB-all-pages")
	b.ReportMetric(d.resident("VmHWM"), "MB-most")
	d.quit()
}

// busy is the time that the program has had of all cores.
func (d *desk) busy() time.Duration {
	d.t.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(d.app.process.Pid), "stat"))
	require.NoError(d.t, err)
	// proc_pid_stat(5): utime and stime, in hundredths of a second, are 12 and 13
	// fields behind the name.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	require.NoError(d.t, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(d.t, err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

// resident is one of the program's memory sizes, in MB.
func (d *desk) resident(name string) float64 {
	d.t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(d.app.process.Pid), "status"))
	require.NoError(d.t, err)
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kilobytes, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(d.t, err)
			return float64(kilobytes) / 1000
		}
	}
	require.Fail(d.t, "no "+name)
	return 0
}
