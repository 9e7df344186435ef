// Package rpc is the server's side of p11-kit's RPC protocol: it reads requests
// from a connection, calls a [Module] and writes the answers. It speaks to our
// own C library, to p11-kit's `remote:` modules and to p11-kit-client.so, of
// every version from 0.24.1; what these do differently although they agreed on
// one version is told by the first byte they offer, else by a body's length.
//
// Several calls may be in flight; each is served on its own, so that a blocking
// C_WaitForSlotEvent holds up nobody. Depth, lengths and counts are bounded.
// Whatever is wrong within a whole frame is answered, because p11-kit's client
// dies of a server that hangs up; only what cannot be delimited ends the
// connection. Nothing is kept of a PIN: a frame is wiped when its call returns.
//
// What it refuses to do: know what a card, a slot or a login is. Calls of a kind
// the token does not have are read for their session and left to
// [Module.Unsupported]; attributes that are templates, and the parameters of
// mechanisms, are carried no further.
//
// Source: p11-kit 0.24.1 to 0.26.4, rpc-protocol as observed; PKCS#11 sections
// 5.2 (buffers) and 5.7.5 (attributes).
package rpc
