// Package daemon runs a private pcscd with virtual readers for the demo and
// for tests, as an ordinary user and without touching the system's own pcscd.
//
// How it can be private although pcscd's paths are compiled in:
//
//   - The socket is made here, in a directory of our own, and handed over as
//     systemd does (LISTEN_FDS, sd_listen_fds(3)). Programs find it by the
//     environment variable PCSCLITE_CSOCK_NAME, which libpcsclite reads once, at
//     its first call: set it before.
//   - The pid file in /run/pcscd would be overwritten; so pcscd gets a mount
//     namespace (with a user namespace, if we are not root) in which that
//     directory is empty. Where the system forbids namespaces, pcscd runs
//     without: it then wants a /run/pcscd to exist, and shrugs when it may not
//     write there.
//   - Its reader.conf names the driver of vsmartcard (package vsmartcard-vpcd)
//     with a TCP port of our own. A filter keeps it off real readers.
//
// A shell of four lines stands between, because LISTEN_PID must be known before
// pcscd starts, and so that pcscd ends with us even if we are killed.
//
// The driver listens on all interfaces; whoever comes first is the card. Run it
// for demos and tests only.
//
// Linux only. What it refuses to do: install anything, ask for root, talk PC/SC
// (see card/pcsc), be a card (see card/virtual).
package daemon
