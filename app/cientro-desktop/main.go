// Command cientro-desktop is the program with the windows. Without arguments it
// is the app; `cientro-desktop ask` is the question that the PKCS#11 agent puts
// before the last PIN try of a card (packages ui/ask and app/lasttry).
//
// It refuses to decide or to draw anything itself: this is wiring.
package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"os"

	"cientro/app"
	"cientro/app/autostart"
	"cientro/app/lasttry"
	"cientro/app/programicon"
	"cientro/ui/ask"
)

// version is set by the linker.
var version = "dev"

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

// run returns the exit code of the contract.
func run(args []string, stderr io.Writer) int {
	switch {
	case len(args) == 0:
		return desktop(false, stderr)
	case len(args) == 1 && args[0] == autostart.HiddenFlag:
		return desktop(true, stderr)
	case len(args) == 1 && args[0] == lasttry.Command:
		return lastTry(stderr)
	}
	_, _ = fmt.Fprintln(stderr, words("").Text("desktop.usage", nil))
	return app.ExitUsage
}

// programIcon finds the icon of a program.
func programIcon(ctx context.Context, program string) (image.Image, error) {
	return programicon.Find(ctx, program, os.Getenv)
}

// lastTry asks about the last PIN try. Whatever goes wrong when asking, there is no
// answer, and the agent takes that for no.
func lastTry(stderr io.Writer) int {
	channel, err := lasttry.Channel()
	if err != nil {
		_, _ = fmt.Fprintln(stderr, words("").Text("desktop.not-asked", nil))
		return app.ExitUsage
	}
	defer func() { _ = channel.Close() }()
	if err := ask.Run(context.Background(), channel, openFyne, words, programIcon); err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return app.ExitUnexpected
	}
	return app.ExitOK
}
