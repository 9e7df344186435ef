package main

import (
	"context"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"cientro/app"
	"cientro/app/messages"
)

type certificateDocument struct {
	Schema         string     `json:"schema"`
	Surname        string     `json:"surname"`
	GivenNames     string     `json:"givenNames"`
	FiscalCode     string     `json:"fiscalCode"`
	DocumentNumber string     `json:"documentNumber"`
	Issuer         string     `json:"issuer"`
	ExpiryYear     int        `json:"expiryYear"`
	NotBefore      *time.Time `json:"notBefore"` // the expiry is the holder's birthday: with --show-personal only
	NotAfter       *time.Time `json:"notAfter"`
	Valid          bool       `json:"valid"`
	Proven         bool       `json:"proven"` // it is the one that the card's SOD signs
	Key            string     `json:"key"`
	SHA256         string     `json:"sha256"`
	PEM            string     `json:"pem,omitempty"`
	File           string     `json:"file,omitempty"`
}

func (p *program) certificateCommand() *cobra.Command {
	var asPEM, asDER bool
	var path string
	c := p.command("certificate [--pem|--der] [-o FILE]", "certificate", arguments(0, 0), func(ctx context.Context, _ []string) error {
		if err := p.checkCertificateFlags(asPEM, asDER, path); err != nil {
			return err
		}
		var out *outputFile
		if path != "" {
			var err error
			if out, err = createOutput(path); err != nil { // before a PIN is asked for
				return err
			}
			defer out.discard()
		}
		certificate, err := p.readCertificate(ctx)
		if err != nil {
			return err
		}
		content := certificate.DER()
		if !asDER {
			content = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: content})
		}
		if out != nil {
			if err := out.commit(content, app.MeansVerified); err != nil {
				return err
			}
		}
		return p.tellCertificate(certificate, content, asPEM, asDER, path)
	})
	c.Flags().BoolVar(&asPEM, "pem", false, p.text("flag.pem"))
	c.Flags().BoolVar(&asDER, "der", false, p.text("flag.der"))
	c.Flags().StringVarP(&path, "output", "o", "", p.text("flag.output"))
	return c
}

func (p *program) checkCertificateFlags(asPEM, asDER bool, path string) error {
	const command = "cientro certificate"
	switch {
	case asPEM && asDER:
		return conflict(command, "--pem", "--der")
	case asDER && path == "" && p.flags.json:
		return conflict(command, "--der", "--json")
	case asDER && path == "" && isTerminal(p.stdout):
		return &app.UsageError{Reason: app.UsageTerminal, Subject: "FILE", Command: command}
	}
	return nil
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (p *program) readCertificate(ctx context.Context) (*app.HolderCertificate, error) {
	service, err := p.service(ctx)
	if err != nil {
		return nil, err
	}
	return service.Certificate(ctx, p.flags.choice(), p.asker())
}

// tellCertificate prints the certificate itself where that was asked for and no
// file takes it, else what it says, without naming the holder. That it is not
// proven is said in every case.
func (p *program) tellCertificate(c *app.HolderCertificate, content []byte, asPEM, asDER bool, path string) error {
	if !c.Proven {
		p.note("note.certificate-unproven", nil)
	}
	switch {
	case p.flags.json:
		p.printJSON(p.certificateJSON(c, content, asPEM, path))
	case path == "" && (asPEM || asDER):
		_, err := p.stdout.Write(content)
		return err
	default:
		p.sayCertificate(c, path)
	}
	return nil
}

func (p *program) certificateJSON(c *app.HolderCertificate, content []byte, asPEM bool, path string) certificateDocument {
	document := certificateDocument{
		Schema: "cientro.certificate/1", Surname: p.personal(c.Surname), GivenNames: p.personal(c.GivenNames),
		FiscalCode: p.personal(c.FiscalCode), DocumentNumber: p.personal(c.DocumentNumber), Issuer: c.Issuer,
		ExpiryYear: c.NotAfter.Year(), Valid: c.ValidAt(p.now()), Proven: c.Proven, Key: c.Key, SHA256: fingerprint(c), File: path,
	}
	if p.flags.showPersonal {
		document.NotBefore, document.NotAfter = &c.NotBefore, &c.NotAfter
	}
	if asPEM && path == "" {
		document.PEM = string(content)
	}
	return document
}

func fingerprint(c *app.HolderCertificate) string { return fmt.Sprintf("%x", sha256.Sum256(c.DER())) }

func (p *program) sayCertificate(c *app.HolderCertificate, path string) {
	until := fmt.Sprint(c.NotAfter.Year())
	if p.flags.showPersonal {
		until = c.NotAfter.Local().Format(time.DateOnly)
	}
	p.say("certificate.holder", messages.Values{"Surname": p.personal(c.Surname), "GivenNames": p.personal(c.GivenNames)})
	p.say("certificate.fiscal-code", messages.Values{"FiscalCode": p.personal(c.FiscalCode)})
	p.say("certificate.document", messages.Values{"DocumentNumber": p.personal(c.DocumentNumber)})
	p.say("certificate.issuer", messages.Values{"Issuer": c.Issuer})
	p.say("certificate.until", messages.Values{"Until": until})
	p.say("certificate.key", messages.Values{"Key": c.Key})
	p.say("certificate.sha256", messages.Values{"SHA256": fingerprint(c)})
	if !c.ValidAt(p.now()) {
		p.note("note.certificate-expired", nil)
	}
	if path != "" {
		p.say("saved", messages.Values{"File": path})
	}
}
