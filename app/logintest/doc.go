// Package logintest answers "is this computer ready for Entra con CIE?": named
// checks of what is there, and then a login, in a real browser with the person's
// own card, to a stand-in server of this program on this computer.
//
// What it looks at it only reads: files beside the program, which browser is the
// default one and whether that lists the module. The login is done by the person:
// she presses the buttons of the browser and types her PIN there. It can be done
// in the default browser, which warns once about a server that nobody vouches
// for, or in a browser with a profile that is thrown away afterwards.
//
// It refuses to type or see a PIN, to change a browser or a profile, to limit the
// time that a person takes, and to call ready what was not seen to work.
//
// The handshake is that of TLS 1.2 (RFC 5246 section 7.4.6 to 7.4.8): a
// certificate that was shown, and a signature that proves its key, are two checks.
//
// Down: app, app/browserdemo, app/desk, app/messages. Up: ui/trylogin,
// app/cientro-desktop.
package logintest
