package main

import (
	"bytes"
	"debug/elf"
	"debug/pe"
	"fmt"
	"strings"
)

// compare says where two contents differ first, in which section of a program, and
// how much.
func compare(a, b []byte) []string {
	if bytes.Equal(a, b) {
		return nil
	}
	var said []string
	if len(a) != len(b) {
		said = append(said, fmt.Sprintf("%d and %d bytes long", len(a), len(b)))
	}
	shorter := min(len(a), len(b))
	at, count := shorter, 0
	for i := range shorter {
		if a[i] != b[i] {
			at = min(at, i)
			count++
		}
	}
	if at == shorter {
		return append(said, "the same up to the end of the shorter one")
	}
	said = append(said, fmt.Sprintf("differ first at byte %d (%#x)%s", at, at, where(a, at)))
	if len(a) == len(b) {
		said[len(said)-1] += fmt.Sprintf(", in %d bytes in all", count)
	}
	return append(said, "  one:   "+around(a, at), "  other: "+around(b, at))
}

// where names the section in which a byte of a program lies.
func where(content []byte, at int) string {
	name := ""
	if f, err := elf.NewFile(bytes.NewReader(content)); err == nil {
		name = "the headers"
		for _, s := range f.Sections {
			if s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NULL && within(at, s.Offset, s.FileSize) {
				name = s.Name
			}
		}
	} else if f, err := pe.NewFile(bytes.NewReader(content)); err == nil {
		name = "the headers"
		for _, s := range f.Sections {
			if within(at, uint64(s.Offset), uint64(s.Size)) {
				name = s.Name
			}
		}
	}
	if name == "" {
		return ""
	}
	meaning := map[string]string{
		".note.go.buildid":   " (Go's hash of what went into the build: other sources, flags or tools)",
		".note.gnu.build-id": " (the linker's hash of the whole: look for a later difference)",
		".gopclntab":         " (names of functions and files: a path that -trimpath leaves out?)",
		".go.buildinfo":      " (what go version -m shows)",
	}[name]
	return " in " + name + meaning
}

func within(at int, offset, size uint64) bool {
	return uint64(at) >= offset && uint64(at)-offset < size //nolint:gosec // never negative
}

// around shows the bytes near a place, and what of them can be read.
func around(content []byte, at int) string {
	const before, after = 16, 48
	begin, end := max(0, at-before), min(len(content), at+after)
	var text strings.Builder
	for _, b := range content[begin:end] {
		if b < ' ' || b > '~' {
			b = '.'
		}
		text.WriteByte(b)
	}
	return fmt.Sprintf("% x  %s", content[at:min(end, at+8)], text.String())
}
