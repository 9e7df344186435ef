package iso7816

import (
	"errors"
	"fmt"
	"math"

	"cientro/card/tlv"
)

// maxFile is what READ BINARY with a 15-bit offset can address.
const maxFile = maxReadOffset + 1

// maxReads bounds the commands for one file: four times what the largest file
// needs in pieces of 128.
const maxReads = 1024

// What reading a file can end in besides a status word.
var (
	// ErrFileTooLarge: the file is, or says it is, larger than the limit.
	ErrFileTooLarge = errors.New("file is larger than the limit")
	// ErrFileShort: the file ended before its own length was reached.
	ErrFileShort = errors.New("file is shorter than it says")
)

// ReadError says where reading a file stopped. It unwraps to the reason: a
// StatusWord, ErrFileTooLarge, ErrFileShort, ErrEndless, or the read's error.
type ReadError struct {
	Offset int // bytes read so far
	Err    error
}

// Error names the offset and the reason.
func (e *ReadError) Error() string { return fmt.Sprintf("at offset %d: %v", e.Offset, e.Err) }

// Unwrap gives the reason.
func (e *ReadError) Unwrap() error { return e.Err }

// ReadAll reads a file piece by piece. read sends one READ BINARY for the
// offset given and may answer with any number of bytes; how it addresses the
// file (short file id, selected EF), what Le it asks for and what it falls back
// to on 6700 are its own affair. 6Cxx is settled by [Send] and by the secure
// channel, below read.
//
// Cards disagree about the end of a file, so every form is taken: 6282 with or
// without data, 9000 with none, 6B00 when the offset is the size. want is asked
// after each piece, and once before the first with nothing, for the total
// length: [WholeObject] reads it from the file's own first object, [Exactly]
// knows it, 0 means not known yet. Once that many bytes are there, reading
// stops without one more APDU and the rest of the last piece, which is fill, is
// dropped. want may be nil.
//
// The file must not exceed limit bytes. Errors are [*ReadError]; a file that
// ends early is an error even though every status word was fine.
func ReadAll(read func(offset int) (ResponseAPDU, error), limit int, want func(sofar []byte) int) ([]byte, error) {
	if want == nil {
		want = func([]byte) int { return 0 }
	}
	limit = min(limit, maxFile)
	var file []byte
	stop := func(err error) ([]byte, error) { return nil, &ReadError{Offset: len(file), Err: err} }

	for round := 0; ; round++ {
		total := want(file)
		switch {
		case total > limit:
			return stop(ErrFileTooLarge)
		case total > 0 && len(file) >= total:
			return file[:total], nil
		case len(file) > limit:
			return stop(ErrFileTooLarge)
		case len(file) > maxReadOffset: // full to the last byte that has an offset
			return file, nil
		case round == maxReads:
			return stop(ErrEndless)
		}
		r, err := read(len(file))
		if err != nil {
			return stop(err)
		}
		switch r.SW {
		case SWSuccess, SWEndOfFile:
			file = append(file, r.Data...)
		case SWWrongOffset:
		default:
			return stop(r.SW)
		}
		if r.SW == SWSuccess && len(r.Data) > 0 {
			continue
		}
		return atEnd(file, limit, want)
	}
}

// atEnd judges what was read when the card said that there is no more.
func atEnd(file []byte, limit int, want func([]byte) int) ([]byte, error) {
	total := want(file)
	switch {
	case len(file) > limit || total > limit:
		return nil, &ReadError{Offset: len(file), Err: ErrFileTooLarge}
	case len(file) < total:
		return nil, &ReadError{Offset: len(file), Err: fmt.Errorf("%d of %d bytes: %w", len(file), total, ErrFileShort)}
	case total > 0:
		return file[:total], nil
	}
	return file, nil
}

// WholeObject is a want for [ReadAll]: the file is one BER-TLV or DER object,
// as long as its header says. A file that does not begin with one has no known
// length and is read to its end.
func WholeObject(sofar []byte) int {
	total, ok := tlv.TotalLength(sofar)
	if !ok {
		return 0
	}
	return int(min(total, math.MaxInt32))
}

// Exactly is a want for [ReadAll]: the file's content is n bytes.
func Exactly(n int) func([]byte) int { return func([]byte) int { return n } }
