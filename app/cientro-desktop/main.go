// Command cientro-desktop is the program with the windows. Today it has one:
// `cientro-desktop ask`, which the PKCS#11 agent starts before the last PIN try
// of a card (packages ui/ask and app/lasttry).
//
// It refuses to decide or to draw anything itself: this is wiring.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"cientro/app"
	"cientro/app/lasttry"
	"cientro/app/messages"
	"cientro/app/settings"
	"cientro/assets/icons"
	"cientro/ui/ask"
	"cientro/ui/theme"
)

// version is set by the linker.
var version = "dev"

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

// run returns the exit code of the contract. Whatever goes wrong when asking,
// there is no answer, and the agent takes that for no.
func run(args []string, stderr io.Writer) int {
	if len(args) != 1 || args[0] != lasttry.Command {
		_, _ = fmt.Fprintln(stderr, words("").Text("desktop.only-ask", nil))
		return app.ExitUsage
	}
	channel, err := lasttry.Channel()
	if err != nil {
		_, _ = fmt.Fprintln(stderr, words("").Text("desktop.not-asked", nil))
		return app.ExitUsage
	}
	defer func() { _ = channel.Close() }()
	if err := ask.Run(context.Background(), channel, open, words); err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return app.ExitUnexpected
	}
	return app.ExitOK
}

// open makes the app of the windows.
func open() fyne.App {
	keepTogether()
	const id = "it.cientro.desktop"
	icon := fyne.NewStaticResource(icons.Name, icons.PNG)
	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: id, Name: "CIEntro", Version: version, Icon: icon, Release: true,
		Migrations: map[string]bool{"fyneDo": true},
	})
	a := fyneapp.NewWithID(id)
	a.SetIcon(icon)
	a.Settings().SetTheme(theme.New(theme.Auto, theme.LeastText))
	return a
}

// keepTogether has Fyne keep its own settings with ours where a user wants all in
// one folder. It keeps them where the system says, and takes no other word for it.
func keepTogether() {
	if paths, err := settings.Locate(); err == nil && paths.Portable {
		_ = os.Setenv("XDG_CONFIG_HOME", paths.Config)
		_ = os.Setenv("APPDATA", paths.Config)
	}
}

// words says the sentences of a language: the one asked for, else the one the
// user chose, else the system's.
func words(asked string) *messages.Printer {
	paths, err := settings.Locate()
	if err != nil {
		paths = settings.Paths{} // nothing is kept
	}
	chosen, _ := settings.System(paths).Load()
	for _, name := range []string{asked, string(chosen.Language)} {
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
