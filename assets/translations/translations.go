// Package translations holds every sentence the programs say, in each language
// they speak, as flat JSON catalogues that go-i18n reads. Italian is the house's
// first language.
//
// it.json and en.json are what all programs say; <subject>.it.json and
// <subject>.en.json belong to one subject of the windows, and their keys begin
// with its name.
//
// It refuses to hold code beyond finding them: app/messages looks sentences up.
package translations

import (
	"embed"
	"path"
	"strings"
)

// FS holds the catalogues at its top.
//
//go:embed *.json
var FS embed.FS

// Fyne returns the sentences that Fyne itself says, such as those of its dialogs
// for files, in a language: nil where there are none. Fyne brings no Italian.
func Fyne(language string) []byte {
	said, _ := fyneFS.ReadFile("fyne/" + language + ".json")
	return said
}

//go:embed fyne/*.json
var fyneFS embed.FS

// Names lists the catalogues of a language, the common one first.
func Names(language string) []string {
	names := []string{language + ".json"}
	entries, err := FS.ReadDir(".")
	if err != nil {
		panic(err) // an embedded folder is always there
	}
	for _, e := range entries {
		if subject, found := strings.CutSuffix(e.Name(), "."+language+".json"); found && path.Base(subject) == subject {
			names = append(names, e.Name())
		}
	}
	return names
}
