//go:build linux

package clienttest

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkModule lives the life of a host over and over, each in a process of
// its own with the certificate known, and reports medians:
//
//	load-ms      dlopen and C_Initialize (aim: at most 2)
//	first-ms     the first C_GetSlotList, start of the agent included (30)
//	memory-kB    resident memory added to the host (1024)
//	threads      threads added to the host (0)
//	roundtrip-µs C_GetSessionInfo (60)
//	login-APDUs  from C_Initialize to the first signature (24)
//	again-APDUs  each further signature (3)
//
// The times depend on the machine, so nothing fails by them.
func BenchmarkModule(b *testing.B) {
	s := newStage(b)
	host := buildHost(b, "gcc", "host", "-ldl")
	home := b.TempDir()
	c := s.plug(b)
	s.runHost(b, host, home, c) // makes the certificate known
	// pcscd powers a card down a while after its last user has gone; what is
	// measured is a card that lies on the reader, as in front of a browser.
	var last hostRun
	kept := map[string][]float64{}
	keep := func(name string, value float64) { kept[name] = append(kept[name], value) }
	for b.Loop() {
		last = s.runHost(b, host, home, c)
		milliseconds := func(name string) float64 { return float64(last.values[name]) / float64(time.Millisecond) }
		keep("load-ms", milliseconds("load"))
		keep("first-ms", milliseconds("first"))
		keep("login-ms", milliseconds("login"))
		keep("memory-kB", float64(last.values["memory"]))
		keep("threads", float64(last.values["threads"]))
		keep("roundtrip-µs", float64(last.values["roundtrip"])/float64(time.Microsecond))
		total := 0
		for _, step := range []string{"start", "open", "pin", "login", "sign"} {
			total += last.steps[step].apdus
		}
		keep("login-APDUs", float64(total))
		keep("again-APDUs", float64(last.steps["sign-again"].apdus))
	}
	b.ReportMetric(0, "ns/op") // a life waits for its listener: no figure of ours
	for name, values := range kept {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], name)
	}
	b.Logf("the last run, beside the official module:\n%s", last.table())
}
