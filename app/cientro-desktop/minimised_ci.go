//go:build ci

package main

// takeMinimising does nothing: without a screen nothing is minimised.
func (h *house) takeMinimising() {}
