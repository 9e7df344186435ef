package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"cientro/app"
	"cientro/app/browserdemo"
	"cientro/app/messages"
	"cientro/app/settings"
)

// The files with which curl logs in: OpenSSL loads our module through libp11's
// engine. It does not ask a key behind an engine which signatures it can make,
// and would choose PSS, which a CIE cannot: so they are named.
//
//go:embed demologin.cnf
var opensslConfiguration string

// curlNoEngine is curl's exit code for an engine that is not there
// (CURLE_SSL_ENGINE_NOTFOUND).
const curlNoEngine = 53

// login is the whole main job without a browser: curl, which knows nothing of
// this program, logs in to a level-3 server of our own through the module.
func (d *play) login(ctx context.Context) (messages.Values, *int, error) {
	module, err := findModule(d.module)
	if err != nil {
		return nil, nil, err
	}
	server, err := browserdemo.Start(browserdemo.ServerOptions{
		Roots: [][]byte{d.data.HolderRoot}, Between: [][]byte{d.data.HolderCA}, Now: d.now,
	})
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = server.Close() }()
	before := d.card.Counters()
	page, err := d.curl(ctx, module, server)
	if err != nil {
		return nil, nil, err
	}
	after := d.card.Counters()
	d.apdus = after.APDUs - before.APDUs
	const pin = 0x81
	left := d.card.State().PINTries
	verified := after.Verify[pin] - before.Verify[pin]
	event, err := server.Await(ctx, browserdemo.EventLogin, 1)
	switch {
	case err != nil:
		return nil, nil, err
	case !bytes.Contains(page, []byte(event.Login.Code)), verified != 1, after.Wrong[pin] != before.Wrong[pin]:
		return nil, nil, &app.DemoLoginError{Err: errStory}
	}
	return messages.Values{
		"GivenNames": event.Login.GivenNames, "Surname": event.Login.Surname, "TLS": event.Login.Version, "Verify": verified,
	}, &left, nil
}

// curl returns the page. Everything it needs lies in a folder that goes with it.
func (d *play) curl(ctx context.Context, module string, server *browserdemo.Server) ([]byte, error) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		return nil, &app.DemoMissingError{What: "curl", From: "apt install curl", Err: err}
	}
	dir, err := os.MkdirTemp("", "cientro-demo-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = browserdemo.Remove(dir) }()
	file := func(name string) string { return filepath.Join(dir, name) }
	files := map[string][]byte{
		"openssl.cnf": fmt.Appendf(nil, opensslConfiguration, module),
		"server.pem":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Authority()}),
		"pin":         []byte(storyPINs[1]), // of a specimen that nobody keeps
	}
	for name, content := range files {
		if err := os.WriteFile(file(name), content, 0o600); err != nil {
			return nil, err
		}
	}
	// By its number: no other card that may lie on a reader hears of this PIN.
	token := "pkcs11:serial=" + tokenSerial(d.data.EFSN) + ";pin-source=file:" + file("pin")
	command := exec.CommandContext(ctx, curl, "--silent", "--show-error", "--fail", "--noproxy", "*", "--tlsv1.2", "--tls-max", "1.2",
		"--cacert", file("server.pem"), "--engine", "pkcs11",
		"--cert-type", "ENG", "--cert", token+";type=cert", "--key-type", "ENG", "--key", token+";type=private", server.URL())
	command.Env = append(os.Environ(), "OPENSSL_CONF="+file("openssl.cnf"), settings.HomeVariable+"="+file("cientro"))
	var page, said bytes.Buffer
	command.Stdout, command.Stderr = &page, &said
	err = command.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() == curlNoEngine:
		return nil, &app.DemoMissingError{What: "libengine-pkcs11-openssl", From: "apt install libengine-pkcs11-openssl", Err: err}
	case err != nil:
		return nil, &app.DemoLoginError{Err: fmt.Errorf("curl: %w: %s", err, strings.TrimSpace(said.String()))}
	}
	return page.Bytes(), nil
}

// tokenSerial is the number by which the module lists a card. It is made of
// EF.SN, which every program can read.
func tokenSerial(sn []byte) string {
	sum := sha256.Sum256(sn)
	return hex.EncodeToString(sum[:])[:16]
}
