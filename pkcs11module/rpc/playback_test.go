package rpc_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// playback is a module that gives back what SoftHSM gave. It writes each request
// anew from the arguments it gets, and demands the captured bytes: so nothing is
// lost or turned round on the way in either.
type playback struct {
	absent
	t       *testing.T
	offered byte
	request []byte // body
	answer  []byte // body; nil where p11-kit's server hung up
	index   int    // of the next attribute
}

func (p *playback) next(request, answer []byte) {
	p.request, p.answer, p.index = request, answer, 0
}

// asked demands that the call's arguments are the captured ones.
func (p *playback) asked(signature string, values ...[]byte) {
	g := glasses{p.request}
	id, _ := g.head()
	assert.Equal(p.t, p.request, body(id, signature, values...), "arguments of %v", id)
}

// reply opens the captured answer, or gives its return value.
func (p *playback) reply() (glasses, error) {
	if p.answer == nil {
		return glasses{}, ck.RVFunctionFailed
	}
	g := glasses{p.answer}
	if id, _ := g.head(); id == 0 {
		return g, ck.RV(g.u64())
	}
	return g, nil
}

func (p *playback) outcome() error {
	_, err := p.reply()
	return err
}

// ay writes a byte array as the capture's client did.
func (p *playback) ay(b []byte) []byte {
	if b == nil && p.offered == 0 {
		return append(u8(0), u32(0)...)
	}
	return ay(b)
}

// room writes the room for a result; for a buffer of length 0 there is a form of
// its own, which the module need not know.
func (p *playback) room(room int) []byte {
	if last := p.request[len(p.request)-4:]; room == 0 && binary.BigEndian.Uint32(last) == nullLength {
		return last
	}
	return u32(uint32(room))
}

func (p *playback) mechanism(m *ck.Mechanism) []byte {
	switch {
	case m == nil:
		return u32(nullLength)
	case p.offered < 2 && m.Parameter == nil:
		return append(u32(uint32(m.Type)), u32(nullLength)...)
	case p.offered < 2 || m.Parameter == nil:
		return append(u32(uint32(m.Type)), m.Parameter...)
	}
	return append(append(u32(uint32(m.Type)), 1), m.Parameter...)
}

func template(attributes []ck.Attribute) []byte {
	b := u32(uint32(len(attributes)))
	for _, a := range attributes {
		b = append(b, u32(uint32(a.Type))...)
		b = append(append(b, 1), u32(uint32(len(a.Value)))...)
		switch a.Type {
		case ck.AttributeClass, ck.AttributeCertificateType, ck.AttributeKeyType:
			b = append(b, u64(binary.LittleEndian.Uint64(a.Value))...)
		case ck.AttributeToken, ck.AttributePrivate:
			b = append(b, a.Value...)
		default:
			b = append(b, blob(a.Value)...)
		}
	}
	return b
}

func (p *playback) Initialize(_ context.Context, reserved []byte) error {
	present := u8(1)
	if reserved == nil {
		present = u8(0)
	}
	p.asked("ayyay", ay([]byte("PRIVATE-GNOME-KEYRING-PKCS11-PROTOCOL-V-1")), present, ay(append(reserved[:len(reserved):len(reserved)], 0)))
	return p.outcome()
}

func (p *playback) Finalize(context.Context) error {
	if p.request == nil { // the end of the connection
		return ck.RVCryptokiNotInitialized
	}
	p.asked("")
	return p.outcome()
}

func (p *playback) GetInfo(context.Context) (i ck.Info, err error) {
	p.asked("")
	g, err := p.reply()
	if err != nil {
		return i, err
	}
	return ck.Info{Cryptoki: g.version(), Manufacturer: trimmed(g.text()), Flags: ck.Flags(g.u64()),
		Description: trimmed(g.text()), LibraryVersion: g.version()}, nil
}

func (p *playback) GetSlotList(_ context.Context, present, refresh bool) ([]ck.SlotID, error) {
	flag := u8(0)
	if present {
		flag = u8(1)
	}
	room := p.request[len(p.request)-4:]
	assert.Equal(p.t, binary.BigEndian.Uint32(room) == 0, refresh, "refreshed where the number is asked for")
	p.asked("yfu", flag, room)
	return numbers[ck.SlotID](p)
}

// numbers gives a captured list; where it says only how many, as many zeros.
func numbers[T ~uint64](p *playback) ([]T, error) {
	g, err := p.reply()
	if err != nil {
		return nil, err
	}
	captured, count, _ := g.list()
	list := make([]T, count)
	for i, n := range captured {
		list[i] = T(n)
	}
	return list, nil
}

func (p *playback) GetSlotInfo(_ context.Context, slot ck.SlotID) (i ck.SlotInfo, err error) {
	p.asked("u", u64(slot))
	g, err := p.reply()
	if err != nil {
		return i, err
	}
	return ck.SlotInfo{Description: trimmed(g.text()), Manufacturer: trimmed(g.text()), Flags: ck.Flags(g.u64()),
		Hardware: g.version(), Firmware: g.version()}, nil
}

func (p *playback) GetTokenInfo(_ context.Context, slot ck.SlotID) (i ck.TokenInfo, err error) {
	p.asked("u", u64(slot))
	g, err := p.reply()
	if err != nil {
		return i, err
	}
	return ck.TokenInfo{Label: trimmed(g.text()), Manufacturer: trimmed(g.text()), Model: trimmed(g.text()), Serial: trimmed(g.text()),
		Flags: ck.Flags(g.u64()), MaxSessions: g.u64(), Sessions: g.u64(), MaxRWSessions: g.u64(), RWSessions: g.u64(),
		MaxPINLength: g.u64(), MinPINLength: g.u64(), TotalPublicMemory: g.u64(), FreePublic: g.u64(),
		TotalPrivateMemory: g.u64(), FreePrivate: g.u64(), Hardware: g.version(), Firmware: g.version(), UTCTime: g.text()}, nil
}

func (p *playback) GetMechanismList(_ context.Context, slot ck.SlotID) ([]ck.MechanismType, error) {
	p.asked("ufu", u64(slot), p.request[len(p.request)-4:])
	return numbers[ck.MechanismType](p)
}

func (p *playback) GetMechanismInfo(_ context.Context, slot ck.SlotID, m ck.MechanismType) (i ck.MechanismInfo, err error) {
	p.asked("uu", u64(slot), u64(m))
	g, err := p.reply()
	if err != nil {
		return i, err
	}
	return ck.MechanismInfo{MinKeySize: g.u64(), MaxKeySize: g.u64(), Flags: ck.Flags(g.u64())}, nil
}

func (p *playback) WaitForSlotEvent(_ context.Context, flags ck.Flags) (ck.SlotID, error) {
	p.asked("u", u64(flags))
	return number[ck.SlotID](p)
}

func number[T ~uint64](p *playback) (T, error) {
	g, err := p.reply()
	if err != nil {
		return 0, err
	}
	return T(g.u64()), nil
}

func (p *playback) OpenSession(_ context.Context, slot ck.SlotID, flags ck.Flags) (ck.SessionHandle, error) {
	p.asked("uu", u64(slot), u64(flags))
	return number[ck.SessionHandle](p)
}

func (p *playback) CloseSession(_ context.Context, s ck.SessionHandle) error {
	p.asked("u", u64(s))
	return p.outcome()
}

func (p *playback) CloseAllSessions(_ context.Context, slot ck.SlotID) error {
	p.asked("u", u64(slot))
	return p.outcome()
}

func (p *playback) GetSessionInfo(_ context.Context, s ck.SessionHandle) (i ck.SessionInfo, err error) {
	if (&glasses{p.request}).u32() == uint32(rpc.CallLoginUser) { // the session is there
		return i, nil
	}
	p.asked("u", u64(s))
	g, err := p.reply()
	if err != nil {
		return i, err
	}
	return ck.SessionInfo{Slot: ck.SlotID(g.u64()), State: ck.State(g.u64()), Flags: ck.Flags(g.u64()), DeviceError: g.u64()}, nil
}

func (p *playback) SessionCancel(_ context.Context, s ck.SessionHandle, flags ck.Flags) error {
	p.asked("uu", u64(s), u64(flags))
	return p.outcome()
}

func (p *playback) Login(_ context.Context, s ck.SessionHandle, user ck.UserType, pin []byte) error {
	p.asked("uuay", u64(s), u64(user), p.ay(pin))
	return p.outcome()
}

func (p *playback) Logout(_ context.Context, s ck.SessionHandle) error {
	p.asked("u", u64(s))
	return p.outcome()
}

func (p *playback) InitToken(_ context.Context, slot ck.SlotID, pin []byte, label string) error {
	signature := "uayz"
	if (&glasses{p.request}).u32() == uint32(rpc.CallInitToken2) {
		signature = "uays"
	}
	p.asked(signature, u64(slot), p.ay(pin), blob(padded(label, 32)))
	return p.outcome()
}

func (p *playback) FindObjectsInit(_ context.Context, s ck.SessionHandle, t []ck.Attribute) error {
	p.asked("uaA", u64(s), template(t))
	return p.outcome()
}

func (p *playback) FindObjects(_ context.Context, s ck.SessionHandle, most int) ([]ck.ObjectHandle, error) {
	p.asked("ufu", u64(s), u32(uint32(most)))
	return numbers[ck.ObjectHandle](p)
}

func (p *playback) FindObjectsFinal(_ context.Context, s ck.SessionHandle) error {
	p.asked("u", u64(s))
	return p.outcome()
}

func (p *playback) GetObjectSize(_ context.Context, s ck.SessionHandle, o ck.ObjectHandle) (uint64, error) {
	p.asked("uu", u64(s), u64(o))
	return number[uint64](p)
}

func (p *playback) CreateObject(_ context.Context, s ck.SessionHandle, t []ck.Attribute) error {
	p.asked("uaA", u64(s), template(t))
	return p.outcome()
}

func (p *playback) DestroyObject(_ context.Context, s ck.SessionHandle, o ck.ObjectHandle) error {
	p.asked("uu", u64(s), u64(o))
	return p.outcome()
}

func (p *playback) SetAttributeValue(_ context.Context, s ck.SessionHandle, o ck.ObjectHandle, t []ck.Attribute) error {
	p.asked("uuaA", u64(s), u64(o), template(t))
	return p.outcome()
}

func (p *playback) SignInit(_ context.Context, s ck.SessionHandle, m *ck.Mechanism, key ck.ObjectHandle) error {
	p.asked("uMu", u64(s), p.mechanism(m), u64(key))
	return p.outcome()
}

func (p *playback) Sign(_ context.Context, s ck.SessionHandle, data []byte, room int) ([]byte, int, error) {
	p.asked("uayfy", u64(s), p.ay(data), p.room(room))
	return p.signature()
}

func (p *playback) signature() ([]byte, int, error) {
	g, err := p.reply()
	if err != nil {
		return nil, 0, err
	}
	if g.u8() == 0 {
		return nil, int(g.u32()), nil
	}
	signature := g.blob()
	return signature, len(signature), nil
}

func (p *playback) SignUpdate(_ context.Context, s ck.SessionHandle, part []byte) error {
	p.asked("uay", u64(s), p.ay(part))
	return p.outcome()
}

func (p *playback) SignFinal(_ context.Context, s ck.SessionHandle, room int) ([]byte, int, error) {
	p.asked("ufy", u64(s), p.room(room))
	return p.signature()
}

func (p *playback) Unsupported(_ context.Context, s ck.SessionHandle, call rpc.CallID) error {
	g := glasses{p.request}
	id, _ := g.head()
	assert.Equal(p.t, id, call)
	assert.Equal(p.t, g.u64(), uint64(s), "session of %v", id)
	if err := p.outcome(); err != nil {
		return err
	}
	return ck.RVFunctionNotSupported
}

// GetAttribute gives the next attribute of the captured answer.
func (p *playback) GetAttribute(_ context.Context, s ck.SessionHandle, o ck.ObjectHandle, kind ck.AttributeType) ([]byte, error) {
	g, err := p.reply()
	if err != nil {
		return nil, err
	}
	q := glasses{p.request}
	q.head()
	assert.Equal(p.t, []uint64{uint64(s), uint64(o)}, []uint64{q.u64(), q.u64()})
	captured, asked := attributes(&g), rooms(&q, p.offered)
	rv := ck.RV(g.u64())
	if p.index == len(captured) {
		p.t.Fatalf("more attributes asked than answered")
	}
	i := p.index
	p.index++
	assert.Equal(p.t, asked[i].kind, kind)
	assert.Equal(p.t, captured[i].kind, kind)
	if captured[i].valid {
		if captured[i].isTemplate() {
			return nil, ck.RVAttributeTypeInvalid
		}
		return captured[i].value, nil
	}
	if kind == ck.AttributeClass || rv == ck.RVBufferTooSmall {
		return make([]byte, max(8, asked[i].length+1)), nil
	}
	return nil, rv
}

type captured struct {
	kind   ck.AttributeType
	valid  bool
	length uint32
	value  []byte // in memory form; zeros where only the length was said
}

func (c captured) isTemplate() bool { return c.kind == 0x40000211 || c.kind == 0x40000212 }

// attributes reads `aA`.
func attributes(g *glasses) (all []captured) {
	for range g.u32() {
		c := captured{kind: ck.AttributeType(g.u32()), valid: g.u8() == 1}
		if c.valid {
			c.length = g.u32()
			c.value = memory(g, c)
		}
		all = append(all, c)
	}
	return all
}

func memory(g *glasses, c captured) []byte {
	switch c.kind {
	case ck.AttributeClass, ck.AttributeCertificateType, ck.AttributeKeyType, ck.AttributeModulusBits, 0x161:
		return binary.LittleEndian.AppendUint64(nil, g.u64())
	case ck.AttributeToken, ck.AttributePrivate, ck.AttributeSensitive, ck.AttributeAlwaysAuthenticate:
		return u8(g.u8())
	case 0x40000211:
		attributes(g)
		return nil
	case ck.AttributeAllowedMechanisms:
		var value []byte
		for range g.u32() {
			if len(g.b) == 8 { // p11-kit leaves the list out of an answer about lengths
				return make([]byte, c.length)
			}
			value = binary.LittleEndian.AppendUint64(value, g.u64())
		}
		return value
	}
	value := g.blob()
	if value == nil {
		value = make([]byte, c.length)
	}
	return value
}

type place struct {
	kind   ck.AttributeType
	length uint32
}

// rooms reads `fA`.
func rooms(g *glasses, offered byte) (all []place) {
	for range g.u32() {
		p := place{ck.AttributeType(g.u32()), g.u32()}
		if p.kind == 0x40000211 && (offered == 2 && p.length > 0 || offered == 1) {
			rooms(g, offered)
		}
		all = append(all, p)
	}
	return all
}
