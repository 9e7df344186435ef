package main

import "debug/pe"

// judgePE says what is wrong with a program or library for Windows (Microsoft's
// PE format, section "DLL Characteristics").
func judgePE(f *pe.File) (wrong []string) {
	header, ok := f.OptionalHeader.(*pe.OptionalHeader64)
	if !ok {
		return []string{"is not for 64 bits"}
	}
	for _, wanted := range []struct {
		bit     uint16
		missing string
	}{
		{pe.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE, "lies at a fixed address: --dynamicbase is missing"},
		{pe.IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA, "lies within few addresses: --high-entropy-va is missing"},
		{pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT, "its data can be run: --nxcompat is missing"},
	} {
		if header.DllCharacteristics&wanted.bit == 0 {
			wrong = append(wrong, wanted.missing)
		}
	}
	if f.TimeDateStamp != 0 {
		wrong = append(wrong, "carries the time of its build: --no-insert-timestamp is missing")
	}
	for _, s := range f.Sections {
		if s.Characteristics&pe.IMAGE_SCN_MEM_EXECUTE != 0 && s.Characteristics&pe.IMAGE_SCN_MEM_WRITE != 0 {
			wrong = append(wrong, s.Name+" can be both written and run")
		}
	}
	return wrong
}
