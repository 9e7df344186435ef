// Package logs writes the programs' log, if the user wants one: JSON lines in
// a bounded set of private files.
//
// Nothing personal and nothing secret shall get there. The types that hold
// such things redact themselves; this package is the second net, for the value
// that somebody logged without its type. [Redact] drops bytes, values under
// names such as "pin" or "serial" unless their type redacts itself, and values
// of types it does not know; in texts it masks what has the shape of a PIN, a
// card number or a fiscal code.
//
// The log is off by default. It refuses to grow beyond its bound, to fail a
// program because a disk is full, and to be the default logger: it is handed
// to who needs it.
package logs
