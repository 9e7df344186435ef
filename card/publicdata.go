package card

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"

	"cientro/card/ias"
	"cientro/card/iso7816"
)

// publicDataVersion is raised when the fields change their meaning.
const publicDataVersion = 1

// publicData is what a card shows to everybody, or, the certificate, to who
// knows the PIN: it never changes and holds no secret. It is remembered, so
// that the next session need not read it again; it is trusted no more than the
// card: the SOD is verified anew each time, and the chip must prove the key.
type publicData struct {
	Version       int
	IDServizi     []byte // EF.ID_Servizi, 12 ASCII digits
	SN            []byte // EF.SN
	DH            []byte // EF.DH
	IntKpub       []byte
	ServiziKpub   []byte
	SOD           []byte // empty where the card has none
	Domain        ias.DomainParameters
	Authenticator ias.AuthenticationKey
	Certificate   []byte `json:",omitempty"` // EF.Cert_CIE once read and checked
	TellsCounters bool   `json:",omitempty"` // it told a counter, in a proven channel
	NoCounters    bool   `json:",omitempty"` // asking for the counters ends the channel
}

// readPublicData reads everything that is free to read, beginning and ending
// in the CIE application.
func (c *Card) readPublicData(ctx context.Context) (*publicData, error) {
	send := obeying(ctx, ias.Plain(c.transmit))
	files := ias.NewFiles(send, ias.ChunkClear)
	p := &publicData{Version: publicDataVersion, IDServizi: []byte(c.number.Reveal())}
	if err := p.readRoot(send, files, ias.Root(c.recognition.Hint.RootFirst)); err != nil {
		return nil, err
	}
	ok, err := ias.SelectCIE(send)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errors.New("CIE application vanished")
	}
	if p.IntKpub, err = files.Read(ias.EFIntKpub); err != nil {
		return nil, err
	}
	if p.ServiziKpub, err = files.ReadIfThere(ias.EFServiziKpub); err != nil {
		return nil, err
	}
	if p.SOD, err = files.ReadIfThere(ias.EFSOD); err != nil {
		return nil, err
	}
	if p.Domain, err = ias.ReadDomainParameters(send); err != nil {
		return nil, err
	}
	p.Authenticator, err = ias.ReadAuthenticationKey(send)
	return p, err
}

func (p *publicData) readRoot(send ias.Sender, files *ias.Files, hint ias.Root) error {
	_, ok, err := ias.SelectRoot(send, hint)
	if err != nil {
		return err
	}
	if !ok {
		return errors.New("no way to the card's root")
	}
	if p.SN, err = files.Read(ias.EFSN); err != nil {
		return err
	}
	p.DH, err = files.ReadIfThere(ias.EFDH)
	return err
}

// obeying looks at ctx before each command: reading may stop anywhere.
func obeying(ctx context.Context, send ias.Sender) ias.Sender {
	return func(command iso7816.CommandAPDU) (iso7816.ResponseAPDU, error) {
		if err := ctx.Err(); err != nil {
			return iso7816.ResponseAPDU{}, err
		}
		return send(command)
	}
}

// chipKey is the key that the chip must prove.
func (p *publicData) chipKey() (*rsa.PublicKey, error) { return ias.ParsePublicKey(p.IntKpub) }

func (p *publicData) encode() ([]byte, error) { return json.Marshal(p) }

// decodePublicData takes what this version remembered of the number; anything
// else is as good as nothing remembered.
func decodePublicData(b []byte, number string) *publicData {
	var p publicData
	if err := json.Unmarshal(b, &p); err != nil || p.Version != publicDataVersion || string(p.IDServizi) != number {
		return nil
	}
	if p.Authenticator.Check() != nil {
		return nil
	}
	return &p
}
