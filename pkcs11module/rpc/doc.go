// Package rpc is the server's side of p11-kit's RPC protocol: it reads requests
// from a connection, calls a [Module] and writes the answers. It speaks to our
// own C library, to p11-kit's `remote:` modules and to p11-kit-client.so.
//
// Several calls may be in flight; each is served on its own, so that a blocking
// C_WaitForSlotEvent holds up nobody. Depth, lengths and counts are bounded, and
// whatever arrives is answered or ends the connection; nothing is kept of a PIN.
//
// What it refuses to do: know what a card, a slot or a login is.
//
// Source: p11-kit 0.24.1 to 0.26.4, rpc-protocol as observed.
package rpc
