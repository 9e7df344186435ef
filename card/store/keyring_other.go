//go:build !linux

package store

// keyringOpen has nothing to ask: the Credential Manager of Windows and the
// login Keychain of macOS are open while the user is logged in.
func keyringOpen() error { return nil }
