// Package browserdemo shows the main job in a browser, on one computer and
// without a network: a small server that wants a client certificate, as the
// level-3 servers of "Entra con CIE" do, and a browser with the PKCS#11 module in
// a profile that is thrown away.
//
// The server speaks TLS 1.2 only (RFC 5246 section 7.4.4 asks for the
// certificate), because a CIE pads its signatures as PKCS#1 v1.5 and TLS 1.3
// wants PSS (RFC 8446 section 4.2.3); it can be told to speak TLS 1.3 only, to
// show how that fails. It accepts certificates under the "TEST" authority of the
// specimen it was given and nothing else, or, to try a computer with one's own
// card, those of any CIE; it listens on the loopback interface only, and shows
// names by their initials.
//
// It refuses to touch a browser profile or a certificate store of the user: all
// it makes lies in one folder, and goes with it.
//
// Down: card/holder, app/messages. Up: app/cientro.
package browserdemo
