package rpc

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
)

func unhex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

func TestByteArrays(t *testing.T) {
	tests := []struct {
		name, signature, body string
		want                  []byte
		bad                   bool
	}{
		{name: "bytes", signature: "ay", body: "01 00000002 abcd", want: []byte{0xab, 0xcd}},
		{name: "empty", signature: "ay", body: "01 00000000", want: []byte{}},
		{name: "NULL as from 0.25.0", signature: "ay", body: "01 ffffffff"},
		{name: "NULL as in 0.24.1", signature: "ay", body: "00 00000000"},
		{name: "NULL with a length", signature: "ay", body: "00 00000001", bad: true},
		{name: "flag neither 0 nor 1", signature: "ay", body: "02 00000000", bad: true},
		{name: "longer than the body", signature: "ay", body: "01 00000003 abcd", bad: true},
		{name: "longest length", signature: "ay", body: "01 fffffffe abcd", bad: true},
		{name: "no length", signature: "ay", body: "01 0000", bad: true},
		{name: "nothing", signature: "ay", body: "", bad: true},
		{name: "rest behind it", signature: "ay", body: "01 00000001 ab cd", bad: true},
		{name: "label of 32", signature: "s", body: "00000020" + strings.Repeat("20", 32), want: []byte(strings.Repeat(" ", 32))},
		{name: "label of 31", signature: "s", body: "0000001f" + strings.Repeat("20", 31), bad: true},
		{name: "label of 33", signature: "s", body: "00000021" + strings.Repeat("20", 33), bad: true},
		{name: "old label, any length", signature: "z", body: "00000003 616263", want: []byte("abc")},
		{name: "old label, NULL", signature: "z", body: "ffffffff"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, ok := parse(test.signature, unhex(t, test.body), 0)
			require.Equal(t, !test.bad, ok)
			if ok {
				assert.Equal(t, test.want, in[0].bytes)
			}
		})
	}
}

func TestRoomsForResults(t *testing.T) {
	for body, want := range map[string]int{
		"00000000": 0, "ffffffff": 0, "00000100": 256, "00010000": maxRoom, "00010001": maxRoom, "fffffffe": maxRoom,
	} {
		in, ok := parse("fy", unhex(t, body), 2)
		require.True(t, ok)
		assert.Equal(t, want, in.room(0), body)
	}
	in, ok := parse("fu", unhex(t, "ffffffff"), 2)
	require.True(t, ok)
	assert.Equal(t, maxRoom, in.room(0), "for numbers that is no special value")
}

// The examples of all clients' habits, from traffic.
func TestMechanism(t *testing.T) {
	const session, key = "0000000000000001 ", " 0000000000000005"
	pss := unhex(t, "0000000000000250 0000000000000002 0000000000000020")
	tests := []struct {
		name    string
		offered byte
		wire    string
		want    *ck.Mechanism
		bad     bool
	}{
		{name: "old, without parameter", offered: 1, wire: "00000040 ffffffff", want: &ck.Mechanism{Type: 0x40}},
		{name: "new, without parameter", offered: 2, wire: "00000040", want: &ck.Mechanism{Type: 0x40}},
		{name: "new form after falling back to 0", offered: 0, wire: "00000040", want: &ck.Mechanism{Type: 0x40}},
		{name: "old form from a new client", offered: 2, wire: "00000040 ffffffff", want: &ck.Mechanism{Type: 0x40}},
		{name: "old, PSS", offered: 0, wire: "0000000d" + hex.EncodeToString(pss), want: &ck.Mechanism{Type: 0xd, Parameter: pss}},
		{name: "new, PSS", offered: 2, wire: "0000000d 01" + hex.EncodeToString(pss), want: &ck.Mechanism{Type: 0xd, Parameter: pss}},
		{name: "new, PSS with NULL", offered: 2, wire: "0000000d 00", want: &ck.Mechanism{Type: 0xd}},
		{name: "old, unknown with a parameter", offered: 1, wire: "80000001 00000002 abcd",
			want: &ck.Mechanism{Type: 0x80000001, Parameter: unhex(t, "00000002abcd")}},
		{name: "old, a parameter that looks new", offered: 1, wire: "80000001 01abcd", want: &ck.Mechanism{Type: 0x80000001, Parameter: unhex(t, "01abcd")}},
		{name: "NULL from 0.25.3 and from 0.25.6", offered: 1, wire: "ffffffff"},
		{name: "NULL from 0.25.6", offered: 2, wire: "ffffffff"},
		{name: "NULL up to 0.25.2", offered: 1, wire: "00000000"},
		{name: "type 0 from a new client", offered: 2, wire: "00000000", want: &ck.Mechanism{}},
		{name: "half a type", offered: 2, wire: "0000", bad: true},
		{name: "none at all", offered: 2, wire: "", bad: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, ok := parse("uMu", unhex(t, session+test.wire+key), test.offered)
			require.Equal(t, !test.bad, ok)
			if ok {
				assert.Equal(t, test.want, in[1].mechanism)
				assert.Equal(t, ck.ObjectHandle(5), in.object(2))
			}
		})
	}
}

// Where the rest of a call cannot be delimited, the session is read all the same.
func TestMechanismWithTail(t *testing.T) {
	for _, signature := range []string{"uMaA", "uMaAaA", "uMuayaA", "uMuaA"} {
		in, ok := parse(signature, unhex(t, "0000000000000007 00000040 abcdef"), 2)
		require.True(t, ok, signature)
		assert.Equal(t, ck.SessionHandle(7), in.session())
	}
	in, ok := parse("uMuufy", unhex(t, "0000000000000007 00000001 0000000000000002 0000000000000003 00000010"), 2)
	require.True(t, ok)
	assert.Equal(t, &ck.Mechanism{Type: 1}, in[1].mechanism)
	in, ok = parse("uM", unhex(t, "0000000000000007 00000250"), 2)
	require.True(t, ok)
	assert.Equal(t, &ck.Mechanism{Type: 0x250}, in[1].mechanism)
}

// The types that do not travel as plain bytes, as p11-kit 0.26.4 has them.
func TestForms(t *testing.T) {
	want := map[form]string{
		formByte:       "1 2 86 103 104 105 106 107 108 109 10a 10b 10c 162 163 164 165 170 171 200 202 210 301 302 405",
		formULong:      "0 80 87 88 100 121 133 134 160 161 166 201 300 400 401 402 403 404 406 500",
		formDate:       "110 111",
		formTemplate:   "40000211 40000212 40000213",
		formMechanisms: "40000600",
	}
	forms := map[uint32]form{}
	for f, types := range want {
		for _, word := range strings.Fields(types) {
			kind, err := strconv.ParseUint(word, 16, 32)
			require.NoError(t, err)
			forms[uint32(kind)] = f
		}
	}
	for kind := range uint32(0x700) {
		assert.Equal(t, forms[kind], formOf(kind, 1), "%x", kind)
		assert.Equal(t, forms[kind|0x40000000], formOf(kind|0x40000000, 1), "%x", kind)
	}
	for kind, f := range forms {
		assert.Equal(t, f, formOf(kind, 1), "%x", kind)
	}
	assert.Equal(t, formBytes, formOf(0x40000213, 0), "0.24.1 did not know that one")
	assert.Equal(t, formBytes, formOf(0x80000001, 2))
}

func TestAttributes(t *testing.T) {
	tests := []struct {
		name, wire string
		offered    byte
		want       ck.Attribute
		bad        bool
	}{
		{name: "ulong", wire: "00000000 01 00000008 0000000000000102", want: ck.Attribute{Type: 0, Value: []byte{2, 1, 0, 0, 0, 0, 0, 0}}},
		{name: "ulong of 4 bytes, as Windows has it", wire: "00000000 01 00000004 0000000000000001", want: ck.Attribute{Type: 0, Value: []byte{1, 0, 0, 0, 0, 0, 0, 0}}},
		{name: "ulong of a wrong length equals nothing", wire: "00000000 01 00000002 0000000000000001", want: ck.Attribute{Type: 0, Value: []byte{1, 0}}},
		{name: "ulong, NULL", wire: "00000000 01 00000000 0000000000000000", want: ck.Attribute{Type: 0}},
		{name: "ulong too long", wire: "00000000 01 00000009 0000000000000001", bad: true},
		{name: "ulong cut", wire: "00000000 01 00000008 00000000000001", bad: true},
		{name: "byte", wire: "00000001 01 00000001 01", want: ck.Attribute{Type: 1, Value: []byte{1}}},
		{name: "byte, NULL", wire: "00000001 01 00000000 00", want: ck.Attribute{Type: 1, Value: []byte{}}},
		{name: "byte too long", wire: "00000001 01 00000002 01", bad: true},
		{name: "byte cut", wire: "00000001 01 00000001", bad: true},
		{name: "bytes", wire: "00000003 01 00000003 00000003 616263", want: ck.Attribute{Type: 3, Value: []byte("abc")}},
		{name: "bytes, NULL", wire: "00000003 01 00000000 ffffffff", want: ck.Attribute{Type: 3}},
		{name: "bytes, empty", wire: "00000003 01 00000000 00000000", want: ck.Attribute{Type: 3, Value: []byte{}}},
		{name: "bytes, length counts itself (go-p11-kit)", wire: "00000003 01 00000007 00000003 616263", want: ck.Attribute{Type: 3, Value: []byte("abc")}},
		{name: "boolean not in the list", wire: "00000172 01 00000001 00000001 01", want: ck.Attribute{Type: 0x172, Value: []byte{1}}},
		{name: "date", wire: "00000110 01 00000008 00000008 3230323630313331", want: ck.Attribute{Type: 0x110, Value: []byte("20260131")}},
		{name: "date, empty", wire: "00000111 01 00000000 ffffffff", want: ck.Attribute{Type: 0x111}},
		{name: "date, odd", wire: "00000111 01 00000007 00000007 32303236303133", bad: true},
		{name: "without value", wire: "00000123 00", want: ck.Attribute{Type: 0x123}},
		{name: "validity neither 0 nor 1", wire: "00000123 02", bad: true},
		{name: "mechanisms", wire: "40000600 01 00000010 00000002 0000000000000001 0000000000000040",
			want: ck.Attribute{Type: 0x40000600, Value: []byte{1, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0}}},
		{name: "mechanisms, none", wire: "40000600 01 00000000 00000000", want: ck.Attribute{Type: 0x40000600, Value: []byte{}}},
		{name: "mechanisms missing", wire: "40000600 01 00000010 00000002 0000000000000001", bad: true},
		{name: "mechanisms beyond counting", wire: "40000600 01 00000010 ffffffff 0000000000000001", bad: true},
		{name: "template", wire: "40000211 01 00000030 00000002 00000000 01 00000008 0000000000000004 00000003 01 00000001 00000001 61",
			want: ck.Attribute{Type: 0x40000211}},
		{name: "template cut", wire: "40000211 01 00000030 00000002 00000000 01 00000008 0000000000000004", bad: true},
		{name: "template for deriving, bytes to 0.24.1", wire: "40000213 01 00000001 00000001 61", want: ck.Attribute{Type: 0x40000213, Value: []byte("a")}},
		{name: "template for deriving", offered: 2, wire: "40000213 01 00000000 00000000", want: ck.Attribute{Type: 0x40000213}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, ok := parse("aA", unhex(t, "00000001"+test.wire), test.offered)
			require.Equal(t, !test.bad, ok)
			if ok {
				assert.Equal(t, []ck.Attribute{test.want}, in[0].attributes)
			}
		})
	}
}

// nest puts n templates into one another.
func nest(n int) []byte {
	body := make([]byte, 4)
	for range n {
		inner := body
		body = binary.BigEndian.AppendUint32(nil, 1)
		body = append(body, 0x40, 0, 2, 0x11, 1, 0, 0, 0, 24)
		body = append(body, inner...)
	}
	return body
}

func TestArraysAreBounded(t *testing.T) {
	_, ok := parse("aA", nest(maxDepth-1), 2)
	assert.True(t, ok)
	_, ok = parse("aA", nest(maxDepth), 2)
	assert.False(t, ok)

	few := append(binary.BigEndian.AppendUint32(nil, maxAttributes), make([]byte, 5*maxAttributes)...)
	_, ok = parse("aA", few, 2)
	assert.True(t, ok)
	many := append(binary.BigEndian.AppendUint32(nil, maxAttributes+1), make([]byte, 5*(maxAttributes+1))...)
	_, ok = parse("aA", many, 2)
	assert.False(t, ok)

	allocated := testing.AllocsPerRun(10, func() { parse("aA", []byte{0xFF, 0xFF, 0xFF, 0xFF}, 2) })
	assert.Less(t, allocated, 10.0)
}

func TestRooms(t *testing.T) {
	wrap := room{ck.AttributeType(0x40000211), 0x30}
	length := room{ck.AttributeType(0x40000211), 0}
	label := room{ck.AttributeLabel, 0x20}
	tests := []struct {
		name, wire string
		offered    byte
		want       []room
		bad        bool
	}{
		{name: "plain", offered: 2, wire: "00000002 00000003 00000020 00000003 00000020", want: []room{label, label}},
		{name: "none", offered: 2, wire: "00000000", want: []room{}},
		{name: "template with room, from 0.25.6", offered: 2, want: []room{wrap, label},
			wire: "00000002 40000211 00000030 00000002 00000000 00000008 00000003 00000020 00000003 00000020"},
		{name: "template with room, up to 0.25.3", offered: 0, want: []room{wrap, label}, wire: "00000002 40000211 00000030 00000003 00000020"},
		{name: "template's length, from 0.25.6", offered: 2, want: []room{length}, wire: "00000001 40000211 00000000"},
		{name: "template's length, then one with room, from 0.25.6", offered: 2, want: []room{length, wrap},
			wire: "00000002 40000211 00000000 40000211 00000030 00000002 00000000 00000008 00000003 00000020"},
		{name: "template's length, 0.25.5", offered: 1, want: []room{length}, wire: "00000001 40000211 00000000 00000000"},
		{name: "template's length, 0.25.3", offered: 1, want: []room{length, label}, wire: "00000002 40000211 00000000 00000003 00000020"},
		{name: "cut", offered: 2, wire: "00000002 00000003 00000020 00000003", bad: true},
		{name: "too many", offered: 2, wire: "00000101 " + strings.Repeat("0000000300000020", 257), bad: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, ok := parse("fA", unhex(t, test.wire), test.offered)
			require.Equal(t, !test.bad, ok)
			if ok {
				assert.Equal(t, test.want, in[0].rooms)
			}
		})
	}
}

// FuzzAttributes looks for templates that make the decoder panic, or give more
// than came in.
func FuzzAttributes(f *testing.F) {
	f.Add(unhex(f, "00000003 00000000 01 00000008 0000000000000001 00000001 01 00000001 01 00000102 01 00000002 00000002 0102"), byte(2))
	f.Add(unhex(f, "00000001 40000600 01 00000010 00000002 0000000000000001 0000000000000040"), byte(1))
	f.Add(unhex(f, "00000002 40000211 00000030 00000002 00000000 00000008 00000003 00000020 00000003 00000020"), byte(2))
	f.Add(nest(maxDepth), byte(0))
	f.Fuzz(func(t *testing.T, body []byte, offered byte) {
		if in, ok := parse("aA", body, offered); ok {
			total := 0
			for _, attribute := range in[0].attributes {
				total += 5 + len(attribute.Value)
			}
			if total > len(body) || len(in[0].attributes) > maxAttributes {
				t.Fatalf("%d bytes became %d", len(body), total)
			}
		}
		if in, ok := parse("uufA", body, offered); ok && len(in[2].rooms) > maxAttributes {
			t.Fatal(len(in[2].rooms))
		}
		if in, ok := parse("uMu", body, offered); ok && len(in) != 3 {
			t.Fatal(len(in))
		}
	})
}
