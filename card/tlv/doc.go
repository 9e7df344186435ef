// Package tlv reads and writes BER-TLV data objects (ISO 7816-4:2005 section 5.2.2,
// ITU-T X.690 section 8.1) as cards send them.
//
// It reads bytes that a stranger may have written, so it is bounded: definite
// lengths only, at most four length bytes, at most four tag bytes, a limited
// number of siblings and a limited depth. Nothing is copied: the slices of an
// [Object] point into the input.
//
// It refuses to guess. Padding between objects (00 or FF) is an error in
// [Parse]; a file that is longer than its content is read with [ParseFirst],
// which hands back the rest. Objects are found by tag, never by position,
// because the order differs between cards.
//
// One floor up: card/securemessaging and card/ias. Nothing below but the
// standard library.
package tlv
