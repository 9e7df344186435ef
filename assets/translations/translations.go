// Package translations holds every sentence the programs say, in each language
// they speak: one flat JSON catalogue a language, as go-i18n and Fyne's lang
// read them. Italian is the house's first language.
//
// It refuses to hold code: the sentences are looked up by app/messages for the
// command line and by Fyne's lang for the windows.
package translations

import "embed"

// FS holds it.json and en.json at its top.
//
//go:embed *.json
var FS embed.FS
