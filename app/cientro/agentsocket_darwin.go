package main

import "golang.org/x/sys/unix"

// peerUser is who made the other end of a connection (LOCAL_PEERCRED).
func peerUser(socket int) (int, error) {
	credentials, err := unix.GetsockoptXucred(socket, unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	if err != nil {
		return -1, err
	}
	return int(credentials.Uid), nil
}
