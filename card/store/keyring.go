package store

import (
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"
)

// ErrNoSecret is what a [Keyring] that is open and working returns for a
// secret it does not hold. Any other error means "not now".
var ErrNoSecret = errors.New("keyring holds no such secret")

var errKeyringSlow = errors.New("keyring did not answer in time")

// Keyring is the system's store of secrets, as far as the vault key needs it.
// Its methods may block for as long as they like: they are called aside.
type Keyring interface {
	// Get returns a secret, or [ErrNoSecret].
	Get(service, account string) (string, error)
	// Set creates or replaces a secret.
	Set(service, account, secret string) error
	// Delete removes a secret.
	Delete(service, account string) error
}

// NoKeyring is for portable use and tests: the vault key goes to the file.
func NoKeyring() Keyring { return noKeyring{} }

type noKeyring struct{}

var errNoKeyring = errors.New("no keyring")

func (noKeyring) Get(_, _ string) (string, error) { return "", errNoKeyring }
func (noKeyring) Set(_, _, _ string) error        { return errNoKeyring }
func (noKeyring) Delete(_, _ string) error        { return errNoKeyring }

// systemKeyring is Secret Service, Keychain or Credential Manager. It asks
// whether the keyring is open first, so that a browser never shows an unlock
// dialog that nobody expects.
type systemKeyring struct{}

func (systemKeyring) Get(service, account string) (string, error) {
	if err := keyringOpen(); err != nil {
		return "", err
	}
	secret, err := keyring.Get(service, account)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrNoSecret
	}
	return secret, err
}

func (systemKeyring) Set(service, account, secret string) error {
	if err := keyringOpen(); err != nil {
		return err
	}
	return keyring.Set(service, account, secret)
}

func (systemKeyring) Delete(service, account string) error {
	if err := keyringOpen(); err != nil {
		return err
	}
	return keyring.Delete(service, account)
}

// answer is what a question to the keyring came to.
type answer struct {
	master []byte
	err    error
}

// question is one question under way. There is never more than one: a keyring
// that hangs costs one goroutine, not one a use.
type question struct {
	answers   chan answer
	abandoned atomic.Bool
}

// ask runs ask aside and waits at most wait. It is nil when the answer has not
// come; the question can be looked at again later.
func (q *question) ask(wait time.Duration, ask func() ([]byte, error)) *answer {
	q.answers = make(chan answer, 1)
	go func() {
		// A library that meets an odd keyring must not end the program.
		defer func() {
			if cause := recover(); cause != nil {
				q.answers <- answer{err: fmt.Errorf("keyring: %v", cause)}
			}
		}()
		master, err := ask()
		q.answers <- answer{master, err}
	}()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case got := <-q.answers:
		return &got
	case <-timer.C:
		return nil
	}
}

// late returns the answer if it came meanwhile.
func (q *question) late() *answer {
	select {
	case got := <-q.answers:
		return &got
	default:
		return nil
	}
}
