package pictures

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var colour = regexp.MustCompile(`#[0-9a-fA-F]{3,8}`)

// TestDrawings: each is well-formed, of one size, without words, scripts or
// links, and in the known colours only.
func TestDrawings(t *testing.T) {
	entries, err := files.ReadDir(".")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(entries), 7)
	for _, e := range entries {
		raw, ok := SVG(strings.TrimSuffix(e.Name(), ".svg"))
		require.True(t, ok, e.Name())
		assert.Contains(t, string(raw), `viewBox="0 0 560 170"`, e.Name())
		for _, c := range colour.FindAllString(string(raw), -1) {
			assert.True(t, slices.Contains(Colours(), Colour(c)), "%s in %s", c, e.Name())
		}
		decoder := xml.NewDecoder(strings.NewReader(string(raw)))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, e.Name())
			if start, ok := token.(xml.StartElement); ok {
				assert.Contains(t, []string{"svg", "g", "path", "rect", "circle"}, start.Name.Local, e.Name())
			}
		}
	}
	_, ok := SVG("no-such-drawing")
	assert.False(t, ok)
}
