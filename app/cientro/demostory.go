package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"cientro/app"
	"cientro/app/messages"
	"cientro/card"
	"cientro/card/atr"
	"cientro/card/holder"
)

// errStory: the card did not do what the story says it does.
var errStory = errors.New("the card answered otherwise than it should")

// The new PINs of the story; a fresh specimen draws its own first one.
var storyPINs = [...]string{"27182845", "16180339"}

type storyStep struct {
	name string
	do   func(context.Context) (messages.Values, *int, error)
}

// run plays the story of a card, from the reader to a login.
func (d *play) run(ctx context.Context) error {
	pin := string(d.data.PIN)
	var certificate *holder.Certificate
	steps := []storyStep{
		{"recognise", d.recognise},
		{"prove", d.prove},
		{"verify", d.verify(pin)},
		{"wrong-1", d.wrong(pin, 2)},
		{"wrong-2", d.wrong(pin, 1)},
		{"gate", d.gate(pin)},
		{"wrong-3", d.block(pin)},
		{"unblock", d.unblock},
		{"change", d.change},
		{"certificate", d.certificate(&certificate)},
		{"sign", d.sign(&certificate)},
	}
	if d.stage.place == placeInProcess {
		// The module's agent cannot see into this process.
		defer d.tell("demo.no-login", nil)
	} else {
		steps = append(steps, storyStep{"login", d.login})
	}
	for _, s := range steps {
		if err := d.step(ctx, s.name, s.do); err != nil {
			return err
		}
	}
	return nil
}

// script answers with codes known beforehand.
type script struct{ codes []string }

func scripted(codes ...string) *script { return &script{codes} }

func (*script) Interactive() bool                                        { return false }
func (*script) Show(*app.CardReport, card.Reference)                     {}
func (*script) Progress(card.Phase)                                      {}
func (*script) ConfirmLastTry(context.Context, card.Tries) (bool, error) { return false, nil }
func (*script) ConfirmPUK(context.Context, card.Tries) (int, error)      { return 0, nil }
func (s *script) Secret(context.Context, app.SecretQuestion) ([]byte, error) {
	if len(s.codes) == 0 {
		return nil, errStory
	}
	code := []byte(s.codes[0])
	s.codes = s.codes[1:]
	return code, nil
}

func (d *play) choice() app.Choice { return app.Choice{Reader: d.stage.reader} }

func (d *play) recognise(ctx context.Context) (messages.Values, *int, error) {
	status, err := d.service.Status(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range status.Readers {
		if r.Name == d.stage.reader && r.Recognition.Kind == atr.KindCIE {
			return messages.Values{"Card": d.kindWords(r.Recognition)}, nil, nil
		}
	}
	return nil, nil, errStory
}

func (d *play) prove(ctx context.Context) (messages.Values, *int, error) {
	r, err := d.service.Card(ctx, d.choice(), nil)
	if err != nil {
		return nil, nil, err
	}
	if r.Refusal != nil {
		return nil, nil, r.Refusal
	}
	return messages.Values{
		"Level": d.text("level." + string(r.Authenticity)), "NIS": r.NIS.String(), "Tries": d.triesWords(r.PIN),
	}, app.TriesLeft(r.PIN), nil
}

func (d *play) verify(pin string) func(context.Context) (messages.Values, *int, error) {
	return func(ctx context.Context) (messages.Values, *int, error) {
		tries, err := d.service.VerifyPIN(ctx, d.choice(), scripted(pin))
		return messages.Values{"Tries": d.triesAfter(tries)}, app.TriesLeft(tries), err
	}
}

// wrong presents a wrong PIN, which must leave so many tries.
func (d *play) wrong(pin string, left int) func(context.Context) (messages.Values, *int, error) {
	return func(ctx context.Context) (messages.Values, *int, error) {
		_, err := d.service.VerifyPIN(ctx, d.choice(), scripted(otherPIN(pin)))
		var wrong *card.PINError
		if !errors.As(err, &wrong) || wrong.TriesLeft != left {
			return nil, nil, errors.Join(errStory, err)
		}
		return messages.Values{"Tries": app.TriesSentence(d.words, &left)}, &left, nil
	}
}

// gate shows that the last try does not go out by habit.
func (d *play) gate(pin string) func(context.Context) (messages.Values, *int, error) {
	return func(ctx context.Context) (messages.Values, *int, error) {
		_, err := d.service.VerifyPIN(ctx, d.choice(), scripted(otherPIN(pin)))
		var confirm *card.ConfirmationError
		if !errors.As(err, &confirm) {
			return nil, nil, errors.Join(errStory, err)
		}
		left := app.TriesLeft(confirm.Now)
		return messages.Values{"Tries": app.TriesSentence(d.words, left)}, left, nil
	}
}

// block spends the last try, with the second confirmation it takes.
func (d *play) block(pin string) func(context.Context) (messages.Values, *int, error) {
	return func(ctx context.Context) (messages.Values, *int, error) {
		choice := d.choice()
		choice.ConfirmLastTry = true
		_, err := d.service.VerifyPIN(ctx, choice, scripted(otherPIN(pin)))
		var blocked *card.BlockedError
		if !errors.As(err, &blocked) {
			return nil, nil, errors.Join(errStory, err)
		}
		none := 0
		return nil, &none, nil
	}
}

func (d *play) unblock(ctx context.Context) (messages.Values, *int, error) {
	tries, err := d.service.UnblockPIN(ctx, d.choice(), scripted(string(d.data.PUK), storyPINs[0]))
	return messages.Values{"Tries": d.triesAfter(tries)}, app.TriesLeft(tries), err
}

func (d *play) change(ctx context.Context) (messages.Values, *int, error) {
	tries, err := d.service.ChangePIN(ctx, d.choice(), scripted(storyPINs[0], storyPINs[1]))
	return messages.Values{"Tries": d.triesAfter(tries)}, app.TriesLeft(tries), err
}

func (d *play) certificate(read **holder.Certificate) func(context.Context) (messages.Values, *int, error) {
	return func(ctx context.Context) (messages.Values, *int, error) {
		c, err := d.service.Certificate(ctx, d.choice(), scripted(storyPINs[1]))
		if err != nil {
			return nil, nil, err
		}
		*read = c.Certificate
		// Of a specimen the name may be shown.
		return messages.Values{"GivenNames": c.GivenNames.Reveal(), "Surname": c.Surname.Reveal(), "Key": c.Key}, nil, nil
	}
}

// sign lets the holder's key sign a challenge; OpenSSL, which knows nothing of
// this program, judges the signature.
func (d *play) sign(certificate **holder.Certificate) func(context.Context) (messages.Values, *int, error) {
	return func(ctx context.Context) (messages.Values, *int, error) {
		challenge := make([]byte, 32)
		if _, err := io.ReadFull(d.rand, challenge); err != nil {
			return nil, nil, err
		}
		sum := sha256.Sum256(challenge)
		signature, err := d.service.Sign(ctx, d.choice(), scripted(storyPINs[1]), crypto.SHA256, sum[:])
		if err != nil {
			return nil, nil, err
		}
		key := (*certificate).PublicKey()
		if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature.Value); err != nil {
			return nil, nil, errors.Join(errStory, err)
		}
		judge, err := d.judge(ctx, key, challenge, signature.Value)
		return messages.Values{"Judge": judge}, nil, err
	}
}

// judge asks openssl, where it is installed.
func (d *play) judge(ctx context.Context, key *rsa.PublicKey, challenge, signature []byte) (string, error) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		return d.text("demo.judge.none"), nil
	}
	dir, err := os.MkdirTemp("", "cientro-demo-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "", err
	}
	files := map[string][]byte{
		"key.pem": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), "challenge": challenge, "signature": signature,
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return "", err
		}
	}
	command := exec.CommandContext(ctx, openssl, "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "challenge")
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("openssl: %w: %s", err, output)
	}
	return d.text("demo.judge.openssl"), nil
}

// otherPIN is a PIN that is not pin.
func otherPIN(pin string) string {
	first := '0' + (pin[0]-'0'+1)%10
	return string(first) + pin[1:]
}
