package main

import "golang.org/x/sys/unix"

// peerUser is who made the other end of a connection (unix(7), SO_PEERCRED).
func peerUser(socket int) (int, error) {
	credentials, err := unix.GetsockoptUcred(socket, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return -1, err
	}
	return int(credentials.Uid), nil
}
