package card

import "cientro/card/lockedmemory"

// locked copies the PIN into memory that is not written to the swap file. The
// copy lives on when pin is wiped, until its own unlock.
func (p PIN) locked() PIN {
	page := lockedmemory.New(codeLength)
	copy(page.Bytes(), p.digits())
	digits := (*[codeLength]byte)(page.Bytes())
	return PIN{code{open: func() *[codeLength]byte { return digits }, release: page.Free}}
}

// unlock wipes the PIN and gives its memory back. The PIN must not be used
// afterwards.
func (p PIN) unlock() {
	p.Wipe()
	if p.release != nil {
		p.release()
	}
}
