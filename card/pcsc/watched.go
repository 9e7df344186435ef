package pcsc

import "slices"

// updateReaders compares the list of readers with the last one.
func (w *watch) updateReaders(names []string) {
	for _, name := range w.order {
		if !slices.Contains(names, name) {
			w.removeReader(name)
		}
	}
	for _, name := range names {
		if w.readers[name] == nil {
			w.readers[name] = &watched{}
			w.emit(Event{Kind: ReaderAdded, Reader: name})
		}
	}
	w.order = names
}

func (w *watch) removeReader(name string) {
	r := w.readers[name]
	if r.present {
		w.emit(Event{Kind: CardRemoved, Reader: name, Insertion: r.insertion})
	}
	delete(w.readers, name)
	w.emit(Event{Kind: ReaderRemoved, Reader: name})
}

// updateCard compares a reader's state with the last one. The upper 16 bits
// count events of the reader: with a card before and after, a changed count is
// another stay.
func (w *watch) updateCard(r *watched, st readerState) {
	present := st.event&statePresent != 0 && st.event&(stateUnknown|stateUnavailable) == 0
	mute := present && st.event&stateMute != 0
	recounted := r.known && st.event>>16 != r.state>>16 ||
		r.atr != "" && len(st.atr) > 0 && r.atr != string(st.atr)
	before := *r
	r.state, r.known = st.event&^stateChanged, true
	r.present, r.mute = present, mute
	r.atr = ""
	if present && !mute {
		r.atr = string(st.atr)
	}
	event := Event{Reader: st.reader}
	switch {
	case !present && before.present:
		event.Kind, event.Insertion = CardRemoved, before.insertion
		w.emit(event)
		return
	case !present:
		return
	case before.present && !recounted && before.mute == mute:
		return
	case !before.present || recounted:
		w.insertions++
		r.insertion = w.insertions
	}
	event.Insertion = r.insertion
	switch {
	case mute:
		event.Kind = CardMute
	case before.present && recounted && !before.mute:
		event.Kind = CardSwapped
	default:
		event.Kind = CardInserted
	}
	if !mute {
		event.ATR = []byte(r.atr)
	}
	w.emit(event)
}
