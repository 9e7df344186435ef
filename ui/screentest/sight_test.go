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

// manners are the ways to read a picture, the best first: tesseract's modes for
// words here and there, and for a page of text.
func manners() []string { return []string{"11", "3", "6"} }

// read reads a picture. The places are those of the picture.
func read(t testing.TB, picture *image.RGBA, manner string) []line {
	t.Helper()
	var content, complaint bytes.Buffer
	large := forReading(picture)
	fmt.Fprintf(&content, "P5 %d %d 255\n", large.Rect.Dx(), large.Rect.Dy()) // pgm(5)
	content.Write(large.Pix)
	reader := exec.Command("tesseract", "stdin", "stdout", "-l", "ita", "--psm", manner, "tsv")
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
		if from, to := l.span(words); to > from {
			found = append(found, l.box(from, to))
		}
	}
	return found
}

// findWhole finds only what is not a part of other words: of a button and a
// sentence with its word in it, the button.
func findWhole(lines []line, words string) (found []image.Rectangle) {
	for _, l := range lines {
		from, to := l.span(words)
		if to > from && (from == 0 || l.at[from-1] != l.at[from]) && (to == len(l.at) || l.at[to-1] != l.at[to]) {
			found = append(found, l.box(from, to))
		}
	}
	return found
}

// span is which letters of the line the words are; from the last place where they
// stand.
func (l line) span(words string) (from, to int) {
	wanted := fold(words)
	if from = strings.LastIndex(l.letters, wanted); from < 0 || wanted == "" {
		return 0, 0
	}
	return from, from + len(wanted)
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

// forReading makes a picture grey, dark on light, and larger.
func forReading(picture *image.RGBA) *image.Gray {
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
	if sum/(size.X*size.Y) < 0x80 {
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
	return uint8(sum / 16) //nolint:gosec // a mean of bytes
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
