//go:build linux

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// rpcClient speaks as much of p11-kit's protocol, version 0, as these tests
// need, on its own: a mistake of package rpc would not show if it were shared.
type rpcClient struct {
	t    testing.TB
	conn io.ReadWriter
	last uint32
}

// newRPCClient greets the agent.
func newRPCClient(t testing.TB, conn io.ReadWriter) *rpcClient {
	t.Helper()
	c := &rpcClient{t: t, conn: conn}
	_, err := conn.Write([]byte{0})
	require.NoError(t, err)
	var version [1]byte
	_, err = io.ReadFull(conn, version[:])
	require.NoError(t, err)
	require.Zero(t, version[0])
	return c
}

// call sends a request and returns what follows the answer's signature.
func (c *rpcClient) call(id rpc.CallID, signature string, arguments ...[]byte) ([]byte, error) {
	c.last++
	body := binary.BigEndian.AppendUint32(nil, uint32(id))
	body = binary.BigEndian.AppendUint32(body, uint32(len(signature)))
	body = append(body, signature...)
	body = append(body, slices.Concat(arguments...)...)
	frame := binary.BigEndian.AppendUint32(nil, c.last)
	frame = binary.BigEndian.AppendUint32(frame, 0)
	frame = binary.BigEndian.AppendUint32(frame, uint32(len(body)))
	if _, err := c.conn.Write(append(frame, body...)); err != nil {
		return nil, err
	}
	var header [12]byte
	if _, err := io.ReadFull(c.conn, header[:]); err != nil {
		return nil, err
	}
	if got := binary.BigEndian.Uint32(header[:]); got != c.last {
		return nil, fmt.Errorf("answer %d to call %d", got, c.last)
	}
	answer := make([]byte, binary.BigEndian.Uint32(header[4:])+binary.BigEndian.Uint32(header[8:]))
	if _, err := io.ReadFull(c.conn, answer); err != nil {
		return nil, err
	}
	answer = answer[binary.BigEndian.Uint32(header[4:]):]
	if len(answer) < 8 {
		return nil, errors.New("short answer")
	}
	said, rest := binary.BigEndian.Uint32(answer), answer[8:]
	if n := binary.BigEndian.Uint32(answer[4:]); int(n) <= len(rest) {
		rest = rest[n:]
	}
	if said == 0 { // CallError
		return nil, ck.RV(binary.BigEndian.Uint64(rest))
	}
	return rest, nil
}

func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func byteArray(b []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{1}, uint32(len(b))), b...)
}

func (c *rpcClient) initialize() error {
	const handshake = "PRIVATE-GNOME-KEYRING-PKCS11-PROTOCOL-V-1"
	_, err := c.call(rpc.CallInitialize, "ayyay", byteArray([]byte(handshake)), []byte{0}, byteArray([]byte{0}))
	return err
}

func (c *rpcClient) slots(present bool) []ck.SlotID {
	c.t.Helper()
	flag := byte(0)
	if present {
		flag = 1
	}
	answer, err := c.call(rpc.CallGetSlotList, "yfu", []byte{flag}, binary.BigEndian.AppendUint32(nil, 64))
	require.NoError(c.t, err)
	require.GreaterOrEqual(c.t, len(answer), 5)
	var ids []ck.SlotID
	for rest := answer[5:]; len(rest) >= 8; rest = rest[8:] {
		ids = append(ids, ck.SlotID(binary.BigEndian.Uint64(rest)))
	}
	return ids
}

// label returns the token's label, 32 bytes.
func (c *rpcClient) label(slot ck.SlotID) (string, error) {
	answer, err := c.call(rpc.CallGetTokenInfo, "u", u64(uint64(slot)))
	if err != nil {
		return "", err
	}
	return string(answer[4:36]), nil
}

func (c *rpcClient) openSession(slot ck.SlotID) ck.SessionHandle {
	c.t.Helper()
	answer, err := c.call(rpc.CallOpenSession, "uu", u64(uint64(slot)), u64(uint64(ck.SessionSerial|ck.SessionRW)))
	require.NoError(c.t, err)
	return ck.SessionHandle(binary.BigEndian.Uint64(answer))
}

func (c *rpcClient) login(session ck.SessionHandle, pin string) error {
	_, err := c.call(rpc.CallLogin, "uuay", u64(uint64(session)), u64(uint64(ck.UserUser)), byteArray([]byte(pin)))
	return err
}

func (c *rpcClient) state(session ck.SessionHandle) ck.State {
	c.t.Helper()
	answer, err := c.call(rpc.CallGetSessionInfo, "u", u64(uint64(session)))
	require.NoError(c.t, err)
	return ck.State(binary.BigEndian.Uint64(answer[8:]))
}

// description is the slot's: the name of its reader.
func (c *rpcClient) description(slot ck.SlotID) string {
	c.t.Helper()
	answer, err := c.call(rpc.CallGetSlotInfo, "u", u64(uint64(slot)))
	require.NoError(c.t, err)
	return strings.TrimSpace(string(answer[4:68]))
}
