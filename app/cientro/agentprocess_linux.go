package main

import "golang.org/x/sys/unix"

// harden keeps other programs of this user from reading this process's memory,
// and the memory out of core dumps (prctl(2), PR_SET_DUMPABLE). It is a second
// fence; where the system refuses, the agent works without.
func harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
