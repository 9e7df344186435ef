package rpc_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	ck "cientro/pkcs11module/cryptoki"
	"cientro/pkcs11module/rpc"
)

// object is a module with one object, whose attributes are values or errors.
type object struct {
	absent
	attributes map[ck.AttributeType]any
}

func (o object) GetAttribute(_ context.Context, s ck.SessionHandle, h ck.ObjectHandle, kind ck.AttributeType) ([]byte, error) {
	if s != 1 {
		return nil, ck.RVSessionHandleInvalid
	}
	if h != 2 {
		return nil, ck.RVObjectHandleInvalid
	}
	switch v := o.attributes[kind].(type) {
	case []byte:
		return v, nil
	case error:
		return nil, v
	}
	return nil, ck.RVAttributeTypeInvalid
}

// TestGetAttributeValue follows PKCS#11 section 5.7.5 and the protocol's section 5.3.
func TestGetAttributeValue(t *testing.T) {
	const sensitive, odd, broken, template = 0x123, 0x100, 0x161, 0x40000211
	module := object{attributes: map[ck.AttributeType]any{
		ck.AttributeClass:             []byte{3, 0, 0, 0, 0, 0, 0, 0},
		ck.AttributeToken:             []byte{1},
		ck.AttributeLabel:             []byte("specimen"),
		ck.AttributeID:                []byte{},
		ck.AttributeStartDate:         []byte("20260131"),
		ck.AttributeEndDate:           []byte{},
		ck.AttributeAllowedMechanisms: []byte{1, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0},
		sensitive:                     ck.RVAttributeSensitive,
		odd:                           []byte{1, 2, 3},
		broken:                        ck.RVDeviceRemoved,
		template:                      make([]byte, 48),
	}}
	conn, _, _ := dial(t, module, 2)

	type ask struct {
		kind ck.AttributeType
		room uint32
	}
	one := func(kind ck.AttributeType, rest ...[]byte) []byte {
		b := u32(uint32(kind))
		for _, r := range rest {
			b = append(b, r...)
		}
		return b
	}
	tests := []struct {
		name            string
		session, object uint64
		asked           []ask
		want            [][]byte
		rv              ck.RV
		failed          ck.RV
	}{
		{name: "lengths", asked: []ask{{ck.AttributeClass, 0}, {ck.AttributeToken, 0}, {ck.AttributeLabel, 0}, {ck.AttributeStartDate, 0}}, want: [][]byte{
			one(ck.AttributeClass, u8(1), u32(8), u64[uint64](0)),
			one(ck.AttributeToken, u8(1), u32(1), u8(0)),
			one(ck.AttributeLabel, u8(1), u32(8), u32(nullLength)),
			one(ck.AttributeStartDate, u8(1), u32(8), u32(nullLength))}},
		{name: "values", asked: []ask{{ck.AttributeClass, 8}, {ck.AttributeToken, 1}, {ck.AttributeLabel, 8}, {ck.AttributeStartDate, 8}}, want: [][]byte{
			one(ck.AttributeClass, u8(1), u32(8), u64[uint64](3)),
			one(ck.AttributeToken, u8(1), u32(1), u8(1)),
			one(ck.AttributeLabel, u8(1), u32(8), blob([]byte("specimen"))),
			one(ck.AttributeStartDate, u8(1), u32(8), blob([]byte("20260131")))}},
		{name: "empty values", asked: []ask{{ck.AttributeID, 0}, {ck.AttributeID, 1}, {ck.AttributeEndDate, 8}}, want: [][]byte{
			one(ck.AttributeID, u8(1), u32(0), u32(nullLength)),
			one(ck.AttributeID, u8(1), u32(0), u32(0)),
			one(ck.AttributeEndDate, u8(1), u32(0), u32(nullLength))}},
		{name: "a list of mechanisms", asked: []ask{{ck.AttributeAllowedMechanisms, 0}, {ck.AttributeAllowedMechanisms, 16}}, want: [][]byte{
			one(ck.AttributeAllowedMechanisms, u8(1), u32(16), u32(2), u64[uint64](1), u64[uint64](0x40)),
			one(ck.AttributeAllowedMechanisms, u8(1), u32(16), u32(2), u64[uint64](1), u64[uint64](0x40))}},
		{name: "too small", asked: []ask{{ck.AttributeLabel, 7}, {ck.AttributeToken, 1}}, rv: ck.RVBufferTooSmall, want: [][]byte{
			one(ck.AttributeLabel, u8(0)), one(ck.AttributeToken, u8(1), u32(1), u8(1))}},
		{name: "unknown", asked: []ask{{0x80001234, 8}, {ck.AttributeToken, 1}}, rv: ck.RVAttributeTypeInvalid, want: [][]byte{
			one(0x80001234, u8(0)), one(ck.AttributeToken, u8(1), u32(1), u8(1))}},
		{name: "sensitive", asked: []ask{{sensitive, 8}, {ck.AttributeToken, 1}}, rv: ck.RVAttributeSensitive, want: [][]byte{
			one(sensitive, u8(0)), one(ck.AttributeToken, u8(1), u32(1), u8(1))}},
		{name: "all of it: sensitive weighs most", asked: []ask{{ck.AttributeLabel, 7}, {0x80001234, 0}, {sensitive, 8}, {ck.AttributeLabel, 7}}, rv: ck.RVAttributeSensitive,
			want: [][]byte{one(ck.AttributeLabel, u8(0)), one(0x80001234, u8(0)), one(sensitive, u8(0)), one(ck.AttributeLabel, u8(0))}},
		{name: "unknown weighs more than too small", asked: []ask{{0x80001234, 0}, {ck.AttributeLabel, 7}}, rv: ck.RVAttributeTypeInvalid,
			want: [][]byte{one(0x80001234, u8(0)), one(ck.AttributeLabel, u8(0))}},
		{name: "a template", asked: []ask{{template, 0}}, rv: ck.RVAttributeTypeInvalid, want: [][]byte{one(template, u8(0))}},
		{name: "nothing asked"},
		{name: "nothing asked of no session", session: 9, failed: ck.RVSessionHandleInvalid},
		{name: "nothing asked of no object", object: 9, failed: ck.RVObjectHandleInvalid},
		{name: "no object", object: 9, asked: []ask{{ck.AttributeToken, 1}}, failed: ck.RVObjectHandleInvalid},
		{name: "the card went in between", asked: []ask{{ck.AttributeToken, 1}, {broken, 8}}, failed: ck.RVDeviceRemoved},
		{name: "a value that its type cannot have", asked: []ask{{odd, 8}}, failed: ck.RVGeneralError},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			session, object := max(test.session, 1), max(test.object, 2)
			places := u32(uint32(len(test.asked)))
			for _, a := range test.asked {
				places = append(append(places, u32(uint32(a.kind))...), u32(a.room)...)
				if a.kind == template && a.room > 0 {
					places = append(places, u32(0)...)
				}
			}
			_, err := conn.Write(frame(uint32(i), "client", body(rpc.CallGetAttributeValue, "uufA", u64(session), u64(object), places)))
			require.NoError(t, err)
			got := readFrame(t, conn)
			if test.failed != 0 {
				assert.Equal(t, refused(uint32(i), test.failed), got)
				return
			}
			values := append([][]byte{u32(uint32(len(test.want)))}, test.want...)
			values = append(values, u64(uint64(test.rv)))
			assert.Equal(t, frame(uint32(i), "", body(rpc.CallGetAttributeValue, "aAu", values...)), got)
		})
	}
}
