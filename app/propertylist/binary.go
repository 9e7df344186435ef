package propertylist

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"unicode/utf16"
)

// The binary form (CFBinaryPList.c): a title, the objects, a table of where each
// begins, and a trailer. Numbers are big-endian.
const (
	binaryTitle   = "bplist00"
	trailerLength = 32
)

// parseBinary reads the root dictionary of a property list in the binary form.
func parseBinary(raw []byte) (Value, error) {
	r, root, err := openBinary(raw)
	if err != nil {
		return Value{}, err
	}
	v, err := r.value(root, 0)
	if err == nil && v.Kind != Dict {
		err = malformed("%q at the root", v.Kind)
	}
	return v, err
}

type binaryReader struct {
	raw         []byte
	starts      []uint64 // of the objects
	end         uint64   // of the objects: the table follows
	refSize     uint64
	items, text int
}

// openBinary reads the trailer: five bytes of nothing, one for sorting, the sizes
// of an entry of the table and of a reference to an object, and eight bytes each
// for the number of objects, which of them is the root, and where the table is.
func openBinary(raw []byte) (*binaryReader, uint64, error) {
	if len(raw) < len(binaryTitle)+trailerLength {
		return nil, 0, malformed("too short")
	}
	trailer := raw[len(raw)-trailerLength:]
	entrySize, refSize := uint64(trailer[6]), uint64(trailer[7])
	count := binary.BigEndian.Uint64(trailer[8:])
	root := binary.BigEndian.Uint64(trailer[16:])
	table := binary.BigEndian.Uint64(trailer[24:])
	room := uint64(len(raw) - trailerLength)
	switch {
	case !slices.Contains([]uint64{1, 2, 4, 8}, entrySize), !slices.Contains([]uint64{1, 2, 4, 8}, refSize):
		return nil, 0, malformed("numbers of %d and %d bytes", entrySize, refSize)
	case count == 0, count > mostItems, root >= count, table < uint64(len(binaryTitle)), table > room, count*entrySize > room-table:
		return nil, 0, malformed("%d objects in %d bytes", count, len(raw))
	}
	r := &binaryReader{raw: raw, end: table, refSize: refSize, starts: make([]uint64, count)}
	for i := range r.starts {
		at := table + uint64(i)*entrySize
		r.starts[i] = bigEndian(raw[at : at+entrySize])
	}
	return r, root, nil
}

func bigEndian(raw []byte) (n uint64) {
	for _, b := range raw {
		n = n<<8 | uint64(b)
	}
	return n
}

// take returns a part of the objects.
func (r *binaryReader) take(start, length uint64) ([]byte, error) {
	if start > r.end || length > r.end-start {
		return nil, malformed("an object beyond the end")
	}
	return r.raw[start : start+length], nil
}

// marker reads the first byte of an object: its kind in the upper half; in the
// lower one how much follows, or 15 where an integer says so. start is then where
// what follows begins.
func (r *binaryReader) marker(object uint64) (kind byte, n, start uint64, err error) {
	if object >= uint64(len(r.starts)) || r.starts[object] < uint64(len(binaryTitle)) {
		return 0, 0, 0, malformed("no object %d", object)
	}
	start = r.starts[object]
	first, err := r.take(start, 1)
	if err != nil {
		return 0, 0, 0, err
	}
	kind, n, start = first[0]>>4, uint64(first[0]&15), start+1
	if n < 15 || kind == 0 || kind == 1 || kind == 2 || kind == 3 {
		return kind, n, start, nil
	}
	size, err := r.take(start, 1)
	if err != nil {
		return 0, 0, 0, err
	}
	if size[0]>>4 != 1 || size[0]&15 > 3 {
		return 0, 0, 0, malformed("a length that is no number")
	}
	length := uint64(1) << (size[0] & 15)
	digits, err := r.take(start+1, length)
	return kind, bigEndian(digits), start + 1 + length, err
}

func (r *binaryReader) value(object uint64, depth int) (Value, error) {
	r.items++
	if depth > deepest || r.items > mostItems {
		return Value{}, malformed("too deep or too long")
	}
	kind, n, start, err := r.marker(object)
	if err != nil {
		return Value{}, err
	}
	switch {
	case kind == 0 && n == 8:
		return Value{Kind: False}, nil
	case kind == 0 && n == 9:
		return Value{Kind: True}, nil
	case kind == 1:
		return r.integer(start, n)
	case kind == 2:
		return r.real(start, n)
	case kind == 3 && n == 3:
		return Value{Kind: Date}, r.skip(start, 8)
	case kind == 4:
		return Value{Kind: Data}, r.skip(start, n)
	case kind == 5, kind == 6:
		return r.string(kind, start, n)
	case kind == 10, kind == 12: // an array, a set
		return Value{Kind: Array}, r.skip(start, r.refs(n))
	case kind == 13:
		return r.dict(start, n, depth)
	}
	return Value{}, malformed("an object of kind %X%X", kind, n)
}

func (r *binaryReader) skip(start, length uint64) error {
	_, err := r.take(start, length)
	return err
}

// refs is the length of n references, and beyond all bounds where n is.
func (r *binaryReader) refs(n uint64) uint64 {
	if n > uint64(len(r.raw)) {
		return math.MaxUint64
	}
	return n * r.refSize
}

// integer reads one of 2^n bytes: up to four are without a sign, eight have one,
// sixteen hold what has no room in eight.
func (r *binaryReader) integer(start, n uint64) (Value, error) {
	if n > 4 {
		return Value{}, malformed("a number of 2^%d bytes", n)
	}
	raw, err := r.take(start, 1<<n)
	if err != nil {
		return Value{}, err
	}
	switch {
	case n == 3:
		return Value{Kind: Integer, Text: strconv.FormatInt(int64(bigEndian(raw)), 10)}, nil
	case n == 4 && bigEndian(raw[:8]) != 0:
		return Value{}, malformed("a number without bounds")
	}
	return Value{Kind: Integer, Text: strconv.FormatUint(bigEndian(raw), 10)}, nil
}

func (r *binaryReader) real(start, n uint64) (Value, error) {
	if n != 2 && n != 3 {
		return Value{}, malformed("a real of 2^%d bytes", n)
	}
	raw, err := r.take(start, 1<<n)
	if err != nil {
		return Value{}, err
	}
	if n == 2 {
		return Value{Kind: Real, Text: strconv.FormatFloat(float64(math.Float32frombits(uint32(bigEndian(raw)))), 'g', -1, 32)}, nil
	}
	return Value{Kind: Real, Text: strconv.FormatFloat(math.Float64frombits(bigEndian(raw)), 'g', -1, 64)}, nil
}

// string reads n characters of ASCII, or n units of UTF-16.
func (r *binaryReader) string(kind byte, start, n uint64) (Value, error) {
	if n > uint64(len(r.raw)) {
		return Value{}, malformed("a text beyond the end")
	}
	length := n
	if kind == 6 {
		length = 2 * n
	}
	raw, err := r.take(start, length)
	if err != nil {
		return Value{}, err
	}
	// Many references to one text would make much of little.
	if r.text += len(raw); r.text > mostText {
		return Value{}, malformed("too much text")
	}
	if kind == 6 {
		units := make([]uint16, n)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(raw[2*i:])
		}
		return Value{Kind: String, Text: string(utf16.Decode(units))}, nil
	}
	if slices.ContainsFunc(raw, func(b byte) bool { return b > 127 }) {
		return Value{}, malformed("a text that is no ASCII")
	}
	return Value{Kind: String, Text: string(raw)}, nil
}

// dict reads n references to names, then n to values.
func (r *binaryReader) dict(start, n uint64, depth int) (Value, error) {
	refs, err := r.take(start, r.refs(min(n, uint64(len(r.raw)))))
	if err != nil {
		return Value{}, err
	}
	values, err := r.take(start+uint64(len(refs)), r.refs(n))
	if err != nil {
		return Value{}, err
	}
	dict := Value{Kind: Dict}
	known := map[string]bool{}
	for at := uint64(0); at < uint64(len(refs)); at += r.refSize {
		key, err := r.value(bigEndian(refs[at:at+r.refSize]), depth+1)
		if err != nil {
			return Value{}, err
		}
		if key.Kind != String || known[key.Text] {
			return Value{}, malformed("a name that is no text or stands twice")
		}
		known[key.Text] = true
		member, err := r.value(bigEndian(values[at:at+r.refSize]), depth+1)
		if err != nil {
			return Value{}, err
		}
		member.Key = key.Text
		dict.Members = append(dict.Members, member)
	}
	return dict, nil
}
