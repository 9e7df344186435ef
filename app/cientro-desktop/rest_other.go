//go:build ci || !linux

package main

// rest does nothing: elsewhere it was not tried.
func (h *house) rest() (end func()) { return func() {} }
