package rpc_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// keeper keeps, against the rules, every PIN it is shown, and says what it saw.
type keeper struct {
	absent
	kept [][]byte
	seen []string
	fail error
}

func (k *keeper) keep(pins ...[]byte) error {
	for _, pin := range pins {
		k.kept = append(k.kept, pin)
		k.seen = append(k.seen, string(pin))
	}
	if k.fail != nil {
		panic(k.fail)
	}
	return nil
}

func (k *keeper) GetSessionInfo(context.Context, ck.SessionHandle) (i ck.SessionInfo, err error) {
	return i, nil
}
func (k *keeper) Login(_ context.Context, _ ck.SessionHandle, _ ck.UserType, pin []byte) error {
	return k.keep(pin)
}
func (k *keeper) SetPIN(_ context.Context, _ ck.SessionHandle, old, pin []byte) error {
	return k.keep(old, pin)
}
func (k *keeper) InitPIN(_ context.Context, _ ck.SessionHandle, pin []byte) error { return k.keep(pin) }
func (k *keeper) InitToken(_ context.Context, _ ck.SlotID, pin []byte, _ string) error {
	return k.keep(pin)
}

// witness remembers every place that bytes of the client were ever read to.
type witness struct {
	script
	places [][]byte
}

func (w *witness) Read(p []byte) (int, error) {
	w.places = append(w.places, p)
	return w.script.Read(p)
}

// TestPINsAreWiped reads PINs in every call that has one, and in what comes close
// to such a call, and then looks into every buffer that was read to.
func TestPINsAreWiped(t *testing.T) {
	pin, puk := []byte("41739628"), []byte("85206317")
	one := u64[uint64](1)
	label := padded("CIE", 32)
	tests := []struct {
		name  string
		body  []byte
		seen  []string
		fault error
		cut   int
	}{
		{name: "C_Login", body: body(rpc.CallLogin, "uuay", one, one, ay(pin)), seen: []string{"41739628"}},
		{name: "C_LoginUser", body: body(rpc.CallLoginUser, "uuayay", one, one, ay(pin), ay(nil)), seen: []string{"41739628"}},
		{name: "C_LoginUser with a name", body: body(rpc.CallLoginUser, "uuayay", one, one, ay(pin), ay([]byte("joe")))},
		{name: "C_SetPIN", body: body(rpc.CallSetPIN, "uayay", one, ay(pin), ay(puk)), seen: []string{"41739628", "85206317"}},
		{name: "C_InitPIN", body: body(rpc.CallInitPIN, "uay", one, ay(pin)), seen: []string{"41739628"}},
		{name: "C_InitToken", body: body(rpc.CallInitToken, "uayz", one, ay(puk), blob(label)), seen: []string{"85206317"}},
		{name: "C_InitToken2", body: body(rpc.CallInitToken2, "uays", one, ay(puk), blob(label)), seen: []string{"85206317"}},
		{name: "a panic", body: body(rpc.CallLogin, "uuay", one, one, ay(pin)), seen: []string{"41739628"}, fault: errors.New("fault")},
		{name: "a wrong signature", body: body(rpc.CallLogin, "uay", one, ay(pin))},
		{name: "a call that does not exist", body: body(99, "uuay", one, one, ay(pin))},
		{name: "a kind the module does not have", body: body(rpc.CallSeedRandom, "uay", one, ay(pin))},
		{name: "a frame cut short", body: body(rpc.CallLogin, "uuay", one, one, ay(pin), ay(nil)), cut: 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := &keeper{fail: test.fault}
			input := append([]byte{2}, frame(1, string(pin), test.body)...)
			conn := &witness{script: script{Reader: bytes.NewReader(input[:len(input)-test.cut])}}
			err := rpc.Serve(context.Background(), conn, m, rpc.Options{})
			if test.cut > 0 {
				assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, test.seen, m.seen)
			for _, kept := range m.kept {
				assert.Equal(t, make([]byte, 8), kept)
			}
			read := 0
			for _, place := range conn.places {
				read += len(place)
				assert.False(t, bytes.Contains(place, pin) || bytes.Contains(place, puk), "left in a buffer")
			}
			assert.GreaterOrEqual(t, read, len(input)-test.cut, "every byte was watched")
			assert.False(t, bytes.Contains(conn.written, pin) || bytes.Contains(conn.written, puk), "answered")
		})
	}
}
