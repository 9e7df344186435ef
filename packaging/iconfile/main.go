package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"cientro/assets/icons"
)

func main() {
	if err := run(os.Args[1:], icons.PNG); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "iconfile:", err)
		os.Exit(1)
	}
}

// run writes each file in the form that its name ends with.
func run(files []string, drawing []byte) error {
	if len(files) == 0 {
		return fmt.Errorf("usage: iconfile FILE.ico|FILE.icns|FOLDER/hicolor…")
	}
	picture, err := png.Decode(bytes.NewReader(drawing))
	if err != nil {
		return fmt.Errorf("read the drawing: %w", err)
	}
	for _, file := range files {
		if filepath.Base(file) == themeName {
			if err := writeTheme(file, picture); err != nil {
				return fmt.Errorf("make %s: %w", file, err)
			}
			continue
		}
		encode, ok := map[string]func(image.Image) ([]byte, error){".ico": icoFile, ".icns": icnsFile}[filepath.Ext(file)]
		if !ok {
			return fmt.Errorf("%s is neither .ico nor .icns nor hicolor", file)
		}
		content, err := encode(picture)
		if err != nil {
			return fmt.Errorf("make %s: %w", file, err)
		}
		if err := os.WriteFile(file, content, 0o644); err != nil { //nolint:gosec // an icon is for everybody
			return err
		}
	}
	return nil
}
