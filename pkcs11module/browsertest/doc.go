// Package browsertest logs in with real browsers: Firefox and Chromium under
// Xvfb, with the built module in a fresh profile, a private pcscd, a virtual CIE
// on its reader, and the stand-in for a level-3 server of app/browserdemo. What
// counts is what the person sees (pages, prompts), what the server saw, and what
// reached the card (VERIFY, APDUs).
//
// The tests run where CIENTRO_TEST_MODULE is 1, and all of them where
// CIENTRO_TEST_ALL is set too. A missing browser or tool is then a failure and
// no reason to skip. They leave pictures of each scenario in build/test/screens.
//
// It refuses to touch the system: policies for browsers are laid over /etc in a
// mount namespace of the browser's own.
package browsertest
