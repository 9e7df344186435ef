//go:build !windows

package browsers

// systemRegistry: only Windows has one.
func systemRegistry() Registry { return nil }
