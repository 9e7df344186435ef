package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	ss "github.com/zalando/go-keyring/secret_service"
)

var errKeyringLocked = errors.New("keyring is locked")

// keyringOpen returns nil when the Secret Service can answer without asking
// the user. (Secret Service API, section Collections, property Locked.)
func keyringOpen() error {
	// Without a session bus the D-Bus library would start one of its own, and
	// leave it running in an ssh session.
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		runtime := os.Getenv("XDG_RUNTIME_DIR")
		info, err := os.Stat(filepath.Join(runtime, "bus"))
		if runtime == "" || err != nil || info.Mode()&fs.ModeSocket == 0 {
			return errors.New("no session bus")
		}
	}
	service, err := ss.NewSecretService()
	if err != nil {
		return err
	}
	locked, err := service.GetLoginCollection().GetProperty("org.freedesktop.Secret.Collection.Locked")
	if err != nil {
		return err
	}
	if isLocked, ok := locked.Value().(bool); !ok || isLocked {
		return errKeyringLocked
	}
	return nil
}
