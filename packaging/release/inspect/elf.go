package main

import (
	"debug/elf"
	"fmt"
	"slices"
	"strings"
)

// judgeELF says what is wrong with a program or library for Linux.
func judgeELF(f *elf.File) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if f.Type != elf.ET_DYN {
		say("lies at a fixed address (%s): -buildmode=pie or -fPIC is missing", f.Type)
	}
	wrong = append(wrong, judgeSegments(f)...)
	wrong = append(wrong, judgeDynamic(f)...)
	for _, s := range f.Sections {
		if strings.HasPrefix(s.Name, ".debug_") || strings.HasPrefix(s.Name, ".zdebug_") {
			say("carries debug data (%s): -s -w is missing", s.Name)
			break
		}
	}
	if isLibrary(f) {
		wrong = append(wrong, judgeLibrary(f)...)
	}
	return wrong
}

func isLibrary(f *elf.File) bool {
	return f.Type == elf.ET_DYN && !slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP })
}

func judgeSegments(f *elf.File) (wrong []string) {
	var relro, stack bool
	for _, p := range f.Progs {
		switch p.Type {
		case elf.PT_GNU_RELRO:
			relro = true
		case elf.PT_GNU_STACK:
			stack = true
			if p.Flags&elf.PF_X != 0 {
				wrong = append(wrong, "its stack can be run: -z noexecstack is missing")
			}
		case elf.PT_LOAD:
			if p.Flags&elf.PF_X != 0 && p.Flags&elf.PF_W != 0 {
				wrong = append(wrong, fmt.Sprintf("memory at %#x can be both written and run", p.Vaddr))
			}
		}
	}
	if !relro {
		wrong = append(wrong, "relocations stay writable: -z relro is missing")
	}
	if !stack {
		wrong = append(wrong, "says nothing of its stack, so it can be run (PT_GNU_STACK)")
	}
	return wrong
}

func judgeDynamic(f *elf.File) (wrong []string) {
	flags := value(f, elf.DT_FLAGS)
	flags1 := value(f, elf.DT_FLAGS_1)
	if flags&uint64(elf.DF_BIND_NOW) == 0 && flags1&uint64(elf.DF_1_NOW) == 0 {
		wrong = append(wrong, "functions are bound late, so their table stays writable: -bindnow or -z now is missing")
	}
	if flags&uint64(elf.DF_TEXTREL) != 0 {
		wrong = append(wrong, "has relocations in its code")
	}
	for _, tag := range []elf.DynTag{elf.DT_RPATH, elf.DT_RUNPATH} {
		paths, _ := f.DynString(tag) // none is what is wanted
		for _, path := range paths {
			wrong = append(wrong, fmt.Sprintf("looks for libraries in %q (%s)", path, tag))
		}
	}
	return wrong
}

func value(f *elf.File, tag elf.DynTag) (all uint64) {
	values, _ := f.DynValue(tag) // no dynamic section, no flags
	for _, v := range values {
		all |= v
	}
	return all
}

// judgeLibrary looks at what gcc's options leave in a file.
func judgeLibrary(f *elf.File) (wrong []string) {
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return []string{"its symbols cannot be read: " + err.Error()}
	}
	var guarded, fortified bool
	exported := 0
	for _, s := range symbols {
		switch {
		case s.Section != elf.SHN_UNDEF && !strings.HasPrefix(s.Name, "C_"):
			wrong = append(wrong, "exports "+s.Name)
		case s.Section != elf.SHN_UNDEF:
			exported++
			if unmarked(f, s) {
				wrong = append(wrong, s.Name+" is not marked as a target of jumps: -fcf-protection=full or -mbranch-protection=standard is missing")
			}
		case s.Name == "__stack_chk_fail":
			guarded = true
		case strings.HasSuffix(s.Name, "_chk"):
			fortified = true
		}
	}
	if exported == 0 {
		wrong = append(wrong, "exports no function of PKCS #11")
	}
	if !guarded {
		wrong = append(wrong, "does not check its stack: -fstack-protector-strong is missing")
	}
	if !fortified {
		wrong = append(wrong, "does not check its buffers: -D_FORTIFY_SOURCE is missing")
	}
	if names, _ := f.DynString(elf.DT_SONAME); len(names) != 1 { // a fault of reading shows as none
		wrong = append(wrong, "does not say its own name (DT_SONAME)")
	}
	return wrong
}

// unmarked tells whether a function does not begin with the instruction that marks
// a target of jumps: endbr64 (Intel SDM volume 1 section 17.3), or on ARM bti c or
// paciasp (Arm ARM section D8.4.5). The note that linkers write of a whole file says
// less: it depends on the objects of the C library too.
func unmarked(f *elf.File, s elf.Symbol) bool {
	marks := map[elf.Machine][]string{
		elf.EM_X86_64:  {"\xf3\x0f\x1e\xfa"},
		elf.EM_AARCH64: {"\x5f\x24\x03\xd5", "\x3f\x23\x03\xd5"},
	}[f.Machine]
	if marks == nil || elf.ST_TYPE(s.Info) != elf.STT_FUNC {
		return false // nobody has told what to expect there
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && s.Value >= p.Vaddr && s.Value-p.Vaddr < p.Filesz {
			var first [4]byte
			_, err := p.ReadAt(first[:], int64(s.Value-p.Vaddr))
			return err != nil || !slices.Contains(marks, string(first[:]))
		}
	}
	return true
}
