package licences

import (
	"embed"
	"path"
	"strings"
)

//go:generate go run ./generate

//go:embed texts/*.txt
var texts embed.FS

// Licence is what the authors of a module ask for.
type Licence struct {
	Module string   // path of the module; "go" is Go itself
	Kinds  []string // names of the licences by SPDX, as far as their words tell
	Text   string
}

// All lists the licences by module.
func All() []Licence {
	entries, err := texts.ReadDir("texts")
	if err != nil {
		panic(err) // an embedded folder is always there
	}
	all := make([]Licence, 0, len(entries))
	for _, e := range entries {
		text, err := texts.ReadFile(path.Join("texts", e.Name()))
		if err != nil {
			panic(err)
		}
		all = append(all, Licence{Module(e.Name()), Kinds(string(text)), string(text)})
	}
	return all
}

const (
	extension = ".txt"
	separator = "+" // which no module has in its path
)

// FileName is the file in which the licence of a module lies.
func FileName(module string) string { return strings.ReplaceAll(module, "/", separator) + extension }

// Module is the module whose licence lies in a file.
func Module(fileName string) string {
	return strings.ReplaceAll(strings.TrimSuffix(fileName, extension), separator, "/")
}

// Kinds tells licences by what only they say.
func Kinds(text string) []string {
	words := strings.ToLower(strings.Join(strings.Fields(text), " "))
	var kinds []string
	for _, k := range []struct{ kind, says string }{
		{"Apache-2.0", "apache license version 2.0"},
		{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated"},
		{"BSD-3-Clause", "may be used to endorse or promote products"},
		{"MPL-2.0", "mozilla public license version 2.0"},
		{"OFL-1.1", "sil open font license"},
		{"CC-BY-4.0", "creative commons attribution 4.0"},
		{"Zlib", "this software is provided 'as-is', without any express or implied warranty"},
		{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
		{"Bitstream-Vera", "bitstream vera"},
	} {
		if strings.Contains(words, k.says) {
			kinds = append(kinds, k.kind)
		}
	}
	if strings.Contains(words, "redistributions in binary form must reproduce") && !strings.Contains(words, "may be used to endorse") {
		kinds = append(kinds, "BSD-2-Clause")
	}
	return kinds
}
