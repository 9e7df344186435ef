package rpc

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	ck "cientro/pkcs11module/cryptoki"
)

// getAttributeValue answers as PKCS#11 section 5.7.5 has it: each attribute by
// itself, the others still filled in where one cannot be had, and a return value
// for all. These four travel in the response (protocol section 5.3); any other
// is an error like everywhere.
func getAttributeValue(ctx context.Context, m Module, in arguments, out *answer) error {
	session, object, rooms := in.session(), in.object(1), in[2].rooms
	if len(rooms) == 0 { // the handles must be right all the same
		_, err := m.GetAttribute(ctx, session, object, ck.AttributeClass)
		if err != nil && !missing(err) {
			return err
		}
	}
	rv := ck.OK
	out.letter("aA")
	out.uint32(uint32(len(rooms)))
	for _, room := range rooms {
		value, err := m.GetAttribute(ctx, session, object, room.attribute)
		if err == nil {
			err = out.attribute(room, value)
		}
		if err != nil {
			if !missing(err) {
				return err
			}
			out.unavailable(room)
			rv = weightier(rv, err)
		}
	}
	out.ulong(uint64(rv))
	return nil
}

// reasons say why an attribute was not given, the weightiest first.
func reasons() []ck.RV {
	return []ck.RV{ck.RVAttributeSensitive, ck.RVAttributeTypeInvalid, ck.RVBufferTooSmall, ck.OK}
}

// missing tells whether an error concerns one attribute only.
func missing(err error) bool {
	var rv ck.RV
	return errors.As(err, &rv) && slices.Contains(reasons(), rv)
}

// weightier gives the return value for all of two attributes.
func weightier(rv ck.RV, err error) ck.RV {
	var other ck.RV
	errors.As(err, &other)
	if slices.Index(reasons(), other) < slices.Index(reasons(), rv) {
		return other
	}
	return rv
}

// unavailable writes an attribute without a value.
func (a *answer) unavailable(r room) {
	a.uint32(uint32(r.attribute))
	a.frame = append(a.frame, 0)
}

// attribute writes one attribute: with its value where there is room for it, with
// the length alone where none was asked for. A value that does not have the
// length of its type is a fault of the module.
func (a *answer) attribute(r room, value []byte) error {
	f := formOf(uint32(r.attribute), 0)
	if !f.fits(value) {
		return ck.RVGeneralError
	}
	if f == formTemplate {
		return ck.RVAttributeTypeInvalid
	}
	asked := r.length != 0
	if asked && uint64(r.length) < uint64(len(value)) {
		return ck.RVBufferTooSmall
	}
	a.uint32(uint32(r.attribute))
	a.frame = append(a.frame, 1)
	a.uint32(uint32(len(value)))
	a.value(f, value, asked)
	return nil
}

// fits tells whether a value in memory form has a length that its form can carry.
func (f form) fits(value []byte) bool {
	switch f {
	case formByte:
		return len(value) <= 1
	case formULong, formDate:
		return len(value) == 0 || len(value) == 8
	case formMechanisms:
		return len(value)%8 == 0
	}
	return true
}

// value writes a value; where only its length was asked for, what p11-kit makes
// of a NULL pointer. A list of mechanisms has no such form that p11-kit's own
// client could read, so it goes out whole.
func (a *answer) value(f form, value []byte, asked bool) {
	switch f {
	case formByte:
		flag := byte(0)
		if asked && len(value) == 1 {
			flag = value[0]
		}
		a.frame = append(a.frame, flag)
	case formULong:
		number := uint64(0)
		if asked && len(value) == 8 {
			number = binary.LittleEndian.Uint64(value)
		}
		a.frame = binary.BigEndian.AppendUint64(a.frame, number)
	case formMechanisms:
		a.uint32(uint32(len(value) / 8))
		for number := range slices.Chunk(value, 8) {
			a.frame = binary.BigEndian.AppendUint64(a.frame, binary.LittleEndian.Uint64(number))
		}
	default:
		if !asked || f == formDate && len(value) == 0 {
			a.uint32(null)
			return
		}
		a.blob(value)
	}
}
