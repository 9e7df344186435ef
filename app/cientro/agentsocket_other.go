//go:build !linux && !darwin

package main

import (
	"errors"
	"net"
)

func sameUser(int) bool { return false }

func peerUser(int) (int, error) { return -1, errors.ErrUnsupported }

// listenPrivately: without a way to tell users apart nobody is served.
func listenPrivately(string) (net.Listener, error) { return nil, errors.ErrUnsupported }
