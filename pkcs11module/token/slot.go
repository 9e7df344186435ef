package token

import (
	"context"
	"unicode/utf8"

	ck "cientro/pkcs11module/cryptoki"
)

// slot is a place for one reader, for ever the same.
type slot struct {
	id   ck.SlotID
	busy chan struct{} // holds a token while somebody talks to the card

	// Guarded by Module.mu.
	reader  string // empty: a spare that waits for its first reader
	plugged bool
	demo    bool
	mute    bool
	token   *token   // nil: no card that could be a CIE
	leaving []*token // cards that left and are not let go of yet
	event   bool     // a slot event that no C_WaitForSlotEvent has told yet
}

// Texts of C_GetSlotInfo, which is for people who choose among slots.
const (
	spareDescription = "Lettore CIE (non collegato)"

	descriptionBytes = 64
)

// addSlot makes the next slot. The caller holds m.mu.
func (m *Module) addSlot(reader string) *slot {
	s := &slot{id: ck.SlotID(len(m.slots) + 1), reader: reader, busy: make(chan struct{}, 1)}
	m.slots = append(m.slots, s)
	return s
}

func (m *Module) slotOf(reader string) *slot {
	for _, s := range m.slots {
		if s.reader == reader && reader != "" {
			return s
		}
	}
	return nil
}

func (m *Module) slot(id ck.SlotID) (*slot, error) {
	if id < 1 || id > ck.SlotID(len(m.slots)) {
		return nil, ck.RVSlotIDInvalid
	}
	return m.slots[id-1], nil
}

// present says whether there is a card that is, or may yet turn out to be, a
// CIE: a browser has no business with a bank card.
func (s *slot) present() bool { return s.token != nil && s.token.state != foreign }

// GetSlotList lists the slots; refresh makes room for readers that came since.
// The list always ends with a spare slot, as some callers list slots only once
// and then only look whether a card has come.
func (m *Module) GetSlotList(ctx context.Context, tokenPresent, refresh bool) ([]ck.SlotID, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if refresh || m.listed == 0 {
		if last := len(m.slots); last == 0 || m.slots[last-1].reader != "" {
			m.addSlot("")
		}
		m.listed = len(m.slots)
	}
	ids := make([]ck.SlotID, 0, m.listed)
	for _, s := range m.slots[:m.listed] {
		if !tokenPresent || s.present() {
			ids = append(ids, s.id)
		}
	}
	return ids, nil
}

// GetSlotInfo describes a slot. It never asks the card.
func (m *Module) GetSlotInfo(ctx context.Context, id ck.SlotID) (ck.SlotInfo, error) {
	if err := m.ready(ctx); err != nil {
		return ck.SlotInfo{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s, err := m.slot(id)
	if err != nil {
		return ck.SlotInfo{}, err
	}
	info := ck.SlotInfo{
		Description:  spareDescription,
		Manufacturer: libraryManufacturer,
		Flags:        ck.SlotRemovableDevice,
	}
	if s.reader != "" {
		info.Description = cut(s.reader, descriptionBytes)
	}
	if !s.demo {
		info.Flags |= ck.SlotHardware
	}
	if s.present() {
		info.Flags |= ck.SlotTokenPresent
	}
	return info, nil
}

// cut shortens a text to a number of bytes without tearing a character apart.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// WaitForSlotEvent returns a slot where a card came or went since the last
// call, each event once. Finalize wakes it (section 5.5.4).
func (m *Module) WaitForSlotEvent(ctx context.Context, flags ck.Flags) (ck.SlotID, error) {
	if err := m.ready(ctx); err != nil {
		return 0, err
	}
	for {
		m.mu.Lock()
		r, err := m.running()
		if err != nil {
			m.mu.Unlock()
			return 0, err
		}
		for _, s := range m.slots {
			if s.event {
				s.event = false
				m.mu.Unlock()
				return s.id, nil
			}
		}
		news := r.news
		m.mu.Unlock()
		if flags&ck.DontBlock != 0 {
			return 0, ck.RVNoEvent
		}
		select {
		case <-news:
		case <-r.ctx.Done():
		case <-ctx.Done():
			return 0, ck.RVFunctionCanceled
		}
	}
}
