package atr_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"cientro/card/atr"
)

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		what, raw  string
		err        error
		historical string
		protocols  []byte
		tck        atr.TCK
	}{
		{"empty", "", atr.ErrEmpty, "", nil, atr.TCKAbsent},
		{"TS alone", "3B", atr.ErrTruncated, "", nil, atr.TCKAbsent},
		{"smallest", "3B00", nil, "", nil, atr.TCKAbsent},
		{"inverse", "3F0142", nil, "42", nil, atr.TCKAbsent},
		{"undecoded inverse", "0300", atr.ErrConvention, "", nil, atr.TCKAbsent},
		{"34 bytes", "3B" + string(bytes.Repeat([]byte("00"), 33)), atr.ErrTooLong, "", nil, atr.TCKAbsent},
		{"TA1 missing", "3B10", atr.ErrTruncated, "", nil, atr.TCKAbsent},
		{"TD1 missing", "3B80", atr.ErrTruncated, "", nil, atr.TCKAbsent},
		{"endless TD", "3B8080808080", atr.ErrTruncated, "", []byte{0, 0, 0, 0}, atr.TCKAbsent},
		{"historical cut", "3B8F80018031", atr.ErrTruncated, "8031", []byte{0, 1}, atr.TCKAbsent},
		{"TCK missing", "3B818001" + "80", nil, "80", []byte{0, 1}, atr.TCKMissing},
		{"TCK right", "3B8180018080", nil, "80", []byte{0, 1}, atr.TCKRight},
		{"TCK wrong", "3B8180018081", nil, "80", []byte{0, 1}, atr.TCKWrong},
		{"a byte after the TCK", "3B818001808000", atr.ErrTrailing, "80", []byte{0, 1}, atr.TCKRight},
		{"a byte after a T=0 ATR", "3B0000", atr.ErrTrailing, "", nil, atr.TCKAbsent},
		{"T=0 and T=15 want a TCK", "3B80801F5A46", nil, "", []byte{0, 15}, atr.TCKWrong},
		{"no historical bytes", "3B80800101", nil, "", []byte{0, 1}, atr.TCKRight},
		{"type B, ATQB", "3B88800100000000038191001A", nil, "0000000003819100", []byte{0, 1}, atr.TCKRight},
		{"type B, whole ATQB", "3B8C80015024AD64E100000000338191" + "72", nil, "5024AD64E100000000338191", []byte{0, 1}, atr.TCKRight},
		{"MIFARE", "3B8F8001804F0CA000000306030001000000006A", nil, "804F0CA00000030603000100000000", []byte{0, 1}, atr.TCKRight},
		{"CNS", "3BFF1800FF8131FE55006B02091617011101434E531131808D", nil, "006B02091617011101434E53113180", []byte{1, 1}, atr.TCKRight},
		{"odd contactless", "3B82800155AAFC", nil, "55AA", []byte{0, 1}, atr.TCKRight},
	} {
		t.Run(c.what, func(t *testing.T) {
			raw := unhex(t, c.raw)
			got, err := atr.Decode(raw)
			assert.ErrorIs(t, err, c.err)
			if c.err == nil {
				assert.NoError(t, err)
			}
			assert.Equal(t, unhex(t, c.historical), append([]byte{}, got.Historical...))
			assert.Equal(t, c.protocols, got.Protocols)
			assert.Equal(t, c.tck, got.TCK)
			assert.Equal(t, len(raw) > 0 && raw[0] == 0x3F, got.Inverse)
		})
	}
}

func TestDecodeKeepsNoHoldOfItsInput(t *testing.T) {
	raw := unhex(t, "3B8180018080")
	got, err := atr.Decode(raw)
	assert.NoError(t, err)
	raw[4] = 0xFF
	assert.Equal(t, []byte{0x80}, got.Historical)
}

func TestStorageNeedsTheWholeObject(t *testing.T) {
	short, _ := atr.Decode(unhex(t, "3B898001804F0CA000000306039A"))
	_, ok := short.Storage()
	assert.False(t, ok)
	whole, _ := atr.Decode(unhex(t, "3B8F8001804F0CA000000306030001000000006A"))
	s, ok := whole.Storage()
	assert.True(t, ok)
	assert.Equal(t, atr.Storage{Standard: 3, Name: 1}, s)
}

func FuzzDecode(f *testing.F) {
	for _, c := range loadVectors(f).ATRs {
		f.Add(unhex(f, c.ATR))
	}
	for _, c := range loadField(f) {
		f.Add(unhex(f, c.atr))
	}
	f.Add(bytes.Repeat([]byte{0xFF}, 40))
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := atr.Decode(raw)
		a.Storage()
		if len(a.Historical) > 15 || len(a.Protocols) > 32 {
			t.Errorf("%d historical bytes, %d protocols", len(a.Historical), len(a.Protocols))
		}
		if !bytes.Contains(raw, a.Historical) {
			t.Errorf("historical bytes %X are not in %X", a.Historical, raw)
		}
		if err != nil {
			return
		}
		if n := int(raw[1] & 0x0F); len(a.Historical) != n {
			t.Errorf("%d historical bytes, announced %d", len(a.Historical), n)
		}
		tail := len(raw)
		if a.TCK == atr.TCKRight || a.TCK == atr.TCKWrong {
			tail--
		}
		if !bytes.HasSuffix(raw[:tail], a.Historical) {
			t.Errorf("historical bytes %X do not end %X", a.Historical, raw[:tail])
		}
	})
}
