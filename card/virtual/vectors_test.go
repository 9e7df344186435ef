package virtual

import (
	"bytes"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/card/virtual/specimen"
)

// hexBytes is a JSON string of hexadecimal digits.
type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	require.NoError(t, err)
	return b
}

func readVectors(t testing.TB, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "cardtest", "testdata", "vectors", name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, into))
}

type privateVector struct{ N, D hexBytes }

func (p privateVector) key() *rsa.PrivateKey {
	return &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).SetBytes(p.N), E: 65537},
		D:         new(big.Int).SetBytes(p.D),
	}
}

type sodVectors struct {
	Files    map[string]hexBytes
	CSCA     hexBytes      `json:"csca_certificate"`
	Holder   privateVector `json:"holder_private_key_TEST"`
	Services privateVector `json:"services_private_key_TEST"`
	SHA256   hexBytes      `json:"sod_sha256_pkcs1"`
	SHA512   hexBytes      `json:"sod_sha512_pss"`
}

type dappVectors struct {
	Certificate struct {
		Body   hexBytes `json:"body_297"`
		CAD    hexBytes `json:"ca_d"`
		CAE    hexBytes `json:"ca_e"`
		CAN    hexBytes `json:"ca_n"`
		CHA    hexBytes `json:"card_cha_5f4c"`
		CHR    hexBytes `json:"card_chr_5f20"`
		Object hexBytes `json:"object_7f21"`
	}
	External struct {
		Command hexBytes `json:"command_data_264"`
		G, P, Q hexBytes
		ICC     hexBytes `json:"icc_dh_public"`
		IFD     hexBytes `json:"ifd_dh_public"`
		RndICC  hexBytes `json:"rnd_icc"`
	} `json:"external_authenticate"`
	Internal struct {
		D        hexBytes `json:"icc_key_d"`
		N        hexBytes `json:"icc_key_n"`
		PRND     hexBytes `json:"prnd_222"`
		Response hexBytes `json:"response_264"`
		RndIFD   hexBytes `json:"rnd_ifd"`
		SNICC    hexBytes `json:"sn_icc"`
	} `json:"internal_authenticate"`
	SSCAfter    hexBytes `json:"ssc_after"`
	SimulatorCA struct {
		N, E   hexBytes
		Object hexBytes `json:"object_7f21"`
	} `json:"simulator_ca"`
}

// vectorData personalises a card with the published test material.
func vectorData(t testing.TB) *specimen.Data {
	t.Helper()
	var s sodVectors
	var d dappVectors
	readVectors(t, "sod.json", &s)
	readVectors(t, "dapp.json", &d)
	return &specimen.Data{
		EFATR:           unhex(t, "80004301B8460410101010470394"),
		EFDIR:           unhex(t, "61094F07A0000002471001"),
		EFSN:            unhex(t, "5A0A380012123456789012F0"),
		EFDH:            s.Files["EF.DH (1b)"],
		IDServizi:       s.Files["EF.ID_Servizi (a1)"],
		Seriale:         s.Files["EF.Seriale (a2)"],
		CertCIE:         s.Files["EF.Cert_CIE (a3)"],
		IntKpub:         s.Files["EF.Int.Kpub (a4)"],
		ServiziKpub:     s.Files["EF.Servizi_Int.Kpub (a5)"],
		SODSHA256:       s.SHA256,
		SODSHA512:       s.SHA512,
		DHGenerator:     d.External.G,
		DHPrime:         d.External.P,
		DHOrder:         d.External.Q,
		ExtAuthModulus:  d.Certificate.CAN,
		ExtAuthExponent: d.Certificate.CAE,
		ExtAuthCHR:      d.Certificate.CHR,
		ExtAuthCHA:      d.Certificate.CHA,
		ChipKey:         privateVector{d.Internal.N, d.Internal.D}.key(),
		ServicesKey:     s.Services.key(),
		HolderKey:       s.Holder.key(),
		SNICC:           d.Internal.SNICC,
		PIN:             []byte("12345678"),
		PUK:             []byte("87654321"),
		PINTries:        3,
		PUKTries:        10,
		CSCA:            s.CSCA,
	}
}

func TestPaddingVectors(t *testing.T) {
	var v struct {
		Pad []struct {
			In, Out8 hexBytes
		}
		UnpadOK []struct {
			Out, Padded hexBytes
		} `json:"unpad_ok"`
		UnpadError []struct{ Padded hexBytes } `json:"unpad_error"`
	}
	readVectors(t, "padding.json", &v)
	require.NotEmpty(t, v.Pad)
	for _, c := range v.Pad {
		require.Equal(t, []byte(c.Out8), pad8(c.In))
	}
	for _, c := range v.UnpadOK {
		got, ok := unpad(c.Padded)
		require.True(t, ok)
		require.True(t, bytes.Equal(c.Out, got))
	}
	for _, c := range v.UnpadError {
		_, ok := unpad(c.Padded)
		require.False(t, ok, "%x", []byte(c.Padded))
	}
}

func TestRetailMACVectors(t *testing.T) {
	var v struct {
		Cases []struct {
			Data hexBytes `json:"data_already_padded"`
			Key  hexBytes
			MAC  hexBytes
		}
		TDES []struct{ Cipher, Key, Plain hexBytes } `json:"tdes_cbc"`
	}
	readVectors(t, "retail_mac.json", &v)
	require.NotEmpty(t, v.Cases)
	for _, c := range v.Cases {
		m, err := newRetailMAC(c.Key)
		require.NoError(t, err)
		require.Equal(t, []byte(c.MAC), m.sum(c.Data))
	}
	require.NotEmpty(t, v.TDES)
	for _, c := range v.TDES {
		k, err := newTripleDES(c.Key)
		require.NoError(t, err)
		require.Equal(t, []byte(c.Cipher), cbc(k, c.Plain, true))
		require.Equal(t, []byte(c.Plain), cbc(k, c.Cipher, false))
	}
	_, err := newRetailMAC(make([]byte, 15))
	require.Error(t, err)
	_, err = newTripleDES(make([]byte, 24))
	require.Error(t, err)
	_, err = newChannel(nil, make([]byte, 16), 0)
	require.Error(t, err)
}

func TestKeyDerivationVectors(t *testing.T) {
	var v struct {
		Cases []struct {
			Secret hexBytes
			KEnc   hexBytes `json:"k_enc"`
			KMac   hexBytes `json:"k_mac"`
		}
	}
	readVectors(t, "kdf.json", &v)
	require.NotEmpty(t, v.Cases)
	for _, c := range v.Cases {
		require.Equal(t, []byte(c.KEnc), deriveKey(c.Secret, 1))
		require.Equal(t, []byte(c.KMac), deriveKey(c.Secret, 2))
	}
}

func TestKeyAgreementVectors(t *testing.T) {
	var v struct {
		G, P, Q hexBytes
		Cases   []struct {
			ICCPrivate hexBytes `json:"icc_private"`
			ICCPublic  hexBytes `json:"icc_public"`
			IFDPublic  hexBytes `json:"ifd_public"`
			Secret     hexBytes
		}
		LeadingZero []struct {
			Public hexBytes `json:"ifd_public"`
		} `json:"leading_zero"`
	}
	readVectors(t, "dh.json", &v)
	d, err := newGroup(v.G, v.P, v.Q)
	require.NoError(t, err)
	require.NotEmpty(t, v.Cases)
	for _, c := range v.Cases {
		require.True(t, d.accepts(c.IFDPublic))
		a, err := d.agree(c.IFDPublic, bytes.NewReader(c.ICCPrivate), zeros{})
		require.NoError(t, err)
		require.Equal(t, []byte(c.ICCPublic), a.public)
		require.Equal(t, []byte(c.Secret), a.secret)
	}
	require.NotEmpty(t, v.LeadingZero)
	for _, c := range v.LeadingZero {
		require.True(t, d.accepts(c.Public))
		require.False(t, d.accepts(bytes.TrimLeft(c.Public, "\x00")), "a stripped key is short")
	}
}

type wrapCase struct {
	CLA, INS, P1, P2 hexBytes
	Data             hexBytes
	Le               *int `json:"le_byte"`
	Name             string
	Protected        hexBytes
	SSC              hexBytes `json:"ssc_before"`
}

// TestCommandVectors plays the card: each protected command must open to its
// clear form.
func TestCommandVectors(t *testing.T) {
	var v struct {
		KEnc     hexBytes `json:"k_enc"`
		KMac     hexBytes `json:"k_mac"`
		Cases    []wrapCase
		Chaining []struct {
			Name  string
			Data  hexBytes
			Parts []struct {
				Clear, Protected hexBytes
				SSC              hexBytes `json:"ssc_before"`
			}
		}
	}
	readVectors(t, "sm_wrap.json", &v)
	require.Len(t, v.Cases, 20)
	for _, c := range v.Cases {
		t.Run(c.Name, func(t *testing.T) {
			s, err := newChannel(v.KEnc, v.KMac, beUint64(c.SSC))
			require.NoError(t, err)
			cmd, ok := parseCommand(c.Protected)
			require.True(t, ok)
			inner, sw := s.unwrap(cmd)
			require.Equal(t, swOK, sw)
			require.Equal(t, c.CLA[0], inner.cla)
			require.Equal(t, Instruction(c.INS[0]), inner.ins)
			require.Equal(t, []byte{c.P1[0], c.P2[0]}, []byte{inner.p1, inner.p2})
			require.True(t, bytes.Equal(c.Data, inner.data))
			if c.Le != nil {
				require.Equal(t, expected(*c.Le, maxShort), inner.ne)
			}
		})
	}
	require.Len(t, v.Chaining, 6)
	for _, c := range v.Chaining {
		t.Run(c.Name, func(t *testing.T) {
			card := &Card{}
			for i, part := range c.Parts {
				s, err := newChannel(v.KEnc, v.KMac, beUint64(part.SSC))
				require.NoError(t, err)
				cmd, ok := parseCommand(part.Protected)
				require.True(t, ok)
				inner, sw := s.unwrap(cmd)
				require.Equal(t, swOK, sw)
				full, sw, complete := card.gather(inner)
				require.Equal(t, swOK, sw)
				require.Equal(t, i == len(c.Parts)-1, complete)
				if complete {
					require.True(t, bytes.Equal(c.Data, full.data))
				}
			}
		})
	}
}

// TestAnswerVectors plays the card: each good answer must come out byte for byte.
func TestAnswerVectors(t *testing.T) {
	var v struct {
		KEnc  hexBytes `json:"k_enc"`
		KMac  hexBytes `json:"k_mac"`
		Cases []struct {
			Name, Expect string
			Body, Data   hexBytes
			SSC          hexBytes `json:"ssc_before"`
			SW           hexBytes
		}
	}
	readVectors(t, "sm_unwrap.json", &v)
	good := 0
	for _, c := range v.Cases {
		if c.Expect != "ok" {
			continue
		}
		good++
		s, err := newChannel(v.KEnc, v.KMac, beUint64(c.SSC))
		require.NoError(t, err)
		sw := StatusWord(c.SW[0])<<8 | StatusWord(c.SW[1])
		require.Equal(t, []byte(c.Body), s.wrap(c.Data, sw, strings.HasPrefix(c.Name, "odd_ins")), c.Name)
	}
	require.Equal(t, 11, good)
}

func TestDeviceAuthenticationVectors(t *testing.T) {
	var d dappVectors
	readVectors(t, "dapp.json", &d)
	data := vectorData(t)
	card := newCard(t, data, "gemalto", nil, bytes.NewReader(d.Internal.PRND))
	s := &card.session
	s.agreement = &agreement{public: d.External.ICC, terminal: d.External.IFD}
	s.channel = &channel{}
	s.certificateKeySet = true

	require.Equal(t, swOK, card.verifyCertificate(command{p2: 0xAE, data: d.Certificate.Object}, true))
	require.Equal(t, d.Certificate.Body[9:21], hexBytes(s.terminal.holder))
	s.terminalSelected, s.challenge = true, d.External.RndICC
	require.Equal(t, swOK, card.externalAuthenticate(command{data: d.External.Command}, true))
	s.internalKey = keyChip
	answer, sw := card.internalAuthenticate(command{data: d.Internal.RndIFD}, true)
	require.Equal(t, swOK, sw)
	require.Equal(t, []byte(d.Internal.Response), answer)
	require.False(t, s.deviceAuthenticated, "not before the answer is protected")
	card.afterAnswer()
	require.True(t, s.deviceAuthenticated)
	require.Equal(t, beUint64(d.SSCAfter), s.channel.ssc)

	data.ExtAuthModulus, data.ExtAuthExponent = d.SimulatorCA.N, d.SimulatorCA.E
	card = newCard(t, data, "gemalto", nil, nil)
	card.session.certificateKeySet = true
	require.Equal(t, swOK, card.verifyCertificate(command{p2: 0xAE, data: d.SimulatorCA.Object}, true))
}

func TestServicesKeyVector(t *testing.T) {
	var v struct {
		Command  hexBytes
		MSE      hexBytes `json:"mse_set"`
		Response hexBytes
	}
	readVectors(t, "nis_intauth.json", &v)
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	require.Equal(t, "9000", hex.EncodeToString(transmit(t, card, v.MSE)))
	require.Equal(t, append(append([]byte(nil), v.Response...), 0x90, 0x00), transmit(t, card, v.Command))
}

// TestTranscripts replays both published sessions: with the card's random numbers
// injected, every answer must be the published one.
func TestTranscripts(t *testing.T) {
	for _, c := range []struct {
		file, profile string
		settings      func(*Settings)
	}{
		{"flow_gemalto_single_dh.json", "gemalto", func(s *Settings) { s.DHParameters = DHOneShot; s.SODVariant = SODSHA256 }},
		{"flow_nxp_mf_split_dh.json", "nxp", func(s *Settings) { s.SODVariant = SODSHA512 }},
	} {
		t.Run(c.file, func(t *testing.T) {
			var v struct {
				Challenge hexBytes `json:"card_challenge"`
				Private   hexBytes `json:"card_dh_private"`
				Exchanges []struct {
					Note, ClearRsp string
					Cmd, Rsp       hexBytes
					Inner          hexBytes `json:"clear_rsp"`
				}
			}
			readVectors(t, c.file, &v)
			random := append(append([]byte(nil), v.Private...), v.Challenge...)
			data := vectorData(t)
			for _, x := range v.Exchanges {
				if x.Note == "INTERNAL AUTHENTICATE" {
					data.SNICC = x.Inner[:8]
					n, e := data.ChipKey.N, big.NewInt(65537)
					prnd, _, ok := openRecovery(n, e, x.Inner[8:264])
					require.True(t, ok)
					random = append(random, prnd...)
				}
			}
			require.Len(t, random, 32+8+222)
			card := newCard(t, data, c.profile, func(s *Settings) {
				s.EndOfFile, s.EndOfFileSM = EndOfFileWarning, EndOfFileWarning
				s.FilePadding = map[string]int{"1003": 64, "1004": 4}
				c.settings(s)
			}, bytes.NewReader(random))
			for i, x := range v.Exchanges {
				got := transmit(t, card, x.Cmd)
				require.Equal(t, hex.EncodeToString(x.Rsp), hex.EncodeToString(got), "exchange %d %s", i, x.Note)
			}
			require.Equal(t, 1, card.Counters().Wrong[refPIN])
			require.Equal(t, State{PIN: "12345678", PINTries: 3, PUKTries: 10, Boots: 1}, card.State())
		})
	}
}

func beUint64(b []byte) (v uint64) {
	for _, x := range b {
		v = v<<8 | uint64(x)
	}
	return v
}

// clientConstant reads a value that all public clients carry.
func clientConstant(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "cardtest", "testdata", "vectors", "client-constants.txt"))
	require.NoError(t, err)
	for line := range strings.Lines(string(raw)) {
		if f := strings.Fields(line); len(f) == 4 && f[0] == name {
			return unhex(t, f[3])
		}
	}
	t.Fatalf("no constant %s", name)
	return nil
}
