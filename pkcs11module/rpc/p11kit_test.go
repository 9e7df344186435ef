//go:build unix

package rpc_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/rpc"
)

// p11kitClient finds the library through which programs reach a server's socket.
func p11kitClient(t *testing.T) string {
	if os.Getenv("CIENTRO_TEST_MODULE") == "" {
		t.Skip("set CIENTRO_TEST_MODULE=1 to try p11-kit's own clients")
	}
	if other := os.Getenv("CIENTRO_P11_KIT_CLIENT"); other != "" { // another version than the system's
		return other
	}
	for _, pattern := range []string{"/usr/lib/*/pkcs11/p11-kit-client.so", "/usr/lib*/pkcs11/p11-kit-client.so"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0]
		}
	}
	t.Fatal("p11-kit-client.so is missing (package p11-kit-modules)")
	return ""
}

// listen serves one token on a socket, a connection after the other or at once.
func listen(t *testing.T, module func() rpc.Module) (path string) {
	path = filepath.Join(t.TempDir(), "socket")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() {
				options := rpc.Options{OnPanic: func(call rpc.CallID, fault any, stack []byte) {
					t.Errorf("%v: %v\n%s", call, fault, stack)
				}}
				assert.NoError(t, rpc.Serve(context.Background(), conn, module(), options))
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		served.Wait()
	})
	return path
}

// client runs a program against the socket, and demands that it succeeds.
func client(t *testing.T, socket, program string, args ...string) string {
	path, err := exec.LookPath(program)
	require.NoError(t, err)
	command := exec.Command(path, args...)
	command.Env = append(os.Environ(), "P11_KIT_SERVER_ADDRESS=unix:path="+socket, "LC_ALL=C")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s %v\n%s", program, args, output)
	return string(output)
}

// TestP11KitClients lets programs that know nothing of this server work with a
// token behind it, through p11-kit's own client.
func TestP11KitClients(t *testing.T) {
	library := p11kitClient(t)
	token := newSoft(t)
	socket := listen(t, func() rpc.Module {
		return &soft{key: token.key, certificate: token.certificate}
	})
	pkcs11tool := func(args ...string) string {
		return client(t, socket, "pkcs11-tool", append([]string{"--module", library}, args...)...)
	}

	t.Run("pkcs11-tool lists", func(t *testing.T) {
		assert.Contains(t, pkcs11tool("--show-info"), "CIEntro")
		slots := pkcs11tool("-L")
		assert.Contains(t, slots, "soft reader")
		assert.Contains(t, slots, "soft token")
		assert.Contains(t, slots, "0123456789abcdef")
		assert.Contains(t, pkcs11tool("-M"), "SHA256-RSA-PKCS")
		objects := pkcs11tool("-O")
		assert.Contains(t, objects, "Certificate Object; type = X.509 cert")
		assert.Contains(t, objects, "SPECIMEN TEST")
		assert.Contains(t, objects, "Private Key Object; RSA")
		assert.Contains(t, objects, "Allowed mechanisms: RSA-PKCS,SHA256-RSA-PKCS")
	})
	t.Run("pkcs11-tool reads", func(t *testing.T) {
		out := filepath.Join(t.TempDir(), "certificate")
		pkcs11tool("--read-object", "--type", "cert", "--id", "0102", "-o", out)
		der, err := os.ReadFile(out)
		require.NoError(t, err)
		assert.Equal(t, token.certificate.Raw, der)
	})
	t.Run("pkcs11-tool signs", func(t *testing.T) {
		dir := t.TempDir()
		in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
		data := make([]byte, 100_000) // longer than one part
		require.NoError(t, os.WriteFile(in, data, 0o600))
		pkcs11tool("--login", "--pin", softPIN, "--sign", "-m", "SHA256-RSA-PKCS", "--id", "0102", "-i", in, "-o", out)
		signature, err := os.ReadFile(out)
		require.NoError(t, err)
		digest := sha256.Sum256(data)
		assert.NoError(t, rsa.VerifyPKCS1v15(&token.key.PublicKey, crypto.SHA256, digest[:], signature))
	})
	t.Run("pkcs11-tool is told of a wrong PIN", func(t *testing.T) {
		command := exec.Command("pkcs11-tool", "--module", library, "--login", "--pin", "00000000", "-O")
		command.Env = append(os.Environ(), "P11_KIT_SERVER_ADDRESS=unix:path="+socket, "LC_ALL=C")
		output, err := command.CombinedOutput()
		assert.Error(t, err)
		assert.Contains(t, string(output), "CKR_PIN_INCORRECT")
	})
	t.Run("p11tool", func(t *testing.T) {
		provider := []string{"--provider", library}
		assert.Contains(t, client(t, socket, "p11tool", append(provider, "--list-tokens")...), "soft%20token")
		all := client(t, socket, "p11tool", append(provider, "--login", "--set-pin", softPIN, "--list-all", "pkcs11:token=soft%20token")...)
		assert.Contains(t, all, "type=cert")
		assert.Contains(t, all, "type=private")
		signed := client(t, socket, "p11tool", append(provider, "--login", "--set-pin", softPIN, "--test-sign",
			"pkcs11:token=soft%20token;id=%01%02;type=private")...)
		assert.Contains(t, signed, "Verifying against private key parameters... ok")
	})
}
