//go:build linux

package screentest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// What is written on the screen, as tesseract reads it.

// line is a line of words, and where each of their letters stands.
type line struct {
	letters string // folded: small, without accents, spaces and signs
	at      []image.Rectangle
}

// fold leaves of words what reading does not get wrong: small letters without
// accents, and digits.
func fold(words string) string {
	var folded strings.Builder
	for _, r := range norm.NFD.String(words) {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			folded.WriteRune(unicode.ToLower(r))
		}
	}
	return folded.String()
}

// manner is a way to read a picture: a mode of tesseract (--psm), and whether the
// picture is made negative: light words on a dark button are overlooked on a page
// that is light.
type manner struct {
	mode     string
	negative bool
}

// manners are the ways, the best first: words here and there, and a page of text.
func manners() []manner { return []manner{{"11", false}, {"11", true}, {"3", false}, {"6", false}} }

// read reads a picture. The places are those of the picture.
func read(t testing.TB, picture *image.RGBA, m manner) []line {
	t.Helper()
	var content, complaint bytes.Buffer
	large := forReading(picture, m.negative)
	fmt.Fprintf(&content, "P5 %d %d 255\n", large.Rect.Dx(), large.Rect.Dy()) // pgm(5)
	content.Write(large.Pix)
	reader := exec.Command("tesseract", "stdin", "stdout", "-l", "ita", "--psm", m.mode, "tsv")
	reader.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1") // more make it slower
	reader.Stdin, reader.Stderr = &content, &complaint
	table, err := reader.Output()
	require.NoError(t, err, complaint.String())
	return linesOf(wordsOf(string(table), picture.Rect.Min))
}

// word is a word, and where it stands.
type word struct {
	letters string
	at      image.Rectangle
}

// wordsOf takes the words out of tesseract's table: level, page, block,
// paragraph, line, word, left, top, width, height, confidence, text.
func wordsOf(table string, origin image.Point) (words []word) {
	for row := range strings.Lines(table) {
		cells := strings.Split(strings.TrimRight(row, "\n"), "\t")
		if len(cells) < 12 || cells[0] != "5" {
			continue
		}
		var n [4]int
		for i := range n {
			n[i], _ = strconv.Atoi(cells[6+i])
			n[i] /= enlarged
		}
		at := image.Rect(n[0], n[1], n[0]+n[2], n[1]+n[3]).Add(origin)
		if letters := fold(cells[11]); letters != "" {
			words = append(words, word{letters, at})
		}
	}
	return words
}

// linesOf puts words that stand beside each other into lines, whatever tesseract
// takes for lines.
func linesOf(words []word) []line {
	slices.SortStableFunc(words, func(a, b word) int { return a.at.Min.X - b.at.Min.X })
	var lines []line
	var last []image.Rectangle
	for _, w := range words {
		middle := (w.at.Min.Y + w.at.Max.Y) / 2
		i := slices.IndexFunc(last, func(before image.Rectangle) bool {
			return middle > before.Min.Y && middle < before.Max.Y && w.at.Min.X < before.Max.X+3*before.Dy()
		})
		if i < 0 {
			i = len(lines)
			lines, last = append(lines, line{}), append(last, w.at)
		}
		lines[i].letters += w.letters
		for range w.letters {
			lines[i].at = append(lines[i].at, w.at)
		}
		last[i] = w.at
	}
	return lines
}

// find returns where words stand, each time they do. Words that were read as one
// are found, too.
func find(lines []line, words string) (found []image.Rectangle) {
	for _, l := range lines {
		if from, to := l.span(fold(words)); to > from {
			found = append(found, l.box(from, to))
		}
	}
	return found
}

// findAlone finds where words stand alone, as those of a button do; else where
// they are at least no part of other words.
func findAlone(lines []line, words string) (found []image.Rectangle) {
	wanted := fold(words)
	for _, l := range lines {
		if same(l.letters, wanted) {
			found = append(found, l.box(0, len(l.at)))
		}
	}
	if found != nil {
		return found
	}
	for _, l := range lines {
		for from := 0; from < len(l.at); from++ {
			if from > 0 && l.at[from-1] == l.at[from] {
				continue
			}
			for to := from + 1; to <= min(len(l.at), from+len(wanted)+1); to++ {
				if (to == len(l.at) || l.at[to-1] != l.at[to]) && same(l.letters[from:to], wanted) {
					found = append(found, l.box(from, to))
				}
			}
		}
	}
	return found
}

// span is which letters of the line are those wanted.
func (l line) span(wanted string) (from, to int) {
	if from = strings.LastIndex(l.letters, wanted); from >= 0 && wanted != "" {
		return from, from + len(wanted)
	}
	for from = range l.letters {
		for to = from + len(wanted) - 1; to <= min(len(l.letters), from+len(wanted)+1); to++ {
			if to > from && same(l.letters[from:to], wanted) {
				return from, to
			}
		}
	}
	return 0, 0
}

// same says whether letters were read as those wanted: one in eight may have been
// read wrongly, but no digit.
func same(read, wanted string) bool {
	may := len(wanted) / 8
	if len(read)-len(wanted) > may || len(wanted)-len(read) > may || digitsOf(read) != digitsOf(wanted) {
		return false
	}
	return distance(read, wanted) <= may
}

func digitsOf(letters string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, letters)
}

// distance is how many letters have to be changed, left out or put in (V. I.
// Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := corner
			if a[i] != b[j] {
				changed++
			}
			corner = row[j+1]
			row[j+1] = min(changed, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}

// TestReading: what is taken for the same, and what is not.
func TestReading(t *testing.T) {
	wide := func(x, width int) image.Rectangle { return image.Rect(x, 0, x+width, 10) }
	lines := linesOf([]word{{"ilpin", wide(60, 40)}, {"restano", wide(110, 60)}, {"verificg", wide(0, 50)}, {"2", wide(180, 10)}, {"tentativi", wide(200, 70)}})
	require.Len(t, lines, 1)
	assert.Equal(t, []image.Rectangle{wide(0, 100)}, find(lines, "Verifica il PIN"))
	assert.Equal(t, []image.Rectangle{wide(0, 100)}, findAlone(lines, "Verifica il PIN"))
	assert.NotEmpty(t, find(lines, "restano 2 tentativi"))
	assert.Empty(t, find(lines, "restano 1 tentativi"), "a digit is never taken for another")
	assert.Empty(t, find(lines, "restano tentativi"))
	assert.NotEmpty(t, find(lines, "tentati"))
	assert.Empty(t, findAlone(lines, "tentati"))
	assert.Empty(t, find(lines, "Cambia il PIN"))
	assert.Empty(t, find(lines, ""))
	assert.Equal(t, 3, distance("kitten", "sitting"))
}

func (l line) box(from, to int) image.Rectangle {
	box := l.at[from]
	for _, next := range l.at[from:to] {
		box = box.Union(next)
	}
	return box
}

// enlarged is how much larger a picture is made for reading: tesseract wants
// letters of some 30 pixels.
const enlarged = 2

// forReading makes a picture grey, dark on light or the other way round, and larger.
func forReading(picture *image.RGBA, negative bool) *image.Gray {
	size := picture.Rect.Size()
	grey := image.NewGray(image.Rectangle{Max: size})
	sum := 0
	for y := range size.Y {
		for x := range size.X {
			g := color.GrayModel.Convert(picture.RGBAAt(picture.Rect.Min.X+x, picture.Rect.Min.Y+y)).(color.Gray)
			grey.SetGray(x, y, g)
			sum += int(g.Y)
		}
	}
	if sum/(size.X*size.Y) < 0x80 != negative {
		for i, g := range grey.Pix {
			grey.Pix[i] = 0xFF - g
		}
	}
	larger := image.NewGray(image.Rectangle{Max: size.Mul(enlarged)})
	for y := range size.Y * enlarged {
		for x := range size.X * enlarged {
			larger.SetGray(x, y, color.Gray{Y: between(grey, x, y)})
		}
	}
	return larger
}

// between is the grey of a pixel of the larger picture, in the smaller one's
// proportion of those around it.
func between(grey *image.Gray, x, y int) uint8 {
	last := grey.Rect.Max.Sub(image.Pt(1, 1))
	sum := 0
	for _, part := range []struct{ x, y, weight int }{{0, 0, 9}, {1, 0, 3}, {0, 1, 3}, {1, 1, 1}} {
		// The pixel's own, and that on the side to which it lies.
		px, py := x/enlarged+part.x*(2*(x%enlarged)-1), y/enlarged+part.y*(2*(y%enlarged)-1)
		sum += part.weight * int(grey.GrayAt(min(max(px, 0), last.X), min(max(py, 0), last.Y)).Y)
	}
	return uint8(sum / 16)
}

// still waits until what is on the screen moves no more, or for a while where
// something always moves, and returns it.
func (s *screen) still() *image.RGBA {
	s.t.Helper()
	before := s.look()
	for range 8 {
		time.Sleep(150 * time.Millisecond)
		now := s.look()
		if bytes.Equal(before.Pix, now.Pix) {
			return now
		}
		before = now
	}
	return before
}
