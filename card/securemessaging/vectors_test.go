package securemessaging_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
	"cientro/card/securemessaging"
)

type hexBytes = cardtest.Hex

func counter(h hexBytes) uint64 { return binary.BigEndian.Uint64(h) }

func TestVectorsPadding(t *testing.T) {
	var v struct {
		Pad []struct {
			In, Out8, Out16 hexBytes
			Len             int
		}
		UnpadOK    []struct{ Padded, Out hexBytes } `json:"unpad_ok"`
		UnpadError []struct{ Padded hexBytes }      `json:"unpad_error"`
	}
	cardtest.Vectors(t, "padding", &v)
	require.NotEmpty(t, v.Pad)
	require.NotEmpty(t, v.UnpadOK)
	require.Len(t, v.UnpadError, 5)
	for _, c := range v.Pad {
		require.Len(t, c.In, c.Len)
		assert.Equal(t, []byte(c.Out8), securemessaging.Pad(c.In, 8))
		assert.Equal(t, []byte(c.Out16), securemessaging.Pad(c.In, 16))
		back, err := securemessaging.Unpad(c.Out16)
		require.NoError(t, err)
		assert.Equal(t, []byte(c.In), back)
	}
	for _, c := range v.UnpadOK {
		got, err := securemessaging.Unpad(c.Padded)
		require.NoError(t, err)
		assert.Equal(t, []byte(c.Out), got)
	}
	for _, c := range v.UnpadError {
		_, err := securemessaging.Unpad(c.Padded)
		require.ErrorIs(t, err, securemessaging.ErrPadding, "%x", c.Padded)
	}
}

func TestVectorsRetailMACAndCBC(t *testing.T) {
	var v struct {
		Cases []struct {
			Data     hexBytes `json:"data_already_padded"`
			Key, MAC hexBytes
		}
		TDES []struct{ Key, Plain, Cipher hexBytes } `json:"tdes_cbc"`
	}
	cardtest.Vectors(t, "retail_mac", &v)
	require.NotEmpty(t, v.Cases)
	require.NotEmpty(t, v.TDES)
	for _, c := range v.Cases {
		mac, err := securemessaging.RetailMAC(c.Key, c.Data)
		require.NoError(t, err)
		assert.Equal(t, []byte(c.MAC), mac)
	}
	for _, c := range v.TDES {
		plain := append([]byte(nil), c.Plain...)
		got, err := securemessaging.EncryptCBC(c.Key, plain)
		require.NoError(t, err)
		assert.Equal(t, []byte(c.Cipher), got)
		assert.Equal(t, []byte(c.Plain), plain, "the caller's data is left alone")
		got, err = securemessaging.DecryptCBC(c.Key, c.Cipher)
		require.NoError(t, err)
		assert.Equal(t, []byte(c.Plain), got)
	}
}

func TestVectorsKDF(t *testing.T) {
	var v struct {
		Cases []struct {
			Name   string
			Secret hexBytes
			KEnc   hexBytes `json:"k_enc"`
			KMac   hexBytes `json:"k_mac"`
			Wrong1 hexBytes `json:"wrong_if_zero_stripped_k_enc"`
			Wrong2 hexBytes `json:"wrong_if_zeros_stripped_k_enc"`
		}
	}
	cardtest.Vectors(t, "kdf", &v)
	require.Len(t, v.Cases, 3)
	for i, c := range v.Cases {
		kEnc, kMac := securemessaging.DeriveKeys(c.Secret)
		assert.Equal(t, []byte(c.KEnc), kEnc, c.Name)
		assert.Equal(t, []byte(c.KMac), kMac, c.Name)
		// The vectors' own trap: a stripped secret gives other keys.
		if i > 0 {
			stripped, _ := securemessaging.DeriveKeys([]byte(strings.TrimLeft(string(c.Secret), "\x00")))
			assert.Equal(t, append([]byte(c.Wrong1), c.Wrong2...), stripped, c.Name)
		}
	}
}

// wrapVectors is sm_wrap.json.
type wrapVectors struct {
	KEnc  hexBytes `json:"k_enc"`
	KMac  hexBytes `json:"k_mac"`
	Cases []struct {
		Name             string
		CLA, INS, P1, P2 hexBytes
		Data             hexBytes
		Le               *int     `json:"le_byte"`
		SSCBefore        hexBytes `json:"ssc_before"`
		SSCUsed          hexBytes `json:"ssc_used"`
		Cryptogram       hexBytes
		Protected        hexBytes
	}
	Chaining []struct {
		Name  string
		Data  hexBytes
		Parts []struct {
			Clear, Protected hexBytes
			SSCBefore        hexBytes `json:"ssc_before"`
		}
	}
}

func loadWrap(t testing.TB) (v wrapVectors) {
	cardtest.Vectors(t, "sm_wrap", &v)
	require.Len(t, v.Cases, 20)
	require.Len(t, v.Chaining, 6)
	return v
}

func TestVectorsWrap(t *testing.T) {
	v := loadWrap(t)
	for _, c := range v.Cases {
		t.Run(c.Name, func(t *testing.T) {
			cmd := iso7816.CommandAPDU{CLA: c.CLA[0], INS: c.INS[0], P1: c.P1[0], P2: c.P2[0], Data: c.Data}
			if c.Le != nil {
				cmd.Ne = (*c.Le+255)&255 + 1
			}
			require.Equal(t, counter(c.SSCUsed), counter(c.SSCBefore)+1, "the counter wraps")
			data := c.Data.String()
			got, err := securemessaging.Wrap(v.KEnc, v.KMac, counter(c.SSCUsed), cmd)
			require.NoError(t, err)
			assert.Equal(t, c.Protected.String(), fmt.Sprintf("%x", got))
			assert.Equal(t, data, c.Data.String(), "the caller's data is left alone")
		})
	}
}

// The same through a Session, which has to find the counter and the parts.
func TestVectorsSessionCommands(t *testing.T) {
	v := loadWrap(t)
	for _, c := range v.Cases {
		if c.CLA[0] != 0 {
			continue // a part of a chain, below
		}
		t.Run(c.Name, func(t *testing.T) {
			cmd := iso7816.CommandAPDU{INS: c.INS[0], P1: c.P1[0], P2: c.P2[0], Data: c.Data}
			if c.Le != nil {
				cmd.Ne = (*c.Le+255)&255 + 1
			}
			card := newCard(v.KEnc, v.KMac, counter(c.SSCBefore))
			s := securemessaging.New(card, v.KEnc, v.KMac, counter(c.SSCBefore))
			r, err := s.Send(cmd)
			require.NoError(t, err)
			assert.Equal(t, iso7816.SWSuccess, r.SW)
			assert.Equal(t, counter(c.SSCBefore)+2, s.SSC())
			assert.Equal(t, []string{c.Protected.String()}, card.sent)
		})
	}
	for _, c := range v.Chaining {
		t.Run(c.Name, func(t *testing.T) {
			first, last := c.Parts[0], c.Parts[len(c.Parts)-1]
			cmd, err := iso7816.ParseCommand(first.Clear)
			require.NoError(t, err)
			end, err := iso7816.ParseCommand(last.Clear)
			require.NoError(t, err)
			cmd.CLA, cmd.Data, cmd.Ne = 0, c.Data, end.Ne

			card := newCard(v.KEnc, v.KMac, counter(first.SSCBefore))
			s := securemessaging.New(card, v.KEnc, v.KMac, counter(first.SSCBefore))
			_, err = s.Send(cmd)
			require.NoError(t, err)
			var want []string
			for _, p := range c.Parts {
				want = append(want, p.Protected.String())
			}
			assert.Equal(t, want, card.sent)
			assert.Equal(t, counter(last.SSCBefore)+2, s.SSC())
		})
	}
}

// unwrapVectors is sm_unwrap.json.
type unwrapVectors struct {
	KEnc  hexBytes `json:"k_enc"`
	KMac  hexBytes `json:"k_mac"`
	Cases []struct {
		Name, Expect string
		Body, Data   hexBytes
		SSCBefore    hexBytes `json:"ssc_before"`
		SW           string
	}
}

// ins is the instruction a case belongs to: the names say whether it is odd.
func ins(name string) byte {
	if strings.HasPrefix(name, "odd_ins") {
		return iso7816.INSGetDataOdd
	}
	return iso7816.INSVerify
}

func loadUnwrap(t testing.TB) (v unwrapVectors) {
	cardtest.Vectors(t, "sm_unwrap", &v)
	return v
}

func TestVectorsUnwrap(t *testing.T) {
	v := loadUnwrap(t)
	good, bad := 0, 0
	for _, c := range v.Cases {
		t.Run(c.Name, func(t *testing.T) {
			r, err := securemessaging.Unwrap(v.KEnc, v.KMac, counter(c.SSCBefore)+1, ins(c.Name), c.Body)
			if c.Expect == "ok" {
				good++
				require.NoError(t, err)
				assert.Equal(t, c.Data.String(), fmt.Sprintf("%x", r.Data))
				assert.Equal(t, c.SW, fmt.Sprintf("%04x", uint16(r.SW)))
				return
			}
			bad++
			require.ErrorIs(t, err, securemessaging.ErrIntegrity)
			assert.Zero(t, r)

			// In a session the same answer ends it, whatever stands outside.
			for _, outer := range []string{"9000", "63c2", "6982"} {
				script := cardtest.NewScript(t, cardtest.Step{Response: c.Body.String() + outer})
				s := securemessaging.New(script, v.KEnc, v.KMac, counter(c.SSCBefore)-1)
				_, err = s.Send(iso7816.Verify(0x81, []byte("12345678")))
				requireIntegrity(t, s, err)
			}
		})
	}
	assert.Equal(t, []int{11, 10}, []int{good, bad})
}

// ICAO 9303-11 appendix D: an example by others, for the format.
func TestVectorsICAOExample(t *testing.T) {
	var v struct {
		KEnc     hexBytes `json:"session_k_enc"`
		KMac     hexBytes `json:"session_k_mac"`
		SSC      hexBytes `json:"session_ssc"`
		BACKEnc  hexBytes `json:"k_enc"`
		BACKMac  hexBytes `json:"k_mac"`
		RndIFD   hexBytes `json:"rnd_ifd"`
		RndIC    hexBytes `json:"rnd_ic"`
		KIFD     hexBytes `json:"k_ifd"`
		EIFD     hexBytes `json:"e_ifd"`
		MIFD     hexBytes `json:"m_ifd"`
		Messages []struct {
			Clear, Protected, Data hexBytes
			Body                   hexBytes `json:"response_body"`
			Before                 hexBytes `json:"ssc_before"`
			After                  hexBytes `json:"ssc_after"`
		} `json:"secure_messaging"`
	}
	cardtest.Vectors(t, "icao_bac_kat", &v)
	require.Len(t, v.Messages, 3)

	// E_IFD and M_IFD use the same two primitives without secure messaging.
	eIFD, err := securemessaging.EncryptCBC(v.BACKEnc, append(append(append([]byte(nil), v.RndIFD...), v.RndIC...), v.KIFD...))
	require.NoError(t, err)
	assert.Equal(t, []byte(v.EIFD), eIFD)
	mIFD, err := securemessaging.RetailMAC(v.BACKMac, securemessaging.Pad(v.EIFD, 8))
	require.NoError(t, err)
	assert.Equal(t, []byte(v.MIFD), mIFD)

	var script []string
	for _, m := range v.Messages {
		script = append(script, m.Protected.String(), m.Body.String()+"9000")
	}
	s := securemessaging.New(cardtest.Pairs(t, script...), v.KEnc, v.KMac, counter(v.SSC))
	for _, m := range v.Messages {
		require.Equal(t, counter(m.Before), s.SSC())
		clear := bytes.Clone(m.Clear)
		if len(clear) == 6 { // the example writes an empty Lc as 00 before Le
			clear = append(clear[:4], clear[5])
		}
		cmd, err := iso7816.ParseCommand(clear)
		require.NoError(t, err)
		r, err := s.Send(cmd)
		require.NoError(t, err)
		assert.Equal(t, m.Data.String(), fmt.Sprintf("%x", r.Data))
		assert.Equal(t, counter(m.After), s.SSC())
	}
}

// The protected half of the recorded sessions: whole commands go in, the parts
// on the wire, the counters and the clear answers have to be those of the
// record. The counter is replaced where device authentication replaces it.
func TestVectorsRecordedSessions(t *testing.T) {
	for _, name := range []string{cardtest.FlowSingleDH, cardtest.FlowSplitDH} {
		t.Run(name, func(t *testing.T) {
			flow := cardtest.LoadFlow(t, name)
			first := 0
			for len(flow.Exchanges[first].SSCBefore) == 0 {
				first++
			}
			script := flow.Replay(t, first, 0)
			kEnc, kMac := securemessaging.DeriveKeys(flow.DHSecret)
			assert.Equal(t, []byte(flow.KEnc), kEnc)
			assert.Equal(t, []byte(flow.KMac), kMac)
			// The record counts from the value used for the command.
			s := securemessaging.New(script, kEnc, kMac, counter(flow.Exchanges[first].SSCBefore)-1)
			sent, resets := 0, 0
			for at := first; at < len(flow.Exchanges); at = first + script.Played() {
				cmd, last := wholeCommand(t, flow, at)
				if before := counter(flow.Exchanges[at].SSCBefore) - 1; s.SSC() != before {
					s.SetSSC(before)
					resets++
				}
				r, err := s.Send(cmd)
				require.NoError(t, err, flow.Exchanges[at].Note)
				want, err := iso7816.ParseResponse(flow.Exchanges[last].ClearAnswer)
				require.NoError(t, err)
				assert.Equal(t, fmt.Sprintf("%x", want.Data), fmt.Sprintf("%x", r.Data), flow.Exchanges[at].Note)
				assert.Equal(t, want.SW, r.SW, flow.Exchanges[at].Note)
				sent++
			}
			assert.Equal(t, 1, resets, "once, after device authentication")
			assert.Greater(t, sent, 20)
			assert.False(t, s.Lost())
		})
	}
}

// wholeCommand joins the parts of a chain that starts at an exchange and says
// where its last part is.
func wholeCommand(t *testing.T, flow cardtest.Flow, at int) (iso7816.CommandAPDU, int) {
	cmd, err := iso7816.ParseCommand(flow.Exchanges[at].ClearCommand)
	require.NoError(t, err)
	data := append([]byte(nil), cmd.Data...)
	for cmd.CLA&iso7816.CLAChaining != 0 {
		at++
		cmd, err = iso7816.ParseCommand(flow.Exchanges[at].ClearCommand)
		require.NoError(t, err)
		data = append(data, cmd.Data...)
	}
	cmd.Data = data
	return cmd, at
}

// requireIntegrity demands what every broken answer must lead to.
func requireIntegrity(t *testing.T, s *securemessaging.Session, err error) {
	t.Helper()
	require.ErrorIs(t, err, securemessaging.ErrIntegrity)
	requireDead(t, s, err, true)
}

// requireDead demands that a session is lost, that its error names no status
// word and tells whether the command was sent, and that nothing more is sent.
func requireDead(t *testing.T, s *securemessaging.Session, err error, sent bool) {
	t.Helper()
	var e *securemessaging.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, sent, e.Sent)
	assert.Equal(t, sent, iso7816.Reached(err))
	var sw iso7816.StatusWord
	require.NotErrorAs(t, err, &sw, "a broken channel must not look like a status word")
	requireLost(t, s)
}

// requireLost demands that a session sends nothing more.
func requireLost(t *testing.T, s *securemessaging.Session) {
	t.Helper()
	assert.True(t, s.Lost())
	_, err := s.Send(iso7816.Verify(0x81, []byte("12345678")))
	require.ErrorIs(t, err, securemessaging.ErrLost)
	assert.NotErrorIs(t, err, securemessaging.ErrIntegrity)
	assert.False(t, iso7816.Reached(err))
	var sw iso7816.StatusWord
	require.NotErrorAs(t, err, &sw)
	assert.Equal(t, "secure messaging (lost)", s.String())
	assert.Equal(t, strconv.Quote("secure messaging (lost)"), strconv.Quote(fmt.Sprintf("%v", s)))
}
