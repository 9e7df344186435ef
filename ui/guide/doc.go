// Package guide is the page that explains the card without a network: topics in
// groups, a search, drawings, official addresses as buttons and as QR codes, and
// the field that checks a password for the booking portal.
//
// It refuses to go anywhere by itself: an address is opened only by a press, and
// what is typed into the field stays in memory that is wiped when the topic or
// the page is left.
//
// The presenter decides what is listed and read; what there is to say is in
// app/guide. Down: app/guide, app/links, ui/page, ui/qr, ui/theme, ui/widgets.
package guide
