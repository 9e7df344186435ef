package pinfield

import (
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
)

// model is what the field ought to do, told as simply as can be: a map of boxes
// and a place.
type model struct {
	boxes map[int]byte
	at    int
}

func (m *model) end() int {
	end := 0
	for box := range m.boxes {
		end = max(end, box+1)
	}
	return end
}

func (m *model) digit(d byte) {
	if m.at < Length {
		m.boxes[m.at] = d
		m.at++
	}
}

func (m *model) backspace() {
	if _, here := m.boxes[m.at]; !here && m.at > 0 {
		m.at--
	}
	delete(m.boxes, m.at)
}

func (m *model) click(box int) {
	if _, filled := m.boxes[box]; filled {
		m.at = box
		return
	}
	for m.at = 0; m.at < Length; m.at++ {
		if _, filled := m.boxes[m.at]; !filled {
			return
		}
	}
}

// do plays one byte on the field and on the model.
func (m *model) do(f *Field, b byte) {
	key := func(name fyne.KeyName) { f.TypedKey(&fyne.KeyEvent{Name: name}) }
	switch {
	case b < 160:
		d := '0' + b%10
		f.TypedRune(rune(d))
		m.digit(d)
	case b < 176:
		key(fyne.KeyBackspace)
		m.backspace()
	case b < 186:
		key(fyne.KeyDelete)
		delete(m.boxes, m.at)
	case b < 200:
		key(fyne.KeyLeft)
		m.at = max(m.at-1, 0)
	case b < 214:
		key(fyne.KeyRight)
		m.at = min(m.at+1, m.end())
	case b < 218:
		key(fyne.KeyHome)
		m.at = 0
	case b < 222:
		key(fyne.KeyEnd)
		m.at = m.end()
	case b < 238:
		box := int(b) % Length
		ms := f.measure(f.Size().Width)
		f.Tapped(&fyne.PointEvent{Position: fyne.NewPos(ms.at(box)+1, 1)})
		m.click(box)
	case b < 242:
		f.TypedRune(rune(b))
	case b < 245:
		f.Clear()
		m.boxes, m.at = map[int]byte{}, 0
	case b < 250:
		taken := f.Take()
		if len(m.boxes) == Length {
			for i := range Length {
				if taken[i] != m.boxes[i] {
					panic("taken is another code")
				}
			}
			m.boxes, m.at = map[int]byte{}, 0
		} else if taken != nil {
			panic("taken too early")
		}
	default:
		f.Reveal(b%2 == 0)
	}
}

// FuzzKeys: whatever is pressed in whatever order, the field holds what a person
// would think it holds.
func FuzzKeys(f *testing.F) {
	f.Add([]byte{4, 1, 7, 3, 9, 6, 2, 8, 5, 246})
	f.Add([]byte{1, 2, 3, 190, 190, 180, 170, 170, 170, 216, 8, 220, 9, 205, 205})
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 224, 170, 230, 9, 251, 243, 3})
	p, err := messages.New(messages.Italian)
	require.NoError(f, err)
	field := open(f).Field
	f.Fuzz(func(t *testing.T, keys []byte) {
		field.Clear()
		count := 0
		field.o = Options{Words: p, Code: PIN, OnChanged: func(n int) { count = n }}
		m := &model{boxes: map[int]byte{}}
		for _, b := range keys {
			m.do(field, b)
			for i := range Length {
				require.Equal(t, m.boxes[i], field.digits.boxes[i], "box %d", i)
			}
			require.Equal(t, m.at, field.digits.caret)
			require.Equal(t, len(m.boxes), field.Count())
			require.Equal(t, len(m.boxes), count, "what was told last")
			require.NotContains(t, field.Announcement(), "[")
		}
	})
}
