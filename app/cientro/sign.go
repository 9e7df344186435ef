package main

import (
	"context"
	"crypto"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cientro/app"
	"cientro/app/messages"
)

type signDocument struct {
	Schema    string `json:"schema"`
	Algorithm string `json:"algorithm"`
	Digest    string `json:"digest"`
	Value     string `json:"digestValue"` // hexadecimal
	Signature string `json:"signature"`   // base64
	File      string `json:"file,omitempty"`
}

const signatureAlgorithm = "RSASSA-PKCS1-v1_5"

// digests are the hashes the card's key signs, by the names of the flag.
var digests = map[string]crypto.Hash{
	"sha1": crypto.SHA1, "sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512,
}

func (p *program) signCommand() *cobra.Command {
	var digest, path string
	c := p.command("sign [--digest sha256] [-o FILE] FILE", "sign", arguments(1, 1), func(ctx context.Context, args []string) error {
		hash, ok := digests[strings.ToLower(digest)]
		if !ok {
			return &app.UsageError{Reason: app.UsageFlagValue, Subject: "--digest", Command: "cientro sign"}
		}
		sum, err := hashFile(hash, args[0])
		if err != nil {
			return err
		}
		var out *outputFile
		if path != "" {
			if out, err = createOutput(path); err != nil { // before a PIN is asked for
				return err
			}
			defer out.discard()
		}
		service, err := p.service(ctx)
		if err != nil {
			return err
		}
		signature, err := service.Sign(ctx, p.flags.choice(), p.asker(), hash, sum)
		if err != nil {
			return err
		}
		if out != nil {
			if err := out.commit(signature.Value, app.MeansVerified); err != nil {
				return err
			}
		}
		p.tellSignature(strings.ToLower(digest), sum, signature.Value, path)
		return nil
	})
	c.Flags().StringVar(&digest, "digest", "sha256", p.text("flag.digest"))
	completes(c, "digest", slices.Sorted(maps.Keys(digests))...)
	c.Flags().StringVarP(&path, "output", "o", "", p.text("flag.output-signature"))
	return c
}

func (p *program) tellSignature(digest string, sum, signature []byte, path string) {
	encoded := base64.StdEncoding.EncodeToString(signature)
	switch {
	case p.flags.json:
		p.printJSON(signDocument{
			Schema: "cientro.sign/1", Algorithm: signatureAlgorithm, Digest: digest,
			Value: hex.EncodeToString(sum), Signature: encoded, File: path,
		})
	case path != "":
		p.say("saved", messages.Values{"File": path})
	default:
		_, _ = fmt.Fprintln(p.stdout, encoded)
	}
}

func hashFile(hash crypto.Hash, path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &app.FileError{Op: app.FileRead, Path: path, Err: err}
	}
	defer func() { _ = f.Close() }()
	h := hash.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, &app.FileError{Op: app.FileRead, Path: path, Err: err}
	}
	return h.Sum(nil), nil
}
