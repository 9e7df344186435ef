package rpc

import (
	"context"
	"slices"

	ck "cientro/pkcs11module/cryptoki"
)

// findObjectsInit hands over values of the template that outlive the frame: a
// search goes on when the call has returned.
func findObjectsInit(ctx context.Context, m Module, in arguments, _ *answer) error {
	template := in[1].attributes
	for i := range template {
		template[i].Value = slices.Clone(template[i].Value)
	}
	return m.FindObjectsInit(ctx, in.session(), template)
}

// findObjects with room for nothing is a mistake, and no query for a count.
func findObjects(ctx context.Context, m Module, in arguments, out *answer) error {
	room := in.room(1)
	found, err := m.FindObjects(ctx, in.session(), room)
	switch {
	case err != nil:
		return err
	case room == 0:
		return ck.RVArgumentsBad
	case len(found) > room: // some would be lost
		return ck.RVGeneralError
	}
	list(out, found, room)
	return nil
}

func findObjectsFinal(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.FindObjectsFinal(ctx, in.session())
}

func getObjectSize(ctx context.Context, m Module, in arguments, out *answer) error {
	size, err := m.GetObjectSize(ctx, in.session(), in.object(1))
	out.ulong(size)
	return err
}

// createObject and copyObject have no handle to answer with, whatever the module says.
func createObject(ctx context.Context, m Module, in arguments, _ *answer) error {
	return refusal(m.CreateObject(ctx, in.session(), in[1].attributes))
}

func copyObject(ctx context.Context, m Module, in arguments, _ *answer) error {
	return refusal(m.CopyObject(ctx, in.session(), in.object(1), in[2].attributes))
}

func destroyObject(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.DestroyObject(ctx, in.session(), in.object(1))
}

func setAttributeValue(ctx context.Context, m Module, in arguments, _ *answer) error {
	return m.SetAttributeValue(ctx, in.session(), in.object(1), in[2].attributes)
}
