package rpc

import (
	"context"
	"strings"

	ck "cientro/pkcs11module/cryptoki"
)

// handshake is what C_Initialize begins with.
const handshake = "PRIVATE-GNOME-KEYRING-PKCS11-PROTOCOL-V-1"

// Lengths of the standard's texts (PKCS#11 section 3.3 and 3.4).
const (
	labelLength        = 32
	manufacturerLength = 32
	descriptionLength  = 64 // of a slot
	libraryLength      = 32 // libraryDescription
	modelLength        = 16
	serialLength       = 16
	timeLength         = 16
)

// initialize passes pReserved on: a string, whose terminator is on the wire.
func initialize(ctx context.Context, m Module, in arguments, _ *answer) error {
	if string(in[0].bytes) != handshake {
		return ck.RVGeneralError
	}
	var reserved []byte
	if in[1].number != 0 {
		reserved = in[2].bytes
		if n := len(reserved); n > 0 && reserved[n-1] == 0 {
			reserved = reserved[:n-1]
		}
	}
	return m.Initialize(ctx, reserved)
}

func finalize(ctx context.Context, m Module, _ arguments, _ *answer) error {
	return m.Finalize(ctx)
}

func getInfo(ctx context.Context, m Module, _ arguments, out *answer) error {
	info, err := m.GetInfo(ctx)
	out.version(info.Cryptoki)
	out.text(info.Manufacturer, manufacturerLength)
	out.ulong(uint64(info.Flags))
	out.text(info.Description, libraryLength)
	out.version(info.LibraryVersion)
	return err
}

func getSlotList(ctx context.Context, m Module, in arguments, out *answer) error {
	room := in.room(1)
	slots, err := m.GetSlotList(ctx, in[0].number != 0, room == 0)
	list(out, slots, room)
	return err
}

func getSlotInfo(ctx context.Context, m Module, in arguments, out *answer) error {
	info, err := m.GetSlotInfo(ctx, in.slot())
	out.text(info.Description, descriptionLength)
	out.text(info.Manufacturer, manufacturerLength)
	out.ulong(uint64(info.Flags))
	out.version(info.Hardware)
	out.version(info.Firmware)
	return err
}

func getTokenInfo(ctx context.Context, m Module, in arguments, out *answer) error {
	info, err := m.GetTokenInfo(ctx, in.slot())
	out.text(info.Label, labelLength)
	out.text(info.Manufacturer, manufacturerLength)
	out.text(info.Model, modelLength)
	out.text(info.Serial, serialLength)
	out.ulong(uint64(info.Flags),
		info.MaxSessions, info.Sessions, info.MaxRWSessions, info.RWSessions,
		info.MaxPINLength, info.MinPINLength,
		info.TotalPublicMemory, info.FreePublic, info.TotalPrivateMemory, info.FreePrivate)
	out.version(info.Hardware)
	out.version(info.Firmware)
	out.text(info.UTCTime, timeLength)
	return err
}

func getMechanismList(ctx context.Context, m Module, in arguments, out *answer) error {
	mechanisms, err := m.GetMechanismList(ctx, in.slot())
	list(out, mechanisms, in.room(1))
	return err
}

func getMechanismInfo(ctx context.Context, m Module, in arguments, out *answer) error {
	info, err := m.GetMechanismInfo(ctx, in.slot(), ck.MechanismType(in[1].number))
	out.ulong(info.MinKeySize, info.MaxKeySize, uint64(info.Flags))
	return err
}

// initToken serves both C_InitToken, whose label old clients may send too long
// (they measure 32 unterminated bytes as a string), and C_InitToken2.
func initToken(ctx context.Context, m Module, in arguments, _ *answer) error {
	label := in[2].bytes
	label = label[:min(len(label), labelLength)]
	return m.InitToken(ctx, in.slot(), in[1].bytes, strings.TrimRight(string(label), " "))
}

func waitForSlotEvent(ctx context.Context, m Module, in arguments, out *answer) error {
	slot, err := m.WaitForSlotEvent(ctx, in.flags(0))
	out.ulong(uint64(slot))
	return err
}
