package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

// program is what a built file tells of itself.
type program struct {
	name    string   // file name without folder
	sha256  string   // of the whole file, hexadecimal
	library bool     // loaded by others; built from C
	system  string   // such as linux/amd64; empty where a library does not tell
	goes    string   // version of Go, such as go1.26.8; empty for C
	modules []module // by path
	needs   []string // libraries that the loader brings, by name
}

// module is one that was linked in.
type module struct {
	path, version string
	sum           string // h1: as in go.sum
}

var errFormat = errors.New("neither ELF nor PE nor Mach-O")

// read looks at one file.
func read(path string) (program, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return program{}, err
	}
	sum := sha256.Sum256(content)
	p := program{name: filepath.Base(path), sha256: hex.EncodeToString(sum[:])}
	if p.needs, p.library, err = linked(path); err != nil {
		return program{}, fmt.Errorf("read %s: %w", path, err)
	}
	info, err := buildinfo.ReadFile(path)
	switch {
	case err == nil:
		p.take(info)
	case !p.library: // what is neither Go nor a library is none of ours
		return program{}, fmt.Errorf("read the modules of %s: %w", path, err)
	}
	return p, nil
}

func (p *program) take(info *debug.BuildInfo) {
	p.goes, _, _ = strings.Cut(info.GoVersion, " ") // experiments follow
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	p.system = settings["GOOS"] + "/" + settings["GOARCH"]
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		p.modules = append(p.modules, module{d.Path, d.Version, d.Sum})
	}
	slices.SortFunc(p.modules, func(a, b module) int { return strings.Compare(a.path, b.path) })
}

// linked returns the libraries a file asks its loader for, and whether it is one.
func linked(path string) (needs []string, library bool, err error) {
	if f, err := elf.Open(path); err == nil {
		defer f.Close() //nolint:errcheck // only read
		needs, err = f.ImportedLibraries()
		program := slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) || f.Type == elf.ET_EXEC
		return sorted(needs), !program, err
	}
	if f, err := pe.Open(path); err == nil {
		defer f.Close() //nolint:errcheck // only read
		symbols, err := f.ImportedSymbols()
		for _, s := range symbols {
			if _, dll, ok := strings.Cut(s, ":"); ok {
				needs = append(needs, strings.ToLower(dll))
			}
		}
		return sorted(needs), f.Characteristics&pe.IMAGE_FILE_DLL != 0, err
	}
	if f, err := macho.Open(path); err == nil {
		defer f.Close() //nolint:errcheck // only read
		needs, err = f.ImportedLibraries()
		return sorted(needs), f.Type == macho.TypeDylib, err
	}
	return nil, false, errFormat
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
