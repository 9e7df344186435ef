package tlv_test

import (
	"bytes"
	"testing"

	"cientro/card/cardtest"
	"cientro/card/tlv"
)

// FuzzParse holds: no panic, objects tile the input exactly, whatever parses
// parses again from its raw form, and the bounds end every descent.
func FuzzParse(f *testing.F) {
	flow := cardtest.LoadFlow(f, cardtest.FlowSingleDH)
	for _, e := range flow.Exchanges {
		if n := len(e.Response); n > 2 {
			f.Add([]byte(e.Response[:n-2]))
		}
	}
	f.Add(cardtest.Bytes(f, dhAnswer))
	f.Add([]byte{0x30, 0x80, 0, 0})
	f.Add([]byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF})
	f.Add(bytes.Repeat([]byte{0x30, 0x7E}, 64))
	f.Fuzz(func(t *testing.T, b []byte) {
		objects, err := tlv.Parse(b)
		if err != nil {
			if objects != nil {
				t.Fatal("objects beside an error")
			}
		} else {
			var joined []byte
			for _, o := range objects {
				joined = append(joined, o.Raw...)
				descend(t, o, 0)
			}
			if !bytes.Equal(joined, b) {
				t.Fatalf("objects %x do not tile the input %x", joined, b)
			}
		}
		o, rest, err := tlv.ParseFirst(b)
		if err != nil {
			return
		}
		if !bytes.Equal(append(bytes.Clone(o.Raw), rest...), b) {
			t.Fatal("first object and rest are not the input")
		}
		if total, ok := tlv.TotalLength(b); !ok || total != int64(len(o.Raw)) {
			t.Fatalf("TotalLength %d %v for %d bytes", total, ok, len(o.Raw))
		}
		again, _, err := tlv.ParseFirst(tlv.Encode(o.Tag, o.Value))
		if err != nil || again.Tag != o.Tag || !bytes.Equal(again.Value, o.Value) {
			t.Fatalf("%s does not come back: %v", o.Tag, err)
		}
		if found, err := tlv.Find(o.Raw, o.Tag); err != nil || !bytes.Equal(found.Raw, o.Raw) {
			t.Fatalf("%s is not found: %v", o.Tag, err)
		}
	})
}

func descend(t *testing.T, o tlv.Object, depth int) {
	if depth > 64 {
		t.Fatal("no bound on depth")
	}
	children, err := o.Children()
	if err != nil {
		return
	}
	for _, c := range children {
		descend(t, c, depth+1)
	}
}

func BenchmarkFind(b *testing.B) {
	flow := cardtest.LoadFlow(b, cardtest.FlowSingleDH)
	var answer []byte
	for _, e := range flow.Exchanges[2:5] { // GET DATA and its GET RESPONSEs
		answer = append(answer, e.Response[:len(e.Response)-2]...)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tlv.Find(answer, 0x70, 0xBFA101, 0xA3, 0x98); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseFirst(b *testing.B) {
	in := tlv.Encode(0x30, make([]byte, 300))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := tlv.ParseFirst(in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	value := make([]byte, 256)
	b.ReportAllocs()
	for b.Loop() {
		tlv.Encode(0x7F49, value)
	}
}
