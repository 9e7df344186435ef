package cardtest_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
)

var _ iso7816.Transmitter = (*cardtest.Script)(nil)

// recorder is a testing.TB that notes failures instead of failing.
type recorder struct {
	testing.TB
	failed   bool
	cleanups []func()
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Fatal(...any)          { r.failed = true; panic(r) }
func (r *recorder) Fatalf(string, ...any) { r.failed = true; panic(r) }
func (r *recorder) Failed() bool          { return r.failed }
func (r *recorder) Cleanup(f func())      { r.cleanups = append(r.cleanups, f) }

// run plays a test body and its cleanups and says whether it failed.
func run(body func(testing.TB)) bool {
	r := &recorder{}
	func() {
		defer func() {
			if p := recover(); p != nil && p != r {
				panic(p)
			}
		}()
		body(r)
	}()
	for _, f := range r.cleanups {
		f()
	}
	return r.failed
}

func TestScriptPlaysInOrder(t *testing.T) {
	gone := errors.New("gone")
	s := cardtest.NewScript(t,
		cardtest.Step{Command: "00A40000", Response: "9000"},
		cardtest.Step{Response: "AABB 6282"},
		cardtest.Step{Command: "0084 0000 08", Err: gone},
	)
	got, err := s.Transmit([]byte{0x00, 0xA4, 0x00, 0x00})
	require.NoError(t, err)
	assert.Equal(t, []byte{0x90, 0x00}, got)
	got, err = s.Transmit([]byte("anything"))
	require.NoError(t, err)
	assert.Equal(t, []byte{0xAA, 0xBB, 0x62, 0x82}, got)
	assert.Equal(t, 2, s.Played())
	_, err = s.Transmit([]byte{0x00, 0x84, 0x00, 0x00, 0x08})
	require.ErrorIs(t, err, gone)
}

func TestScriptFailsTheTest(t *testing.T) {
	for name, body := range map[string]func(testing.TB){
		"other command": func(tb testing.TB) {
			_, err := cardtest.Pairs(tb, "00A40000", "9000").Transmit([]byte{0x00, 0xA4, 0x04, 0x00})
			assert.Error(t, err)
		},
		"right commands in the wrong order": func(tb testing.TB) {
			_, _ = cardtest.Pairs(tb, "00A40000", "9000", "00B00000", "9000").Transmit([]byte{0x00, 0xB0, 0x00, 0x00})
		},
		"one command too many": func(tb testing.TB) {
			_, err := cardtest.NewScript(tb).Transmit([]byte{0x00, 0xA4, 0x00, 0x00})
			assert.Error(t, err)
		},
		"one command too few":      func(tb testing.TB) { cardtest.Pairs(tb, "00A40000", "9000") },
		"odd pairs":                func(tb testing.TB) { cardtest.Pairs(tb, "00A40000") },
		"bad digits":               func(tb testing.TB) { cardtest.Pairs(tb, "00A4000", "9000") },
		"bad bytes":                func(tb testing.TB) { cardtest.Bytes(tb, "zz") },
		"no such vectors":          func(tb testing.TB) { cardtest.Vectors(tb, "nothing", new(int)) },
		"vectors of another shape": func(tb testing.TB) { cardtest.Vectors(tb, "padding", new(int)) },
		"bad hex in vectors": func(tb testing.TB) {
			var v struct {
				Description cardtest.Hex `json:"description"`
			}
			cardtest.Vectors(tb, "padding", &v)
		},
	} {
		t.Run(name, func(t *testing.T) { assert.True(t, run(body), "the test should have failed") })
	}
}

func TestVectors(t *testing.T) {
	var v struct {
		Cases []struct {
			Name   string
			Secret cardtest.Hex
		}
	}
	cardtest.Vectors(t, "kdf.json", &v)
	require.Len(t, v.Cases, 3)
	assert.Equal(t, "two_leading_zeros", v.Cases[2].Name)
	assert.Equal(t, []byte{0, 0, 0x58}, []byte(v.Cases[2].Secret[:3]))
	assert.Contains(t, string(cardtest.File(t, "vectors/client-constants.txt")), "IFD_AUT_N 256")
}

func TestReplay(t *testing.T) {
	for name, n := range map[string]int{cardtest.FlowSingleDH: 44, cardtest.FlowSplitDH: 47} {
		t.Run(name, func(t *testing.T) {
			f := cardtest.LoadFlow(t, name)
			require.Len(t, f.Exchanges, n)
			assert.Len(t, f.KEnc, 16)
			s := cardtest.Replay(t, name)
			for _, e := range f.Exchanges {
				got, err := s.Transmit(e.Command)
				require.NoError(t, err)
				assert.Equal(t, []byte(e.Response), got)
			}
			part := f.Replay(t, 1, 2)
			_, err := part.Transmit(f.Exchanges[1].Command)
			require.NoError(t, err)
		})
	}
}
