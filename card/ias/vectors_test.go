package ias

import (
	"bytes"
	"crypto/rsa"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest"
	"cientro/card/iso7816"
	"cientro/card/securemessaging"
)

type dhVectors struct {
	G, P, Q cardtest.Hex
	Cases   []struct {
		ICCPublic  cardtest.Hex `json:"icc_public"`
		IFDPrivate cardtest.Hex `json:"ifd_private"`
		IFDPublic  cardtest.Hex `json:"ifd_public"`
		KEnc       cardtest.Hex `json:"k_enc"`
		KMac       cardtest.Hex `json:"k_mac"`
	}
	LeadingZero []struct {
		IFDPrivate cardtest.Hex `json:"ifd_private"`
		IFDPublic  cardtest.Hex `json:"ifd_public"`
	} `json:"leading_zero"`
}

func domainVectors(t *testing.T) (dhVectors, DomainParameters) {
	var v dhVectors
	cardtest.Vectors(t, "dh", &v)
	return v, DomainParameters{G: v.G, P: v.P, Q: v.Q}
}

// chipSide answers the key agreement with a fixed public key and keeps what
// the terminal sent.
type chipSide struct {
	public []byte
	mse    []byte
	after  []byte // the first command that is not part of the agreement
}

func (c *chipSide) Transmit(command []byte) ([]byte, error) {
	parsed, err := iso7816.ParseCommand(command)
	if err != nil {
		return nil, err
	}
	switch parsed.INS {
	case iso7816.INSMSE:
		c.mse = append(c.mse, parsed.Data...)
		return []byte{0x90, 0x00}, nil
	case iso7816.INSGetDataOdd:
		object := append([]byte{0xA6, 0x82, 0x01, 0x04, 0x91, 0x82, 0x01, 0x00}, c.public...)
		return append(object, 0x90, 0x00), nil
	}
	c.after = command
	return []byte{0x69, 0x88}, nil
}

func TestAgreeFollowsTheVectors(t *testing.T) {
	v, domain := domainVectors(t)
	for _, tc := range v.Cases {
		chip := &chipSide{public: tc.ICCPublic}
		session, agreement, err := Agree(chip, domain, bytes.NewReader(tc.IFDPrivate))
		require.NoError(t, err)
		assert.Equal(t, []byte(tc.IFDPublic), agreement.TerminalKey)
		assert.Equal(t, "80019b83018191820100"+tc.IFDPublic.String(), hex.EncodeToString(chip.mse))

		// The keys show in the first protected command.
		_, _ = session.Send(iso7816.GetChallenge(8))
		reference := &chipSide{}
		_, _ = securemessaging.New(reference, tc.KEnc, tc.KMac, 1).Send(iso7816.GetChallenge(8))
		assert.Equal(t, reference.after, chip.after)
	}
}

func TestAgreeKeepsLeadingZeros(t *testing.T) {
	v, domain := domainVectors(t)
	for _, tc := range v.LeadingZero {
		chip := &chipSide{public: v.Cases[0].ICCPublic}
		_, agreement, err := Agree(chip, domain, bytes.NewReader(tc.IFDPrivate))
		require.NoError(t, err)
		assert.Equal(t, []byte(tc.IFDPublic), agreement.TerminalKey)
	}
}

type dappVectors struct {
	Certificate struct {
		Body   cardtest.Hex `json:"body_297"`
		CAD    cardtest.Hex `json:"ca_d"`
		CAN    cardtest.Hex `json:"ca_n"`
		CHR    cardtest.Hex `json:"card_chr_5f20"`
		CHA    cardtest.Hex `json:"card_cha_5f4c"`
		Object cardtest.Hex `json:"object_7f21"`
	}
	SimulatorCA struct {
		N, E   cardtest.Hex
		Object cardtest.Hex `json:"object_7f21"`
	} `json:"simulator_ca"`
	ExternalAuthenticate struct {
		Data      cardtest.Hex `json:"command_data_264"`
		G, P, Q   cardtest.Hex
		ICCPublic cardtest.Hex `json:"icc_dh_public"`
		IFDPublic cardtest.Hex `json:"ifd_dh_public"`
		PRND      cardtest.Hex `json:"prnd_222"`
		RndICC    cardtest.Hex `json:"rnd_icc"`
	} `json:"external_authenticate"`
	InternalAuthenticate struct {
		N        cardtest.Hex `json:"icc_key_n"`
		Response cardtest.Hex `json:"response_264"`
		RndIFD   cardtest.Hex `json:"rnd_ifd"`
	} `json:"internal_authenticate"`
}

func loadDAPP(t *testing.T) (v dappVectors) {
	cardtest.Vectors(t, "dapp", &v)
	return v
}

func (v dappVectors) key() AuthenticationKey {
	return AuthenticationKey{Modulus: v.Certificate.CAN, CHR: v.Certificate.CHR, CHA: v.Certificate.CHA}
}

func (v dappVectors) agreement() Agreement {
	e := v.ExternalAuthenticate
	return Agreement{Domain: DomainParameters{e.G, e.P, e.Q}, TerminalKey: e.IFDPublic, ICCKey: e.ICCPublic}
}

func TestTerminalCertificateFollowsTheVectors(t *testing.T) {
	v := loadDAPP(t)
	assert.Equal(t, []byte(v.Certificate.Body), certificateBody(v.key()))

	authority := privateKey{modulus: new(big.Int).SetBytes(v.Certificate.CAN), exponent: new(big.Int).SetBytes(v.Certificate.CAD)}
	object, err := certificateFor(v.key(), authority)
	require.NoError(t, err)
	assert.Equal(t, []byte(v.Certificate.Object), object)

	// The same with the published exponent, for a card whose key fits it.
	k := v.key()
	k.Modulus = v.SimulatorCA.N
	object, err = terminalCertificate(k)
	require.NoError(t, err)
	assert.Equal(t, []byte(v.SimulatorCA.Object), object)
}

func TestTerminalCertificateRefusesKeysOfTheWrongSize(t *testing.T) {
	v := loadDAPP(t)
	for _, size := range []int{0, 16, 34, 400} {
		k := v.key()
		k.Modulus = bytes.Repeat([]byte{0xFF}, size)
		_, err := terminalCertificate(k)
		assert.Error(t, err, "%d bytes", size)
	}
}

func TestTerminalProofFollowsTheVectors(t *testing.T) {
	v := loadDAPP(t)
	proof, err := terminalProof(v.agreement(), v.ExternalAuthenticate.RndICC, bytes.NewReader(v.ExternalAuthenticate.PRND))
	require.NoError(t, err)
	assert.Equal(t, []byte(v.ExternalAuthenticate.Data), proof)
}

func TestChipProofFollowsTheVectors(t *testing.T) {
	v := loadDAPP(t)
	i := v.InternalAuthenticate
	chip := &rsa.PublicKey{N: new(big.Int).SetBytes(i.N), E: 65537}
	require.NoError(t, checkChipProof(i.Response, v.agreement(), i.RndIFD, chip))

	changed := func(b []byte, at int) []byte {
		c := bytes.Clone(b)
		c[at] ^= 1
		return c
	}
	for name, err := range map[string]error{
		"another nonce":     checkChipProof(i.Response, v.agreement(), changed(i.RndIFD, 0), chip),
		"another serial":    checkChipProof(changed(i.Response, 0), v.agreement(), i.RndIFD, chip),
		"another signature": checkChipProof(changed(i.Response, 100), v.agreement(), i.RndIFD, chip),
		"last byte":         checkChipProof(changed(i.Response, 263), v.agreement(), i.RndIFD, chip),
		"too short":         checkChipProof(i.Response[:263], v.agreement(), i.RndIFD, chip),
		"too long":          checkChipProof(append(bytes.Clone(i.Response), 0), v.agreement(), i.RndIFD, chip),
		"empty":             checkChipProof(nil, v.agreement(), i.RndIFD, chip),
		"above modulus":     checkChipProof(append(make([]byte, 8), bytes.Repeat([]byte{0xFF}, 256)...), v.agreement(), i.RndIFD, chip),
		"zero signature":    checkChipProof(make([]byte, 264), v.agreement(), i.RndIFD, chip),
		"mirrored":          checkChipProof(i.Response, Agreement{v.agreement().Domain, v.agreement().ICCKey, v.agreement().TerminalKey}, i.RndIFD, chip),
	} {
		assert.ErrorIs(t, err, ErrChip, name)
	}
}

// withoutLe drops the Le of a plain GET DATA: the recorded client sent none.
type withoutLe struct{ iso7816.Transmitter }

func (w withoutLe) Transmit(command []byte) ([]byte, error) {
	if command[0] == 0 && command[1] == iso7816.INSGetDataOdd {
		command = command[:len(command)-1]
	}
	return w.Transmitter.Transmit(command)
}

// TestRecordedSessions plays the client's part of two whole sessions, byte for
// byte, from the key agreement to the unblocking.
func TestRecordedSessions(t *testing.T) {
	for name, agreementStart := range map[string]int{cardtest.FlowSingleDH: 11, cardtest.FlowSplitDH: 14} {
		t.Run(name, func(t *testing.T) {
			flow := cardtest.LoadFlow(t, name)
			v := loadDAPP(t)
			_, domain := domainVectors(t)
			wire := withoutLe{flow.Replay(t, agreementStart, 0)}

			session, agreement, err := Agree(wire, domain, bytes.NewReader(flow.ClientDHPrivate))
			require.NoError(t, err)
			authority := privateKey{modulus: new(big.Int).SetBytes(v.Certificate.CAN), exponent: new(big.Int).SetBytes(flow.CADUsedByClient)}
			certificate, err := certificateFor(v.key(), authority)
			require.NoError(t, err)
			chip := &rsa.PublicKey{N: new(big.Int).SetBytes(v.InternalAuthenticate.N), E: 65537}
			random := bytes.NewReader(append(bytes.Clone(flow.ClientPRND), flow.ClientRndIFD...))
			require.NoError(t, authenticateDevices(session, agreement, certificate, chip, random))
			assert.Equal(t, flow.CardChallenge.String()[8:]+flow.ClientRndIFD.String()[8:], hex.EncodeToString(bigEndian(session.SSC())))

			sw, err := Verify(session.Send, ReferencePIN, []byte("00000000"))
			require.NoError(t, err)
			assert.Equal(t, iso7816.StatusWord(0x63C2), sw)
			sw, err = Verify(session.Send, ReferencePIN, []byte("12345678"))
			require.NoError(t, err)
			assert.Equal(t, iso7816.SWSuccess, sw)

			playReading(t, session, flow)
			signature, err := Sign(session.Send, flow.SignedDigestInfo)
			require.NoError(t, err)
			assert.Equal(t, []byte(flow.Signature), signature)

			sw, err = Change(session.Send, ReferencePIN, []byte("12345678"), changedPIN(t, flow))
			require.NoError(t, err)
			assert.Equal(t, iso7816.SWSuccess, sw)
			sw, err = Verify(session.Send, ReferencePUK, []byte("87654321"))
			require.NoError(t, err)
			assert.Equal(t, iso7816.SWSuccess, sw)
			sw, err = ResetRetryCounter(session.Send, ReferencePIN, []byte("12345678"))
			require.NoError(t, err)
			assert.Equal(t, iso7816.SWSuccess, sw)
		})
	}
}

// playReading sends the recorded SELECT and READ BINARY commands as they were.
func playReading(t *testing.T, session *securemessaging.Session, flow cardtest.Flow) {
	for _, e := range flow.Exchanges {
		if len(e.ClearCommand) == 0 || e.ClearCommand[1] != iso7816.INSSelect && e.ClearCommand[1] != iso7816.INSReadBinary {
			continue
		}
		command, err := iso7816.ParseCommand(e.ClearCommand)
		require.NoError(t, err)
		answer, err := session.Send(command)
		require.NoError(t, err)
		assert.Equal(t, []byte(e.ClearAnswer[:len(e.ClearAnswer)-2]), answer.Data)
	}
}

func changedPIN(t *testing.T, flow cardtest.Flow) []byte {
	for _, e := range flow.Exchanges {
		if len(e.ClearCommand) > 1 && e.ClearCommand[1] == iso7816.INSChangeReferenceData {
			return e.ClearCommand[13:21]
		}
	}
	t.Fatal("no CHANGE in the recorded session")
	return nil
}

func bigEndian(v uint64) []byte {
	b := make([]byte, 8)
	for i := range b {
		b[i] = byte(v >> (56 - 8*i))
	}
	return b
}

func TestServicesProofFollowsTheVectors(t *testing.T) {
	var v struct {
		Challenge, Command, Response cardtest.Hex
		MSESet                       cardtest.Hex `json:"mse_set"`
		PublicKey                    cardtest.Hex `json:"public_key_file_1005"`
	}
	cardtest.Vectors(t, "nis_intauth", &v)
	key, err := ParsePublicKey(v.PublicKey)
	require.NoError(t, err)

	require.NoError(t, ProveServices(Plain(cardtest.Pairs(t,
		v.MSESet.String(), "9000", v.Command.String(), v.Response.String()+"9000")), v.Challenge, key))
	// A card that wants no Le.
	without := v.Command.String()[:len(v.Command.String())-2]
	require.NoError(t, ProveServices(Plain(cardtest.Pairs(t,
		v.MSESet.String(), "9000", v.Command.String(), "6700", without, v.Response.String()+"9000")), v.Challenge, key))
	// A replayed proof for another challenge.
	other := bytes.Repeat([]byte{7}, 8)
	err = ProveServices(Plain(cardtest.Pairs(t, v.MSESet.String(), "9000",
		"0088000008"+hex.EncodeToString(other)+"00", v.Response.String()+"9000")), other, key)
	assert.ErrorIs(t, err, ErrChip)
}
