// Package uitest is the stand on which windows are tested without a screen: a
// window that notes what its page asks for, the sentences in each language and
// the forms in which people see a page, what comes from other goroutines when the
// test wants it, pictures of a window in build/test/screens, a search for text
// that does not fit its place, and keys that go where a real window would send
// them. What a page is about (a computer, a desk, a card) is its own test's.
//
// It refuses to compare pictures: how letters are drawn changes with every
// version, and nobody reviews a picture's difference. Pictures are for eyes,
// tests ask what is there.
//
// Build with -tags ci: Fyne then brings no window system, and no cgo.
package uitest
