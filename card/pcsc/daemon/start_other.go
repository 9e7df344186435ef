//go:build !linux

package daemon

import "context"

// Start is for Linux only.
func Start(context.Context, Options) (*Daemon, error) { return nil, ErrUnsupported }

type process struct{ done chan struct{} }

func (p *process) end() error { return nil }
