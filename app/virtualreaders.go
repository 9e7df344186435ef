package app

import (
	"context"
	"errors"

	"cientro/card/iso7816"
	"cientro/card/store/atomicfile"
	"cientro/card/virtual"
	"cientro/card/virtuallink"
)

// VirtualReaderName is the one reader of `--virtual`.
const VirtualReaderName = "CIEntro Virtual 00 00"

// VirtualReaders is one reader with the user's virtual card on it, without
// PC/SC. Programs of the same user share the card as they would share one on a
// real reader: a transaction excludes the others, and whoever finds that
// another one had the card finds it reset.
func VirtualReaders(v *VirtualCard) Readers { return virtualReaders{v} }

type virtualReaders struct{ shelf *VirtualCard }

func (r virtualReaders) Readers(context.Context) ([]Reader, error) {
	name := defaultProfile
	if doc, _, err := r.shelf.load(); err == nil {
		name = doc.Profile
	}
	profile, _ := virtual.ProfileByName(name)
	return []Reader{{Name: VirtualReaderName, Kind: ReaderVirtual, Present: true, ATR: profile.ATR}}, nil
}

func (r virtualReaders) Connect(ctx context.Context, _ string) (Connection, error) {
	l := &sharedLink{shelf: r.shelf}
	if err := l.acquire(ctx); err != nil {
		return nil, err
	}
	defer l.release()
	if err := l.switchOn(); err != nil {
		return nil, err
	}
	return l, nil
}

func (virtualReaders) Close() error { return nil }

// LinkToVirtual connects a card in software that nobody else uses.
func LinkToVirtual(r *virtuallink.Reader) (Connection, error) {
	link, err := r.Connect()
	if err != nil {
		return nil, err
	}
	return ownLink{link}, nil
}

type ownLink struct{ *virtuallink.Link }

func (ownLink) Close() error { return nil }

// sharedLink leads to the card in the user's files, which other programs use
// as well.
type sharedLink struct {
	*virtuallink.Link
	card  *virtual.Card
	shelf *VirtualCard
	lock  *atomicfile.Lock
}

// switchOn makes the card anew from its files, as a reset does.
func (l *sharedLink) switchOn() error {
	c, err := l.shelf.open()
	if err != nil {
		return err
	}
	link, err := virtuallink.NewReader(c).Connect()
	if err != nil {
		return err
	}
	l.card, l.Link = c, link
	return nil
}

// Begin takes the card for this program alone. If another one had it since,
// what this one believes of it is old: it is switched on anew.
func (l *sharedLink) Begin(ctx context.Context) (reset bool, err error) {
	if err := l.acquire(ctx); err != nil {
		return false, err
	}
	state, err := l.shelf.state().Load()
	if stale := err != nil || state != l.card.State(); stale {
		reset = true
		err = l.switchOn()
	}
	if err == nil {
		var also bool
		also, err = l.Link.Begin(ctx)
		reset = reset || also
	}
	if err != nil {
		l.release()
	}
	return reset, err
}

// End lets the other programs have the card.
func (l *sharedLink) End(reset bool) error {
	defer l.release()
	return l.Link.End(reset)
}

// Close lets go of the card.
func (l *sharedLink) Close() error {
	l.release()
	return nil
}

// acquire waits for the other programs, but not longer than the user.
func (l *sharedLink) acquire(ctx context.Context) error {
	if l.lock != nil {
		return nil
	}
	for waited := lockSlice; ; waited += lockSlice {
		if err := ctx.Err(); err != nil {
			return err
		}
		lock, err := l.shelf.lock(lockSlice)
		if err == nil || !errors.Is(err, iso7816.ErrBusy) || waited >= virtualWait {
			l.lock = lock
			return err
		}
	}
}

const lockSlice = virtualWait / 100

func (l *sharedLink) release() {
	_ = l.lock.Release()
	l.lock = nil
}
