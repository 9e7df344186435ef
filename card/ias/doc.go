// Package ias speaks the IAS ECC application of the CIE: selection, files,
// key agreement, device authentication, PIN and PUK commands, the holder's and
// the services' key.
//
// Each function is one step of the protocol over a Sender; none decides when a
// step may be taken. That is the business of package card, which alone knows
// the rules that protect a card. Nothing here repeats a PIN or PUK command,
// reads an ATR or knows a reader.
//
// Sources: IAS ECC (European citizen card, CEN/TS 15480), ISO/IEC 7816-4 and
// 7816-8, and the commands that published CIE clients send.
package ias
