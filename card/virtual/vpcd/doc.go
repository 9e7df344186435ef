// Package vpcd plugs a card made of software into a virtual PC/SC reader: the
// card's side of the vpcd protocol of vsmartcard. pcscd (or the Windows
// service) loads the vpcd driver, which listens on TCP; the card dials in, and
// from then on every PC/SC program on the machine meets it as if a hand had put
// it on a reader. Closing the connection takes it away again.
//
// The protocol, all of it: each message, both ways, is two bytes of length
// (big-endian) and that many bytes. From the reader, one byte is a control
// code: 00 power off, 01 power on, 02 reset, 04 ask for the ATR; only 04 is
// answered. Anything longer is a command APDU and is answered by its response.
//
// What it refuses to do: it never sends an empty message (the driver would wait
// for ever), it knows nothing of readers that listen on other transports, and
// it decides nothing about APDUs. Where the card gives no answer, the only
// thing a reader can see of that is a link that breaks: the connection is
// closed, and dialled anew once the card is there again.
package vpcd
