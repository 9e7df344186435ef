//go:build linux

package stubtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// agentMain is the agent that this test binary is when it is started by the
// name of the agent. It has a token with one key, which "signs" with SHA-256.
func agentMain() {
	home := os.Getenv("CIENTRO_HOME")
	if err := os.WriteFile(filepath.Join(home, "agent.pid"), fmt.Appendln(nil, os.Getpid()), 0o600); err != nil {
		os.Exit(1)
	}
	conn, err := net.FileConn(os.NewFile(0, "socket"))
	if err != nil {
		os.Exit(1)
	}
	_ = rpc.Serve(context.Background(), conn, &double{home: home}, rpc.Options{})
	// os.Exit would let the race detector think for a second.
	syscall.Exit(0)
}

const (
	slotOne   ck.SlotID       = 1
	keyHandle ck.ObjectHandle = 7
	doublePIN                 = "41739628"
)

type operation struct {
	hash hash.Hash
}

// double is a token without a card.
type double struct {
	home string

	mu       sync.Mutex
	reserved string
	sessions map[ck.SessionHandle]*operation
	finding  map[ck.SessionHandle][]ck.ObjectHandle
	last     ck.SessionHandle
	loggedIn bool
	end      chan struct{}
}

var _ rpc.Module = (*double)(nil)

func (d *double) Initialize(_ context.Context, reserved []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reserved = strings.TrimRight(string(reserved), "\x00")
	d.sessions = map[ck.SessionHandle]*operation{}
	d.finding = map[ck.SessionHandle][]ck.ObjectHandle{}
	d.end = make(chan struct{})
	d.note("initialize", d.reserved)
	return nil
}

// note appends a line to what the tests look at afterwards.
func (d *double) note(what, detail string) {
	f, err := os.OpenFile(filepath.Join(d.home, "agent.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = fmt.Fprintf(f, "%s %s\n", what, detail)
}

func (d *double) Finalize(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.end != nil {
		close(d.end)
		d.end = nil
	}
	return nil
}

func (d *double) GetInfo(context.Context) (ck.Info, error) {
	return ck.Info{Cryptoki: ck.Version{Major: 3}, Manufacturer: "CIEntro", Description: "stand-in"}, nil
}

func (d *double) GetSlotList(context.Context, bool, bool) ([]ck.SlotID, error) {
	return []ck.SlotID{slotOne}, nil
}

func (d *double) GetSlotInfo(context.Context, ck.SlotID) (ck.SlotInfo, error) {
	return ck.SlotInfo{Description: "stand-in", Manufacturer: "CIEntro", Flags: ck.SlotTokenPresent}, nil
}

func (d *double) GetTokenInfo(context.Context, ck.SlotID) (ck.TokenInfo, error) {
	return ck.TokenInfo{Label: "TEST", Serial: "0123456789ABCDEF", Flags: ck.TokenTokenInitialized}, nil
}

func (d *double) GetMechanismList(context.Context, ck.SlotID) ([]ck.MechanismType, error) {
	return []ck.MechanismType{ck.MechanismRSAPKCS, ck.MechanismSHA256RSAPKCS}, nil
}

func (d *double) GetMechanismInfo(context.Context, ck.SlotID, ck.MechanismType) (ck.MechanismInfo, error) {
	return ck.MechanismInfo{MinKeySize: 2048, MaxKeySize: 2048, Flags: ck.MechanismSign}, nil
}

func (d *double) WaitForSlotEvent(ctx context.Context, flags ck.Flags) (ck.SlotID, error) {
	if flags&ck.DontBlock != 0 {
		return 0, ck.RVNoEvent
	}
	d.mu.Lock()
	end := d.end
	d.mu.Unlock()
	select {
	case <-end:
	case <-ctx.Done():
	}
	return 0, ck.RVCryptokiNotInitialized
}

func (d *double) OpenSession(_ context.Context, slot ck.SlotID, _ ck.Flags) (ck.SessionHandle, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if slot != slotOne {
		return 0, ck.RVSlotIDInvalid
	}
	d.last++
	d.sessions[d.last] = nil
	return d.last, nil
}

// in runs f if the session is open.
func (d *double) in(s ck.SessionHandle, f func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.sessions[s]; !ok {
		return ck.RVSessionHandleInvalid
	}
	return f()
}

func (d *double) CloseSession(_ context.Context, s ck.SessionHandle) error {
	return d.in(s, func() error {
		delete(d.sessions, s)
		d.loggedIn = d.loggedIn && len(d.sessions) > 0
		return nil
	})
}

func (d *double) CloseAllSessions(context.Context, ck.SlotID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.sessions)
	d.loggedIn = false
	return nil
}

func (d *double) GetSessionInfo(_ context.Context, s ck.SessionHandle) (i ck.SessionInfo, err error) {
	err = d.in(s, func() error {
		i = ck.SessionInfo{Slot: slotOne, Flags: ck.SessionSerial}
		if d.loggedIn {
			i.State = ck.StateROUser
		}
		return nil
	})
	return i, err
}

func (d *double) SessionCancel(context.Context, ck.SessionHandle, ck.Flags) error { return nil }

func (d *double) Login(_ context.Context, s ck.SessionHandle, _ ck.UserType, pin []byte) error {
	return d.in(s, func() error {
		d.note("login", string(pin))
		if string(pin) != doublePIN {
			return ck.RVPINIncorrect
		}
		if d.loggedIn {
			return ck.RVUserAlreadyLoggedIn
		}
		d.loggedIn = true
		return nil
	})
}

func (d *double) Logout(_ context.Context, s ck.SessionHandle) error {
	return d.in(s, func() error { d.loggedIn = false; return nil })
}

func (d *double) InitPIN(context.Context, ck.SessionHandle, []byte) error {
	return ck.RVFunctionNotSupported
}

func (d *double) SetPIN(context.Context, ck.SessionHandle, []byte, []byte) error {
	return ck.RVFunctionNotSupported
}

func (d *double) InitToken(context.Context, ck.SlotID, []byte, string) error {
	return ck.RVFunctionNotSupported
}

func (d *double) FindObjectsInit(_ context.Context, s ck.SessionHandle, _ []ck.Attribute) error {
	return d.in(s, func() error { d.finding[s] = []ck.ObjectHandle{keyHandle}; return nil })
}

func (d *double) FindObjects(_ context.Context, s ck.SessionHandle, most int) (found []ck.ObjectHandle, err error) {
	err = d.in(s, func() error {
		n := min(most, len(d.finding[s]))
		found = d.finding[s][:n]
		d.finding[s] = d.finding[s][n:]
		return nil
	})
	return found, err
}

func (d *double) FindObjectsFinal(_ context.Context, s ck.SessionHandle) error {
	return d.in(s, func() error { delete(d.finding, s); return nil })
}

func (d *double) GetObjectSize(context.Context, ck.SessionHandle, ck.ObjectHandle) (uint64, error) {
	return ck.Unavailable, nil
}

func (d *double) GetAttribute(_ context.Context, _ ck.SessionHandle, _ ck.ObjectHandle, a ck.AttributeType) ([]byte, error) {
	switch a {
	case ck.AttributeClass:
		return []byte{byte(ck.ClassPrivateKey), 0, 0, 0, 0, 0, 0, 0}, nil
	case ck.AttributeToken:
		return []byte{1}, nil
	case ck.AttributeID:
		return []byte{1, 2, 3, 4}, nil
	case ck.AttributeLabel:
		return []byte("key"), nil
	case ck.AttributeAllowedMechanisms:
		return []byte{byte(ck.MechanismRSAPKCS), 0, 0, 0, 0, 0, 0, 0, byte(ck.MechanismSHA256RSAPKCS), 0, 0, 0, 0, 0, 0, 0}, nil
	case ck.AttributePrivateExponent:
		return nil, ck.RVAttributeSensitive
	}
	return nil, ck.RVAttributeTypeInvalid
}

func (d *double) CreateObject(context.Context, ck.SessionHandle, []ck.Attribute) error {
	return ck.RVFunctionNotSupported
}

func (d *double) CopyObject(context.Context, ck.SessionHandle, ck.ObjectHandle, []ck.Attribute) error {
	return ck.RVFunctionNotSupported
}

func (d *double) DestroyObject(context.Context, ck.SessionHandle, ck.ObjectHandle) error {
	return ck.RVFunctionNotSupported
}

func (d *double) SetAttributeValue(context.Context, ck.SessionHandle, ck.ObjectHandle, []ck.Attribute) error {
	return ck.RVFunctionNotSupported
}

func (d *double) SignInit(_ context.Context, s ck.SessionHandle, m *ck.Mechanism, key ck.ObjectHandle) error {
	return d.in(s, func() error {
		switch {
		case !d.loggedIn:
			return ck.RVUserNotLoggedIn
		case key != keyHandle:
			return ck.RVKeyHandleInvalid
		case m == nil || m.Type != ck.MechanismSHA256RSAPKCS:
			return ck.RVMechanismInvalid
		}
		d.sessions[s] = &operation{hash: sha256.New()}
		return nil
	})
}

func (d *double) Sign(ctx context.Context, s ck.SessionHandle, data []byte, room int) ([]byte, int, error) {
	if room < sha256.Size {
		return d.SignFinal(ctx, s, room)
	}
	if err := d.SignUpdate(ctx, s, data); err != nil {
		return nil, 0, err
	}
	return d.SignFinal(ctx, s, room)
}

func (d *double) SignUpdate(_ context.Context, s ck.SessionHandle, part []byte) error {
	return d.in(s, func() error {
		o := d.sessions[s]
		if o == nil {
			return ck.RVOperationNotInitialized
		}
		_, _ = o.hash.Write(part)
		return nil
	})
}

func (d *double) SignFinal(_ context.Context, s ck.SessionHandle, room int) (signature []byte, length int, err error) {
	err = d.in(s, func() error {
		o := d.sessions[s]
		if o == nil {
			return ck.RVOperationNotInitialized
		}
		length = sha256.Size
		if room >= length {
			signature = o.hash.Sum(nil)
			d.sessions[s] = nil
		}
		return nil
	})
	return signature, length, err
}

func (d *double) Unsupported(context.Context, ck.SessionHandle, rpc.CallID) error {
	return ck.RVFunctionNotSupported
}
