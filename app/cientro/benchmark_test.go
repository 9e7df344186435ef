//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/card/pcsc/daemon"
)

// What the start of the program may cost (issue: status without a card).
const (
	startBudget  = 50 * time.Millisecond
	memoryBudget = 30 // MB
)

// BenchmarkStatus is `cientro status` from the start of the process to its end,
// with no service and with a service but no card: milliseconds and the most
// memory the process had. It is the program as it is built, not this test.
func BenchmarkStatus(b *testing.B) {
	program := filepath.Join(b.TempDir(), "cientro")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".")
	out, err := build.CombinedOutput()
	require.NoError(b, err, string(out))
	b.Run("no-service", func(b *testing.B) {
		nowhere := daemon.SocketVariable + "=" + filepath.Join(b.TempDir(), "none")
		benchmarkStart(b, program, []string{nowhere}, app.ExitNoService)
	})
	b.Run("no-card", func(b *testing.B) {
		ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
		defer cancel()
		d, err := daemon.Start(ctx, daemon.Options{})
		if err != nil {
			b.Skipf("no private pcscd here: %v", err)
		}
		defer func() { _ = d.Stop() }()
		benchmarkStart(b, program, d.Environment(), app.ExitOK)
	})
}

// doctorBudget is what a whole check-up may take where there is no reader.
const doctorBudget = 5 * time.Second

// BenchmarkDoctorWithoutReader is `cientro doctor`, all its checks, from the start
// of the process to its end, on this computer and without a service.
func BenchmarkDoctorWithoutReader(b *testing.B) {
	program := filepath.Join(b.TempDir(), "cientro")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".")
	out, err := build.CombinedOutput()
	require.NoError(b, err, string(out))
	environment := append(os.Environ(), daemon.SocketVariable+"="+filepath.Join(b.TempDir(), "none"), "CIENTRO_HOME="+b.TempDir())
	for b.Loop() {
		c := exec.CommandContext(b.Context(), program, "doctor")
		c.Env = environment
		require.NoError(b, c.Run())
	}
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(each.Microseconds())/1000, "ms")
	if each > doctorBudget {
		b.Errorf("the check-up takes %v, more than %v", each, doctorBudget)
	}
}

func benchmarkStart(b *testing.B, program string, environment []string, code int) {
	environment = append(environment, "CIENTRO_HOME="+b.TempDir(), "LANG=it_IT.UTF-8")
	status := func() *exec.Cmd {
		c := exec.CommandContext(b.Context(), program, "status")
		c.Env = environment
		return c
	}
	for b.Loop() {
		require.Equal(b, code, exitCode(b, status().Run()))
	}
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(each.Microseconds())/1000, "ms")
	memory := peakMemory(b, program, environment)
	b.ReportMetric(memory, "MB-peak")
	if each > startBudget || memory > memoryBudget {
		b.Errorf("status takes %v and %.1f MB, more than %v and %d MB", each, memory, startBudget, memoryBudget)
	}
}

// peakMemory runs status once more, as the child of a small process: Linux
// counts what a parent held when it started a child as the child's own, so this
// is what status took at most.
func peakMemory(b *testing.B, program string, environment []string) float64 {
	c := exec.CommandContext(b.Context(), os.Args[0], program, "status")
	c.Args[0] = measureName
	c.Env = environment
	out, err := c.Output()
	require.NoError(b, err)
	var kilobytes float64
	_, err = fmt.Sscan(strings.TrimSpace(string(out)), &kilobytes)
	require.NoError(b, err)
	return kilobytes / 1024
}

// measureName is what this binary is called to measure another program.
const measureName = "cientro-measure"

// measure runs a program and prints its peak of resident memory in kilobytes.
func measure() {
	c := exec.Command(os.Args[1], os.Args[2:]...)
	_ = c.Run() // the exit code is told by the loop
	usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		os.Exit(1)
	}
	peak := usage.Maxrss // kilobytes, and bytes on macOS (getrusage(2))
	if runtime.GOOS == "darwin" {
		peak /= 1024
	}
	fmt.Println(peak)
}

func exitCode(tb testing.TB, err error) int {
	tb.Helper()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	require.NoError(tb, err)
	return 0
}
