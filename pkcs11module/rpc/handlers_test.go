package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// lister is a module with three of everything that is listed, and a signature of
// four bytes.
type lister struct {
	absent
	heard     []string
	signature []byte
	length    int
	found     []ck.ObjectHandle
	err       error
	bare      bool // no mechanism
}

func (l *lister) Initialize(_ context.Context, reserved []byte) error {
	l.heard = append(l.heard, fmt.Sprintf("reserved %q %t", reserved, reserved == nil))
	return l.err
}
func (l *lister) GetSlotList(_ context.Context, present, refresh bool) ([]ck.SlotID, error) {
	l.heard = append(l.heard, fmt.Sprintf("present %t refresh %t", present, refresh))
	return []ck.SlotID{1, 2, 3}, l.err
}
func (l *lister) GetMechanismList(context.Context, ck.SlotID) ([]ck.MechanismType, error) {
	if l.bare {
		return nil, nil
	}
	return []ck.MechanismType{1, 6, 0x40}, l.err
}
func (l *lister) FindObjects(_ context.Context, _ ck.SessionHandle, most int) ([]ck.ObjectHandle, error) {
	l.heard = append(l.heard, fmt.Sprintf("most %d", most))
	return l.found, l.err
}
func (l *lister) Sign(_ context.Context, _ ck.SessionHandle, _ []byte, room int) ([]byte, int, error) {
	l.heard = append(l.heard, fmt.Sprintf("room %d", room))
	return l.signature, l.length, l.err
}
func (l *lister) SignFinal(ctx context.Context, session ck.SessionHandle, room int) ([]byte, int, error) {
	return l.Sign(ctx, session, nil, room)
}
func (l *lister) CreateObject(context.Context, ck.SessionHandle, []ck.Attribute) error { return l.err }
func (l *lister) CopyObject(context.Context, ck.SessionHandle, ck.ObjectHandle, []ck.Attribute) error {
	return l.err
}
func (l *lister) Unsupported(_ context.Context, s ck.SessionHandle, call rpc.CallID) error {
	l.heard = append(l.heard, fmt.Sprintf("%v %d", call, s))
	return l.err
}
func (l *lister) InitToken(_ context.Context, slot ck.SlotID, pin []byte, label string) error {
	l.heard = append(l.heard, fmt.Sprintf("label %q", label))
	return l.err
}

func TestCalls(t *testing.T) {
	const hello = "PRIVATE-GNOME-KEYRING-PKCS11-PROTOCOL-V-1"
	one := u64[uint64](1)
	four := []byte{1, 2, 3, 4}
	number := func(n uint64) []byte { return u64(n) }
	tests := []struct {
		name   string
		module lister
		body   []byte
		want   []byte
		failed ck.RV
		heard  string
	}{
		{name: "handshake", body: body(rpc.CallInitialize, "ayyay", ay([]byte(hello)), u8(0), ay([]byte{0})),
			want: body(rpc.CallInitialize, ""), heard: `reserved "" true`},
		{name: "handshake, reserved NULL", body: body(rpc.CallInitialize, "ayyay", ay([]byte(hello)), u8(0), append(u8(0), u32(0)...)),
			want: body(rpc.CallInitialize, ""), heard: `reserved "" true`},
		{name: "handshake with reserved", body: body(rpc.CallInitialize, "ayyay", ay([]byte(hello)), u8(1), ay([]byte("hello\x00"))),
			want: body(rpc.CallInitialize, ""), heard: `reserved "hello" false`},
		{name: "another handshake", body: body(rpc.CallInitialize, "ayyay", ay([]byte(hello[:40])), u8(0), ay([]byte{0})), failed: ck.RVGeneralError},
		{name: "initialized twice", module: lister{err: ck.RVCryptokiAlreadyInit}, failed: ck.RVCryptokiAlreadyInit,
			body: body(rpc.CallInitialize, "ayyay", ay([]byte(hello)), u8(0), ay([]byte{0}))},

		{name: "how many slots", body: body(rpc.CallGetSlotList, "yfu", u8(1), u32(0)),
			want: body(rpc.CallGetSlotList, "au", u8(0), u32(3)), heard: "present true refresh true"},
		{name: "slots", body: body(rpc.CallGetSlotList, "yfu", u8(0), u32(3)), heard: "present false refresh false",
			want: body(rpc.CallGetSlotList, "au", u8(1), u32(3), number(1), number(2), number(3))},
		{name: "slots without room", body: body(rpc.CallGetSlotList, "yfu", u8(0), u32(2)), want: body(rpc.CallGetSlotList, "au", u8(0), u32(3))},
		{name: "how many mechanisms, of none", module: lister{bare: true}, body: body(rpc.CallGetMechanismList, "ufu", one, u32(0)),
			want: body(rpc.CallGetMechanismList, "au", u8(0), u32(0))},
		{name: "mechanisms", body: body(rpc.CallGetMechanismList, "ufu", one, u32(0xFFFFFFFF)),
			want: body(rpc.CallGetMechanismList, "au", u8(1), u32(3), number(1), number(6), number(0x40))},

		{name: "find", module: lister{found: []ck.ObjectHandle{4, 5}}, body: body(rpc.CallFindObjects, "ufu", one, u32(2)), heard: "most 2",
			want: body(rpc.CallFindObjects, "au", u8(1), u32(2), number(4), number(5))},
		{name: "find nothing more", body: body(rpc.CallFindObjects, "ufu", one, u32(2)), want: body(rpc.CallFindObjects, "au", u8(1), u32(0))},
		{name: "find at most none", body: body(rpc.CallFindObjects, "ufu", one, u32(0)), failed: ck.RVArgumentsBad},
		{name: "find at most none without a search", module: lister{err: ck.RVOperationNotInitialized}, failed: ck.RVOperationNotInitialized,
			body: body(rpc.CallFindObjects, "ufu", one, u32(0))},
		{name: "find with endless room", body: body(rpc.CallFindObjects, "ufu", one, u32(0xFFFFFFFF)), heard: "most 65536",
			want: body(rpc.CallFindObjects, "au", u8(1), u32(0))},
		{name: "found more than asked", module: lister{found: []ck.ObjectHandle{4, 5}}, body: body(rpc.CallFindObjects, "ufu", one, u32(1)), failed: ck.RVGeneralError},

		{name: "sign", module: lister{signature: four, length: 4}, body: body(rpc.CallSign, "uayfy", one, ay(four), u32(4)), heard: "room 4",
			want: body(rpc.CallSign, "ay", ay(four))},
		{name: "length of a signature", module: lister{length: 4}, body: body(rpc.CallSign, "uayfy", one, ay(four), u32(0)), heard: "room 0",
			want: body(rpc.CallSign, "ay", u8(0), u32(4))},
		{name: "sign to a buffer of nothing", module: lister{length: 4}, body: body(rpc.CallSign, "uayfy", one, ay(four), u32(0xFFFFFFFF)), heard: "room 0",
			want: body(rpc.CallSign, "ay", u8(0), u32(4))},
		{name: "sign with too little room", module: lister{length: 4}, body: body(rpc.CallSignFinal, "ufy", one, u32(3)), heard: "room 3",
			want: body(rpc.CallSignFinal, "ay", u8(0), u32(4))},
		{name: "a signature of nothing", module: lister{signature: []byte{}}, body: body(rpc.CallSignFinal, "ufy", one, u32(0xFFFFFFFF)),
			want: body(rpc.CallSignFinal, "ay", u8(1), u32(0))},
		{name: "a signature beyond the room", module: lister{signature: four, length: 4}, body: body(rpc.CallSign, "uayfy", one, ay(four), u32(3)), failed: ck.RVGeneralError},
		{name: "no signature", module: lister{err: ck.RVUserNotLoggedIn}, body: body(rpc.CallSign, "uayfy", one, ay(four), u32(4)), failed: ck.RVUserNotLoggedIn},
		{name: "data NULL with a length", body: body(rpc.CallSign, "uayfy", one, append(u8(0), u32(4)...), u32(4)), failed: ck.RVArgumentsBad},

		{name: "create refused", module: lister{err: ck.RVTokenWriteProtected}, body: body(rpc.CallCreateObject, "uaA", one, u32(0)), failed: ck.RVTokenWriteProtected},
		{name: "create let pass", body: body(rpc.CallCreateObject, "uaA", one, u32(0)), failed: ck.RVFunctionNotSupported},
		{name: "copy let pass", body: body(rpc.CallCopyObject, "uuaA", one, one, u32(0)), failed: ck.RVFunctionNotSupported},
		{name: "random", module: lister{err: ck.RVRandomNoRNG}, body: body(rpc.CallGenerateRandom, "ufy", one, u32(0xFFFFFFFF)), failed: ck.RVRandomNoRNG, heard: "C_GenerateRandom 1"},
		{name: "random let pass", body: body(rpc.CallGenerateRandom, "ufy", one, u32(8)), failed: ck.RVFunctionNotSupported},
		{name: "message signature", module: lister{err: ck.RVSessionHandleInvalid}, failed: ck.RVSessionHandleInvalid, heard: "C_SignMessageNext 1",
			body: body(rpc.CallSignMessageNext, "uayayyfy", one, ay(nil), ay(four), u8(0), u32(0))},

		{name: "token's label, too long", body: body(rpc.CallInitToken, "uayz", one, ay(nil), blob([]byte(strings.Repeat("a", 40)))), heard: `label "` + strings.Repeat("a", 32) + `"`,
			want: body(rpc.CallInitToken, "")},
		{name: "token's label, padded", body: body(rpc.CallInitToken2, "uays", one, ay(nil), blob(padded("CIE", 32))), heard: `label "CIE"`,
			want: body(rpc.CallInitToken2, "")},

		{name: "an error of another kind", module: lister{err: errors.New("no reader")}, body: body(rpc.CallSign, "uayfy", one, ay(four), u32(4)), failed: ck.RVGeneralError},
		{name: "a wrapped return value", module: lister{err: fmt.Errorf("sign: %w", ck.RVDeviceRemoved)}, body: body(rpc.CallSign, "uayfy", one, ay(four), u32(4)), failed: ck.RVDeviceRemoved},
		{name: "an error called OK", module: lister{err: ck.OK}, body: body(rpc.CallSign, "uayfy", one, ay(four), u32(4)), failed: ck.RVGeneralError},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := test.module
			conn, _, _ := dial(t, &m, 2)
			send(t, conn, frame(5, "client", test.body))
			want := refused(5, test.failed)
			if test.failed == 0 {
				want = frame(5, "", test.want)
			}
			assert.Equal(t, want, readFrame(t, conn))
			if test.heard != "" {
				require.Equal(t, []string{test.heard}, m.heard)
			}
		})
	}
}

// texts is a module whose texts are too long.
type texts struct{ absent }

func (texts) GetInfo(context.Context) (ck.Info, error) {
	return ck.Info{Cryptoki: ck.Version{Major: 3}, Manufacturer: strings.Repeat("à", 17), Description: strings.Repeat("x", 31) + "è"}, nil
}

// Texts are padded, and cut between two characters.
func TestTexts(t *testing.T) {
	conn, _, _ := dial(t, texts{}, 2)
	send(t, conn, frame(1, "", body(rpc.CallGetInfo, "")))
	assert.Equal(t, frame(1, "", body(rpc.CallGetInfo, "vsusv", []byte{3, 0}, blob([]byte(strings.Repeat("à", 16))),
		u64[uint64](0), blob([]byte(strings.Repeat("x", 31)+" ")), []byte{0, 0})), readFrame(t, conn))
}

// searcher keeps the template of a search, which goes on after the call.
type searcher struct {
	absent
	template []ck.Attribute
}

func (s *searcher) FindObjectsInit(_ context.Context, _ ck.SessionHandle, template []ck.Attribute) error {
	s.template = template
	return nil
}

func TestSearchOutlivesItsFrame(t *testing.T) {
	m := &searcher{}
	conn, _, _ := dial(t, m, 2)
	want := []ck.Attribute{{Type: ck.AttributeToken, Value: []byte{1}}, {Type: ck.AttributeID, Value: []byte("id")}}
	send(t, conn, frame(1, "", body(rpc.CallFindObjectsInit, "uaA", u64[uint64](1), template(want))))
	assert.Equal(t, frame(1, "", body(rpc.CallFindObjectsInit, "")), readFrame(t, conn))
	assert.Equal(t, want, m.template)
}
