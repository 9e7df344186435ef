package doctor

import (
	"bytes"
	"debug/elf"
	"slices"
	"strings"
)

// keyValues reads lines of a key, a separator and a value: os-release, the files
// of p11-kit. Comments begin with #. The last of several values counts.
func keyValues(raw []byte, separator string) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		key, value, found := strings.Cut(line, separator)
		if found && !strings.HasPrefix(line, "#") {
			values[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return values
}

// kernelModules reads /proc/modules: the names of what is loaded.
func kernelModules(raw []byte) map[string]bool {
	loaded := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			loaded[fields[0]] = true
		}
	}
	return loaded
}

// libraryKind is what the first bytes of a library say of it.
type libraryKind struct {
	machine string // as runtime.GOARCH, "" where it is another
	exports bool   // C_GetFunctionList is there for programs to call
}

// parseLibrary reads an ELF library (System V ABI, chapters 4 and 5).
func parseLibrary(raw []byte) (k libraryKind, err error) {
	file, err := elf.NewFile(bytes.NewReader(raw))
	if err != nil {
		return k, err
	}
	defer func() { _ = file.Close() }()
	switch file.Machine {
	case elf.EM_X86_64:
		k.machine = "amd64"
	case elf.EM_AARCH64:
		k.machine = "arm64"
	case elf.EM_386:
		k.machine = "386"
	case elf.EM_ARM:
		k.machine = "arm"
	case elf.EM_RISCV:
		k.machine = "riscv64"
	}
	symbols, err := file.DynamicSymbols()
	if err != nil {
		return k, nil // a library without names exports none
	}
	k.exports = slices.ContainsFunc(symbols, func(s elf.Symbol) bool {
		return s.Name == "C_GetFunctionList" && s.Section != elf.SHN_UNDEF
	})
	return k, nil
}
