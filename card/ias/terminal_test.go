package ias

import (
	"bytes"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The prime is a shortcut and must change nothing, at the ends of the range too.
func TestSignWithAndWithoutThePrime(t *testing.T) {
	quick := terminalKey()
	plain := quick
	plain.prime = nil
	last := new(big.Int).Sub(quick.modulus, big.NewInt(1)).Bytes()
	for _, block := range [][]byte{{0}, {1}, {2}, quick.prime.Bytes(), bytes.Repeat([]byte{0x6A}, quick.size()), last} {
		want, err := plain.sign(block)
		require.NoError(t, err)
		got, err := quick.sign(block)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := quick.sign(quick.modulus.Bytes())
	assert.Error(t, err)
}
