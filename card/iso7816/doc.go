// Package iso7816 speaks the command language of smart cards: command and
// response APDUs, status words, command chaining and GET RESPONSE
// (ISO 7816-3:2006 section 12, ISO 7816-4:2013 sections 5 and 11).
//
// The seam to everything that carries bytes is [Transmitter], one method. A
// reader, the card in software, a script in a test and the [Trace] decorator
// all have it.
//
// What it refuses to do: it never repeats a command that could spend a try of
// a PIN or PUK, it never shows the body of a command or an answer in text of
// any kind, and it never believes a card that talks without end.
//
// One floor up: card/securemessaging and card/ias. Nothing below but the
// standard library.
package iso7816
