package main

import (
	"context"
	"os"
	"time"

	"cientro/app"
	"cientro/app/settings"
	"cientro/pkcs11module/token"
)

const (
	// virtualReaderName is the reader of the card that `cientro virtual enable`
	// offers.
	virtualReaderName = app.VirtualReaderName
	// lookEvery is how often the user's files are looked at for another choice.
	lookEvery = time.Second
)

// virtualOffer is the user's virtual card as one more reader, which comes and
// goes with the setting.
type virtualOffer struct {
	settings settings.Source
	file     string // of the card
	readers  app.Readers
	every    time.Duration
}

func newVirtualOffer(source settings.Source, paths settings.Paths) *virtualOffer {
	file := paths.VirtualCard()
	return &virtualOffer{settings: source, file: file, readers: app.VirtualReaders(app.NewVirtualCard(file)), every: lookEvery}
}

func (v *virtualOffer) offered() bool {
	effective, _ := v.settings.Load()
	return v.file != "" && effective.VirtualCard
}

func (v *virtualOffer) connect(ctx context.Context) (token.Connection, error) {
	return v.readers.Connect(ctx, virtualReaderName)
}

// watch tells the reader while it is offered, and its card anew when another
// one was made. It calls settled once it has told what holds at the start.
func (v *virtualOffer) watch(ctx context.Context, tell func(token.Event), settled func()) {
	w := virtualWatch{offer: v, tell: func(kind token.EventKind, insertion uint64) {
		tell(token.Event{Kind: kind, Reader: virtualReaderName, Insertion: insertion, Demo: true})
	}}
	w.look()
	settled()
	ticker := time.NewTicker(v.every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			w.look()
		}
	}
}

// virtualWatch is what was told last.
type virtualWatch struct {
	offer *virtualOffer
	tell  func(kind token.EventKind, insertion uint64)

	setting, card stamp
	offered       bool
	insertion     uint64
}

// look tells what has changed, if anything.
func (w *virtualWatch) look() {
	if now := stampOf(w.offer.settings.File); now != w.setting {
		w.setting = now
		w.follow(w.offer.offered())
	}
	if now := stampOf(w.offer.file); w.offered && now != w.card {
		w.card = now
		w.insertion++
		w.tell(token.CardInserted, w.insertion)
	}
}

func (w *virtualWatch) follow(offered bool) {
	switch {
	case offered == w.offered:
		return
	case offered:
		w.tell(token.ReaderAdded, 0)
	default:
		w.tell(token.CardRemoved, w.insertion)
		w.tell(token.ReaderRemoved, 0)
	}
	w.offered, w.card = offered, stamp{}
}

// stamp tells one content of a file from another without reading it: files are
// replaced, never written over. The zero stamp is that of no file ever seen.
type stamp struct {
	looked   bool
	modified time.Time
	size     int64
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{looked: true}
	}
	return stamp{true, info.ModTime(), info.Size()}
}
