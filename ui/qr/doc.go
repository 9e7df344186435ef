// Package qr draws a QR code (ISO/IEC 18004) that phones read from the screen:
// black on white in every look, with the quiet zone the standard wants, and with
// modules of whole pixels, so that nothing is blurred.
//
// It refuses to shrink: a code that phones cannot read helps nobody. It knows
// nothing of what it shows; ui/guide gives it official addresses.
//
// Down: go-qrcode, which makes the modules.
package qr
