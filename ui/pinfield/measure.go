package pinfield

import fynetheme "fyne.io/fyne/v2/theme"

// around is the room between the boxes and the outside of the line of the focus;
// the line may reach into the margin of the page, so that the boxes begin edge
// behind it, where texts do.
const (
	around = 7
	edge   = 3
)

// measure says where the boxes are, in Fyne's units from the left.
type measure struct {
	box, gap, middle float32 // width of a box, room between two, and between the halves
	height           float32 // of a box
}

// measure fits the boxes into a width: they may be narrower than they like to
// be, down to what a finger finds.
func (f *Field) measure(width float32) measure {
	text := f.Theme().Size(fynetheme.SizeNameText)
	m := measure{gap: 6, middle: text * 1.7, height: text * 3.4}
	least, wanted := text*1.7, text*2.8
	m.box = min(max((width-m.whole())/Length, least), wanted)
	return m
}

// half is the width of one half.
func (m measure) half() float32 { return Half*m.box + (Half-1)*m.gap }

// whole is the width of both halves and of what is around them.
func (m measure) whole() float32 { return 2*m.half() + m.middle + 2*edge }

// at is where a box begins.
func (m measure) at(box int) float32 {
	x := edge + float32(box)*(m.box+m.gap)
	if box >= Half {
		x += m.middle - m.gap
	}
	return x
}

// boxAt is the box nearest to a place.
func (m measure) boxAt(x float32) int {
	nearest := 0
	for i := 1; i < Length; i++ {
		if between := (m.at(i-1) + m.box + m.at(i)) / 2; x >= between {
			nearest = i
		}
	}
	return nearest
}
