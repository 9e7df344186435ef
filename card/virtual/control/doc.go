// Package control steers a virtual card that is served in another process: the
// trainer's hand on the card while a PC/SC reader, a browser or another program
// holds its other end. Insert and remove it, arm faults, read counters and
// journal, give tries back.
//
// The wire is a unix socket of mode 0600 with one JSON document a line, a
// request and then its answer:
//
//	{"do":"arm","faults":[{"kind":"remove","at":3}]}
//	{"ok":true}
//	{"do":"counters"}
//	{"ok":true,"result":{"apdus":12,…}}
//	{"do":"dance"}
//	{"ok":false,"error":{"code":"unknown-command","message":"…"}}
//
// What it refuses to do: it carries no APDUs, so nobody can talk to the card
// past its reader; it is not for the network; it knows nothing of real cards.
// A request is at most 64 KiB, unknown members are refused, and a connection
// that sends something else than lines of JSON is closed.
package control
