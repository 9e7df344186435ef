package rpc_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/hex"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

func trimmed(s string) string { return strings.TrimRight(s, " ") }

func padded(s string, length int) []byte {
	return []byte(s + strings.Repeat(" ", length-len(s)))
}

// exchange is a captured request with its answer, nil where there was none.
type exchange struct{ request, answer []byte }

type capture struct {
	name              string
	offered, answered byte
	exchanges         []exchange
}

// captures reads testdata/p11kit.txt.gz.
func captures(t testing.TB) (all []capture) {
	f, err := os.Open("testdata/p11kit.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		kind, rest, _ := strings.Cut(lines.Text(), " ")
		if kind == "capture" {
			name, _, _ := strings.Cut(rest, ":")
			all = append(all, capture{name: name})
			continue
		}
		bytes, err := hex.DecodeString(strings.ReplaceAll(rest, " ", ""))
		require.NoError(t, err)
		c := &all[len(all)-1]
		switch kind {
		case "version":
			c.offered, c.answered = bytes[0], bytes[1]
		case ">":
			c.exchanges = append(c.exchanges, exchange{request: bytes})
		case "<":
			c.exchanges[len(c.exchanges)-1].answer = bytes
		}
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, all)
	return all
}

// payload is a frame's body.
func payload(frame []byte) []byte {
	if frame == nil {
		return nil
	}
	g := glasses{frame}
	g.u32()
	options, length := int(g.u32()), int(g.u32())
	g.take(options)
	return g.take(length)
}

// dial starts a server and offers it a version.
func dial(t testing.TB, m rpc.Module, offered byte) (conn net.Conn, answered byte, done <-chan error) {
	conn, served := net.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- rpc.Serve(context.Background(), served, m, rpc.Options{}) }()
	t.Cleanup(func() { conn.Close() })
	_, err := conn.Write([]byte{offered})
	require.NoError(t, err)
	version := make([]byte, 1)
	_, err = io.ReadFull(conn, version)
	require.NoError(t, err)
	return conn, version[0], ended
}

// readFrame reads one frame, whole.
func readFrame(t testing.TB, conn io.Reader) []byte {
	header := make([]byte, 12)
	_, err := io.ReadFull(conn, header)
	require.NoError(t, err)
	g := glasses{header[4:]}
	rest := make([]byte, g.u32()+g.u32())
	_, err = io.ReadFull(conn, rest)
	require.NoError(t, err)
	return append(header, rest...)
}

// TestReplay plays what p11-kit's clients were seen to send, and demands what
// p11-kit's servers were seen to answer in front of SoftHSM, byte for byte. The
// differences are the ones that exception names, and no more of them.
func TestReplay(t *testing.T) {
	exceptions := map[string]int{}
	calls := map[rpc.CallID]bool{}
	same := 0
	for _, c := range captures(t) {
		t.Run(c.name, func(t *testing.T) {
			module := &playback{t: t, offered: c.offered}
			conn, answered, done := dial(t, module, c.offered)
			assert.Equal(t, min(c.offered, 2), answered)
			for _, x := range c.exchanges {
				id := rpc.CallID((&glasses{payload(x.request)}).u32())
				calls[id] = true
				module.next(payload(x.request), payload(x.answer))
				_, err := conn.Write(x.request)
				require.NoError(t, err)
				got := readFrame(t, conn)
				want, why := exception(x)
				if why != "" {
					exceptions[why]++
				} else {
					same++
				}
				require.Equal(t, hex.EncodeToString(want), hex.EncodeToString(got), "%v %s", id, why)
			}
			module.next(nil, nil)
			require.NoError(t, conn.Close())
			assert.NoError(t, <-done)
		})
	}
	assert.Len(t, calls, 47)
	assert.Equal(t, 753, same)
	assert.Equal(t, map[string]int{otherKind: 95, hungUp: 5, namedUser: 1, noTemplates: 12, readableList: 6}, exceptions)
}

// Why an answer is not the captured one.
const (
	otherKind    = "of a kind this module does not have"
	hungUp       = "p11-kit's server hung up, this one does not"
	namedUser    = "known here, but a card's user has no name"
	noTemplates  = "no object of this module has templates"
	readableList = "a list of mechanisms whose length alone p11-kit's client cannot read"
)

// exception gives the answer to expect: the captured one, or another and why.
func exception(x exchange) (want []byte, why string) {
	code := (&glasses{x.request}).u32()
	g := glasses{payload(x.request)}
	id, _ := g.head()
	if x.answer == nil {
		rv := ck.RVFunctionFailed
		if id == rpc.CallLoginUser {
			rv = ck.RVArgumentsBad
		}
		return refused(code, rv), hungUp
	}
	answer := glasses{payload(x.answer)}
	failed, _ := answer.head()
	switch {
	case id == rpc.CallLoginUser:
		return refused(code, ck.RVArgumentsBad), namedUser
	case failed == 0:
		return x.answer, ""
	case !served(id):
		return refused(code, ck.RVFunctionNotSupported), otherKind
	case id == rpc.CallGetAttributeValue:
		return attributeException(x)
	}
	return x.answer, ""
}

func served(id rpc.CallID) bool {
	switch id {
	case rpc.CallCreateObject, rpc.CallEncryptInit, rpc.CallEncrypt, rpc.CallDecryptInit, rpc.CallDecrypt,
		rpc.CallDigestInit, rpc.CallDigest, rpc.CallGenerateKey, rpc.CallGenerateKeyPair, rpc.CallDeriveKey,
		rpc.CallDeriveKey2, rpc.CallSeedRandom, rpc.CallGenerateRandom, rpc.CallGetOperationState:
		return false
	}
	return true
}

// attributeException knows two attributes: templates, which no object of this
// module has, and the length of a list of mechanisms, where p11-kit's server
// writes what its client cannot read.
func attributeException(x exchange) (want []byte, why string) {
	code := (&glasses{x.request}).u32()
	answer := glasses{payload(x.answer)}
	answer.head()
	all := attributes(&answer)
	if len(all) != 1 {
		return x.answer, ""
	}
	kind := u32(uint32(all[0].kind))
	if all[0].isTemplate() {
		return frame(code, "", body(rpc.CallGetAttributeValue, "aAu", u32(1), kind, u8(0), u64(uint64(ck.RVAttributeTypeInvalid)))),
			noTemplates
	}
	if all[0].kind == ck.AttributeAllowedMechanisms && bytes.Equal(all[0].value, make([]byte, all[0].length)) {
		return frame(code, "", body(rpc.CallGetAttributeValue, "aAu", u32(1), kind, u8(1), u32(16), u32(2),
			u64(uint64(0)), u64(uint64(0)), u64(uint64(0)))), readableList
	}
	return x.answer, ""
}
