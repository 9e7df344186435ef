package main

import (
	"bytes"
	"debug/elf"
	"debug/pe"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// compare says in which sections of a program two contents differ, where first, and
// which paths only one of them holds.
func compare(a, b []byte) []string {
	if bytes.Equal(a, b) {
		return nil
	}
	var said []string
	if len(a) != len(b) {
		said = append(said, fmt.Sprintf("%d and %d bytes long", len(a), len(b)))
	}
	said = append(said, paths(a, b)...)
	left, right := sections(a), sections(b)
	if left == nil || right == nil {
		return append(said, first("", a, b)...)
	}
	inSections := false
	for _, name := range slices.Sorted(maps.Keys(left)) {
		if other, ok := right[name]; !ok {
			said = append(said, "only one has a section "+name)
		} else if !bytes.Equal(left[name], other) {
			inSections = true
			said = append(said, first(" of "+name+meaning(name), left[name], other)...)
		}
	}
	if !inSections {
		said = append(said, first(" of the headers", a, b)...)
	}
	return said
}

// first says where two runs of bytes differ first, and how much.
func first(of string, a, b []byte) []string {
	shorter := min(len(a), len(b))
	at, count := shorter, 0
	for i := range shorter {
		if a[i] != b[i] {
			at = min(at, i)
			count++
		}
	}
	if at == shorter {
		return []string{"the same up to the end of the shorter one" + of}
	}
	said := fmt.Sprintf("differ first at byte %d (%#x)%s", at, at, of)
	if len(a) == len(b) {
		said += fmt.Sprintf(", in %d bytes in all", count)
	}
	return []string{said, "  one:   " + around(a, at), "  other: " + around(b, at)}
}

// sections returns what lies in the sections of an ELF or PE file, by name, or nil.
func sections(content []byte) map[string][]byte {
	found := map[string][]byte{}
	cut := func(name string, offset, size uint64) {
		if end := offset + size; offset <= end && end <= uint64(len(content)) {
			found[name] = content[offset:end]
		}
	}
	if f, err := elf.NewFile(bytes.NewReader(content)); err == nil {
		for _, s := range f.Sections {
			if s.Type != elf.SHT_NOBITS && s.Type != elf.SHT_NULL {
				cut(s.Name, s.Offset, s.FileSize)
			}
		}
		return found
	}
	if f, err := pe.NewFile(bytes.NewReader(content)); err == nil {
		for _, s := range f.Sections {
			cut(s.Name, uint64(s.Offset), uint64(s.Size))
		}
		return found
	}
	return nil
}

// meaning says what stands in some sections.
func meaning(section string) string {
	return map[string]string{
		".note.go.buildid":   " (Go's hash of what went into the build: other sources, flags or tools)",
		".note.gnu.build-id": " (the linker's hash of the whole)",
		".gopclntab":         " (names of functions and files: a path that -trimpath leaves out?)",
		".go.buildinfo":      " (what go version -m shows)",
	}[section]
}

// paths names a few paths that only one content holds.
func paths(a, b []byte) (said []string) {
	left, right := texts(a), texts(b)
	for i, held := range []map[string]bool{left, right} {
		other, whose, shown := []map[string]bool{right, left}[i], []string{"one", "other"}[i], 0
		for _, text := range slices.Sorted(maps.Keys(held)) {
			const enough = 3
			if !other[text] && shown < enough {
				shown++
				said = append(said, fmt.Sprintf("only the %s has %q", whose, text))
			}
		}
	}
	return said
}

// texts finds what looks like an absolute path.
func texts(content []byte) map[string]bool {
	found := map[string]bool{}
	for _, p := range path.FindAll(content, -1) {
		found[string(p)] = true
	}
	return found
}

var path = regexp.MustCompile(`/[A-Za-z0-9_.+@-]{2,}(/[A-Za-z0-9_.+@-]+){2,}`)

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
