// Package pinfield is where PIN and PUK are typed: eight boxes in two halves that
// behave as one field, and keys on the screen for whoever wants them.
//
// What stands in a box never stands in a Go string. The digits are in eight bytes
// of locked memory outside Go's heap that never grow and never move; they are
// wiped when they are taken, when the field is cleared or hidden, and after two
// minutes in which nothing was done. A box shows a disc. Whoever asks to see the
// digits sees them one sign a box, each a piece of one constant text, so that no
// text with two of them is ever put together.
//
// What this package cannot keep away is named here, so that nobody believes
// otherwise. The system and the window library hand over one key at a time, and
// keep what they keep: a key's event is a small object without the digit's
// neighbours, which Go collects later. What comes from the clipboard has been a
// string there, and is one here until Go collects it: hence the notice before,
// and the emptied clipboard after. Digits that are shown are pictures in the
// graphics card as long as they are shown.
//
// It refuses: letters, selecting, dragging, copying, cutting, undoing, a menu of
// its own, and to judge whether a code is a good one. No digit ever moves to
// another box, because nobody sees which one it is.
//
// Down: app/messages, app/secretmemory, ui/theme, ui/widgets. Up: ui/operations.
package pinfield
