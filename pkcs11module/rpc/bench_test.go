//go:build unix

package rpc_test

import (
	"context"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"cientro/pkcs11module/rpc"
)

// socketpair gives two connected sockets, as the agent and its host have them.
func socketpair(t testing.TB) (client, served net.Conn) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	var conns [2]net.Conn
	for i, fd := range fds {
		file := os.NewFile(uintptr(fd), "socketpair")
		conns[i], err = net.FileConn(file)
		require.NoError(t, err)
		require.NoError(t, file.Close())
	}
	return conns[0], conns[1]
}

// BenchmarkRoundTrip is one C_GetSessionInfo there and back, which is what every
// poll of a browser costs on the wire.
func BenchmarkRoundTrip(b *testing.B) {
	client, served := socketpair(b)
	done := make(chan error)
	go func() { done <- rpc.Serve(context.Background(), served, newSlow(), rpc.Options{}) }()
	send(b, client, []byte{2})
	_, err := io.ReadFull(client, make([]byte, 1))
	require.NoError(b, err)
	request, answer := sessionInfo(1), sessionInfoAnswer(1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Write(request); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(client, answer); err != nil {
			b.Fatal(err)
		}
	}
	require.NoError(b, client.Close())
	require.NoError(b, <-done)
}
