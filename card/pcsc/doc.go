// Package pcsc finds readers, watches them and carries commands to a card
// through PC/SC: pcsc-lite on Linux, PCSC.framework on macOS, WinSCard on
// Windows. It is the only package that touches them, by github.com/ebfe/scard.
//
// A [Service] lists and watches readers and connects cards; a [Card] has the
// one method of [cientro/card/iso7816.Transmitter] and transactions around it.
//
// What it refuses to do: repeat a command, whatever went wrong (a VERIFY that
// is sent twice spends two tries); know what a command means beyond its length
// and instruction byte; connect exclusively (the system's own card services
// fail then); start, install or configure a daemon (see card/pcsc/daemon for
// the private one of the demo).
//
// Without cgo, on systems that need it, the package builds and [Open] explains
// itself with a [ServiceError].
//
// Sources: PC/SC specification part 5; pcsc-lite's and Microsoft's
// documentation of WinSCard; Apple's CryptoTokenKit.
package pcsc
