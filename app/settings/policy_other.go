//go:build !windows && !darwin

package settings

func systemPolicy() Policy { return PolicyFile(LinuxPolicy) }
