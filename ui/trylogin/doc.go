// Package trylogin is the page on which a person tries the login: named checks of
// what is there, two ways to try it in a real browser, what to press there, and a
// verdict in words.
//
// The presenter decides what is said; the page shows it, and follows the test
// while it is in sight. A test goes on while the page is not: the person is in
// her browser then.
//
// It refuses to see a PIN: that is typed into the browser.
//
// Down: app/logintest, app/messages, ui/page, ui/widgets. Up:
// app/cientro-desktop.
package trylogin
