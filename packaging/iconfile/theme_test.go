package main

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/assets/icons"
)

// TestTheme: each size is where desktops look for it, and shows the drawing.
func TestTheme(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "icons", themeName)
	require.NoError(t, run([]string{dir}, icons.PNG))
	for _, size := range []int{16, 22, 24, 32, 48, 64, 128, 256, 512} {
		raw, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%dx%d/apps/it.cientro.desktop.png", size, size)))
		require.NoError(t, err)
		picture, err := png.Decode(bytes.NewReader(raw))
		require.NoError(t, err)
		assert.Equal(t, size, picture.Bounds().Dx())
		_, _, _, opaque := picture.At(size/2, size/2).RGBA()
		assert.EqualValues(t, 0xffff, opaque, "the middle of the drawing")
		_, _, _, corner := picture.At(0, 0).RGBA()
		assert.Less(t, corner, uint32(0x8000), "its corners are round")
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 9)
}
