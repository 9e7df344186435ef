// Package pcscdtest gives tests a real pcscd of their own, with two virtual
// readers, so that what is tested goes the whole way through PC/SC.
//
// Such tests run only where the variable CIENTRO_TEST_PCSCD is 1 and the Debian
// packages pcscd and vsmartcard-vpcd are installed; elsewhere they skip with a
// sentence. No root, no fixed port, nothing of the system's pcscd is touched:
// see [cientro/card/pcsc/daemon]. Test processes do not disturb one another.
//
// It refuses to run two daemons in one process: libpcsclite reads the socket's
// name once and keeps it.
package pcscdtest
