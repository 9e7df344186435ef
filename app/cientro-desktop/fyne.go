package main

import (
	"os"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/assets/icons"
	"cientro/ui/theme"
)

// openFyne makes the app of the windows, in the looks that the user chose.
func openFyne() fyne.App {
	keepTogether()
	const id = "it.cientro.desktop"
	icon := fyne.NewStaticResource(icons.Name, icons.PNG)
	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: id, Name: "CIEntro", Version: version, Icon: icon, Release: true,
		Migrations: map[string]bool{"fyneDo": true},
	})
	a := fyneapp.NewWithID(id)
	a.SetIcon(icon)
	chosen, _ := source().Load()
	a.Settings().SetTheme(looks(chosen.Settings))
	return a
}

// looks is the theme of the settings.
func looks(s settings.Settings) fyne.Theme {
	return theme.New(theme.Look(s.Look), float64(s.TextSize)/settings.LeastTextSize)
}

// keepTogether has Fyne keep its own settings with ours where a user wants all in
// one folder. It keeps them where the system says, and takes no other word for it:
// on Windows and macOS none at all, and there leaves a folder with nothing in it.
// Programs that are started are not told: house.programs is what they get.
func keepTogether() {
	if paths := locate(); paths.Portable {
		_ = os.Setenv("XDG_CONFIG_HOME", paths.Config)
	}
}

// locate returns where things are kept: nowhere, where the system has no place.
func locate() settings.Paths {
	paths, err := settings.Locate()
	if err != nil {
		return settings.Paths{}
	}
	return paths
}

func source() settings.Source { return settings.System(locate()) }

// words says the sentences of a language: the one asked for, else the one the
// user chose, else the system's.
func words(asked string) *messages.Printer {
	chosen, _ := source().Load()
	return wordsOf(asked, chosen.Language)
}

func wordsOf(asked string, chosen settings.Language) *messages.Printer {
	for _, name := range []string{asked, string(chosen)} {
		if l, ok := messages.ParseLanguage(name); ok {
			return printer(l)
		}
	}
	return printer(messages.FromLocale(os.Getenv))
}

func printer(l messages.Language) *messages.Printer {
	p, err := messages.New(l)
	if err != nil {
		panic(err) // the catalogues are part of the program and have their tests
	}
	return p
}
