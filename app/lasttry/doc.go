// Package lasttry is how the PKCS#11 agent asks the person at the screen whether
// the last PIN try of a card may be used: it starts `cientro-desktop ask`, sends
// one [Request] and gets one [Answer], each a line of JSON, over a channel that
// only the two of them have (file descriptor 3, one end of a socket pair; where
// a system cannot hand that down, standard input and output).
//
// Silence is no: no program, no screen, a person far away, a crash, a late or an
// odd answer are all [Deny]. The package decides nothing else; whether to ask,
// and what the answer is bound to, is the business of who calls.
//
// It refuses to look for the program in PATH or in the environment, and to carry
// a PIN: none is in a request, and none comes back.
package lasttry
