// Package screentest tries the built desktop program as people have it: on a
// screen of its own (Xvfb, a window manager), with keys and pointer, and with a
// virtual CIE that lies on a reader of a private pcscd. The card is in the test's
// process, so what reached it is counted where the program cannot reach.
//
// What is on the screen is read by a third party (tesseract), which knows nothing
// of how it was drawn, and compared with the catalogues. Questions of safety are
// never answered by what is read: for those there are the card's counters and
// journal, the program's memory (/proc/PID/mem) and its system calls (strace).
//
// The tests run where CIENTRO_TEST_MODULE is 1, after `make build`, and all of
// them where CIENTRO_TEST_ALL is set too. A missing tool is then a failure and no
// reason to skip. Pictures are left in build/test/screens as real-*.png; `make
// screenshots` writes those of docs/screenshots anew.
//
// It refuses to measure time where a slow machine would turn a test red: that is
// what the benchmarks are for (make bench).
//
// Down: pkcs11module/builttest, card/virtual, app/messages, app/settings.
package screentest
