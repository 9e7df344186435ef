package securemessaging

import (
	"bytes"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/iso7816"
)

// A wiped schedule is one that encrypts otherwise: it is zero, not only let go.
func TestWipeZeroesTheKeySchedules(t *testing.T) {
	k, err := newKeys([]byte("0123456789abcdef"), []byte("fedcba9876543210"))
	require.NoError(t, err)
	type block interface{ Encrypt(dst, src []byte) }
	blocks := []block{k.enc, k.mac.k1, k.mac.k2}
	var before [3][8]byte
	for i, b := range blocks {
		b.Encrypt(before[i][:], make([]byte, 8))
	}
	s := &Session{keys: k, ssc: 7}
	s.Wipe()
	zero := make([]byte, 8)
	for i, b := range blocks {
		b.Encrypt(zero, make([]byte, 8))
		assert.NotEqual(t, before[i][:], zero, "schedule %d still encrypts as before", i)
	}
	assert.Nil(t, s.keys)
}

// The PIN is encrypted where it was put: the buffer of the command, up to its
// capacity, never holds it afterwards and was never outgrown.
func TestWrapLeavesNoClearCopy(t *testing.T) {
	k, err := newKeys([]byte("0123456789abcdef"), []byte("fedcba9876543210"))
	require.NoError(t, err)
	for _, n := range []int{8, 16, 230, MaxData} {
		data := bytes.Repeat([]byte("48151623"), 29)[:n]
		b := k.wrap(2, iso7816.CommandAPDU{INS: 0x24, Data: data, Ne: 256})
		require.Equal(t, 5+iso7816.MaxShortData+1, cap(b), "the buffer was outgrown, a copy is left behind")
		whole := unsafe.Slice(unsafe.SliceData(b), cap(b))
		assert.NotContains(t, string(whole), "48151623")
		require.LessOrEqual(t, len(b), 261)
	}
}

func TestRetailMACStateIsCleanAfterUse(t *testing.T) {
	m, err := newRetailMAC([]byte("fedcba9876543210"))
	require.NoError(t, err)
	m.write([]byte("abc"))
	m.pad()
	first := m.sum()
	m.write([]byte("abc"))
	m.pad()
	assert.Equal(t, first, m.sum())
}
