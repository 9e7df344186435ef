package logintest

import "cientro/app/messages"

// ID names a check. It is stable, and the end of catalogue keys.
type ID string

// The checks, in the order of a login.
const (
	Program     ID = "program"     // module and agent lie beside this program
	Version     ID = "version"     // the agent is of the same version
	Browser     ID = "browser"     // the default browser, and whether it can load a module
	Module      ID = "module"      // it lists the module
	Service     ID = "service"     // the smart card service runs
	Reader      ID = "reader"      // there is a reader that can read a CIE
	Card        ID = "card"        // a CIE lies there, and its PIN is not blocked
	Connection  ID = "connection"  // the browser reached the stand-in server
	TLS         ID = "tls"         // over TLS 1.2
	Certificate ID = "certificate" // it showed the certificate of a CIE
	Signature   ID = "signature"   // and the card signed
)

// IDs lists them.
func IDs() []ID { return append(before(), during()...) }

func before() []ID { return []ID{Program, Version, Browser, Module, Service, Reader, Card} }
func during() []ID { return []ID{Connection, TLS, Certificate, Signature} }

// Result is how a check came out.
type Result string

// The results.
const (
	OK      Result = "ok"
	Problem Result = "problem"
	Unknown Result = "unknown" // it could not be found out; the login tells
	Waiting Result = "waiting" // not looked at yet
)

// Check is one of them: what was found, and what to do about it.
type Check struct {
	ID     ID
	Result Result
	// Found says what was found, Do what to do; Do is empty where there is
	// nothing to be done.
	Found, Do messages.Phrase
}

// waiting is a check that nobody made yet.
func waiting(id ID) Check {
	return Check{ID: id, Result: Waiting, Found: messages.Phrase{Key: "trylogin.found.waiting"}}
}

// ok is a check that came out well in one of the ways it can.
func ok(id ID, way string, v messages.Values) Check {
	return Check{ID: id, Result: OK, Found: found(id, way, v)}
}

// problem is a check that found something to be mended.
func problem(id ID, way string, v messages.Values) Check {
	return Check{ID: id, Result: Problem, Found: found(id, way, v), Do: do(id, way, v)}
}

// unknown is a check that could not be made.
func unknown(id ID, way string, v messages.Values) Check {
	return Check{ID: id, Result: Unknown, Found: found(id, way, v), Do: do(id, way, v)}
}

func found(id ID, way string, v messages.Values) messages.Phrase {
	return messages.Phrase{Key: "trylogin.found." + string(id) + "." + way, Values: v}
}

func do(id ID, way string, v messages.Values) messages.Phrase {
	return messages.Phrase{Key: "trylogin.do." + string(id) + "." + way, Values: v}
}
