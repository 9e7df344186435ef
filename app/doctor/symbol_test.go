package doctor

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSymbolsAreRead: an independent program reads the support code from what is
// drawn, in every ink.
func TestSymbolsAreRead(t *testing.T) {
	if _, err := exec.LookPath("zbarimg"); err != nil {
		t.Skip("zbarimg is not installed, so nobody independent can read the codes")
	}
	r := newDesk(t, healthy).examine(GroupSystem)
	modules, err := r.Symbol()
	require.NoError(t, err)
	assert.LessOrEqual(t, len(modules), 57)
	for ink, paper := range map[Ink]color.Gray{InkDark: {Y: 255}, InkLight: {}, InkColour: {Y: 255}} {
		drawn := Drawn(modules, ink)
		assert.Equal(t, ink == InkColour, strings.Contains(drawn, "\x1b["))
		assert.Equal(t, r.SupportCode(), readSymbol(t, drawn, paper), "ink %d", ink)
	}
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// readSymbol makes a picture of characters as a terminal shows them, on its paper,
// and lets zbarimg read it.
func readSymbol(t *testing.T, drawn string, paper color.Gray) string {
	t.Helper()
	const size = 6
	rows := strings.Split(strings.TrimSuffix(colours.ReplaceAllString(drawn, ""), "\n"), "\n")
	width := len([]rune(rows[0]))
	picture := image.NewGray(image.Rect(0, 0, size*width, size*2*len(rows)))
	ink := color.Gray{Y: 255 - paper.Y}
	for y, row := range rows {
		runes := []rune(row)
		require.Len(t, runes, width)
		for x, r := range runes {
			for dy := range 2 {
				shade := paper
				if r == '█' || r == '▀' && dy == 0 || r == '▄' && dy == 1 {
					shade = ink
				}
				for i := range size * size {
					picture.SetGray(size*x+i%size, size*(2*y+dy)+i/size, shade)
				}
			}
		}
	}
	var raw bytes.Buffer
	require.NoError(t, png.Encode(&raw, picture))
	reader := exec.Command("zbarimg", "--quiet", "--raw", "PNG:-")
	reader.Stdin = &raw
	out, err := reader.Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}
