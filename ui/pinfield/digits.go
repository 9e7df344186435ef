package pinfield

// Length is how many digits a PIN or a PUK has, and Half how many come in one
// letter.
const (
	Length = 8
	Half   = Length / 2
)

// digits are the boxes and the box at which the next digit goes. A digit stays
// in the box it was put in: as nobody sees which digit is where, moving them
// would make mistakes that cost a try.
type digits struct {
	boxes []byte // Length bytes: '0' to '9', or 0 where a box is empty
	caret int    // 0 to Length; Length is behind the last box, where nothing goes
}

// put fills the box at the caret and goes to the next. It returns false for
// what is no digit, and behind the last box.
func (d *digits) put(r rune) bool {
	if r < '0' || r > '9' || d.caret >= Length {
		return false
	}
	d.boxes[d.caret] = byte(r)
	d.caret++
	return true
}

// back empties the box at the caret or, where that is empty already, the one
// before. It returns whether a box was emptied.
func (d *digits) back() bool {
	if d.delete() {
		return true
	}
	if d.caret == 0 {
		return false
	}
	d.caret--
	return d.delete()
}

// delete empties the box at the caret. It returns whether there was a digit.
func (d *digits) delete() bool {
	if !d.filled(d.caret) {
		return false
	}
	d.boxes[d.caret] = 0
	return true
}

// end is the box behind the last digit: as far as the caret goes.
func (d *digits) end() int {
	for i := Length; i > 0; i-- {
		if d.filled(i - 1) {
			return i
		}
	}
	return 0
}

// firstEmpty is the first empty box; Length where there is none.
func (d *digits) firstEmpty() int {
	for i := range Length {
		if !d.filled(i) {
			return i
		}
	}
	return Length
}

// moveTo brings the caret to a box, no further than the end.
func (d *digits) moveTo(box int) { d.caret = min(max(box, 0), d.end()) }

// point is a click on a box: a digit can be replaced, and an empty box means
// where to go on.
func (d *digits) point(box int) {
	if d.filled(box) {
		d.caret = box
	} else {
		d.caret = d.firstEmpty()
	}
}

func (d *digits) filled(box int) bool { return box >= 0 && box < Length && d.boxes[box] != 0 }

func (d *digits) count() int {
	n := 0
	for i := range Length {
		if d.filled(i) {
			n++
		}
	}
	return n
}

// gap is the first empty box that has a digit behind it, as people count; 0 where
// there is none.
func (d *digits) gap() int {
	if first := d.firstEmpty(); first < d.end() {
		return first + 1
	}
	return 0
}

// take moves the digits out, where all are there, into memory of the caller's.
func (d *digits) take() []byte {
	if d.count() < Length {
		return nil
	}
	out := make([]byte, Length)
	copy(out, d.boxes)
	d.wipe()
	return out
}

func (d *digits) wipe() {
	clear(d.boxes)
	d.caret = 0
}
