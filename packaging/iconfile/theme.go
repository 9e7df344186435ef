package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

// themeName is the folder of the icon theme that all desktops of Linux look at,
// and themeSizes are those that they look for (Icon Theme Specification 0.13).
const themeName = "hicolor"

func themeSizes() []int { return []int{16, 22, 24, 32, 48, 64, 128, 256, 512} }

// themeFile is the picture under the name by which the desktop entry asks for it.
const themeFile = "it.cientro.desktop.png"

// writeTheme writes the picture in each size: DIR/16x16/apps/NAME.png and so on.
func writeTheme(dir string, picture image.Image) error {
	for _, size := range themeSizes() {
		small, err := scale(picture, size)
		if err != nil {
			return err
		}
		var content bytes.Buffer
		if err := png.Encode(&content, small); err != nil {
			return err
		}
		folder := filepath.Join(dir, fmt.Sprintf("%dx%d", size, size), "apps")
		if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // icons are for everybody
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, themeFile), content.Bytes(), 0o644); err != nil { //nolint:gosec // as above
			return err
		}
	}
	return nil
}
