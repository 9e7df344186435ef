package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
)

var (
	pcscdPaths = []string{
		"/usr/sbin/pcscd", "/usr/bin/pcscd", "/usr/local/sbin/pcscd", "/usr/local/bin/pcscd",
		"/usr/libexec/pcscd", "/run/current-system/sw/bin/pcscd",
	}
	driverPaths = []string{
		"/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
		"/usr/lib64/pcsc/drivers/serial/libifdvpcd.so",
		"/usr/lib/*/pcsc/drivers/serial/libifdvpcd.so",
		"/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so",
	}
)

const startTries = 3 // a port may be taken between our look and the driver's

// Start runs a pcscd of our own with two virtual readers and waits until it
// serves them. It needs no special rights. If ctx ends first, nothing is left
// running; once started, the daemon no longer depends on ctx.
//
// Errors: ErrUnsupported, ErrNoPCSCD, ErrNoDriver, ErrNoActivation; others carry what pcscd said.
func Start(ctx context.Context, o Options) (*Daemon, error) {
	pcscd, err := find(o.PCSCD, pcscdPaths, ErrNoPCSCD)
	if err != nil {
		return nil, err
	}
	driver, err := find(o.Driver, driverPaths, ErrNoDriver)
	if err != nil {
		return nil, err
	}
	if !takesSocket(pcscd) {
		return nil, ErrNoActivation
	}
	modes := []Mode{ModeNamespace, ModeShared}
	if o.NoNamespace {
		modes = modes[1:]
	}
	var failures []error
	for _, mode := range modes {
		for range startTries {
			d, err := startOnce(ctx, o, mode, pcscd, driver)
			if err == nil {
				return d, nil
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			failures = append(failures, fmt.Errorf("start pcscd (%s): %w", mode, err))
			if !errors.Is(err, errPort) {
				break
			}
		}
	}
	return nil, errors.Join(failures...)
}

func find(given string, usual []string, missing error) (string, error) {
	if given != "" {
		usual = []string{given}
	}
	for _, pattern := range usual {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0], nil
		}
	}
	return "", missing
}

func startOnce(ctx context.Context, o Options, mode Mode, pcscd, driver string) (*Daemon, error) {
	dir, err := os.MkdirTemp(visibleTempDir(), "cientro-pcscd-")
	if err != nil {
		return nil, err
	}
	d, err := startIn(ctx, dir, o, mode, pcscd, driver)
	if err != nil {
		_ = os.RemoveAll(dir)
	}
	return d, err
}

// visibleTempDir avoids /run, which is empty inside the namespace.
func visibleTempDir() string {
	if dir := os.TempDir(); !strings.HasPrefix(dir, "/run/") && !strings.HasPrefix(dir, "/var/run/") {
		return dir
	}
	return "/tmp"
}

func startIn(ctx context.Context, dir string, o Options, mode Mode, pcscd, driver string) (*Daemon, error) {
	unlock, err := lockPorts(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	port := o.Port
	if port == 0 {
		if port, err = freePorts(); err != nil {
			return nil, err
		}
	} else if listening(port) || listening(port+1) {
		return nil, fmt.Errorf("port %d or %d is taken", port, port+1)
	}
	conf := filepath.Join(dir, "reader.conf.d")
	if err := os.Mkdir(conf, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(conf, "vpcd"), []byte(configuration(driver, port)), 0o600); err != nil {
		return nil, err
	}
	socket := o.Socket
	if socket == "" {
		socket = filepath.Join(dir, "pcscd.comm")
	}
	p, err := launch(launchPlan{
		dir: dir, socket: socket, conf: conf, pcscd: pcscd, mode: mode, log: o.Log, asRoot: os.Geteuid() == 0,
	})
	if err != nil {
		return nil, err
	}
	if err := p.ready(ctx, port); err != nil {
		_ = p.end()
		return nil, err
	}
	return &Daemon{
		Socket: socket, Mode: mode, PID: p.pid(), process: p,
		VPCDAddr:   net.JoinHostPort("127.0.0.1", fmt.Sprint(port)),
		SecondAddr: net.JoinHostPort("127.0.0.1", fmt.Sprint(port+1)),
	}, nil
}
