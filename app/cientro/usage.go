package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cientro/app"
	"cientro/app/messages"
)

// flagError turns what pflag says about a flag into a UsageError.
func flagError(cmd *cobra.Command, err error) error {
	usage := &app.UsageError{Reason: app.UsageUnknownFlag, Command: cmd.CommandPath(), Err: err}
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		usage.Subject = "--" + typed(unknown.GetSpecifiedName())
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			usage.Subject = "-" + typed(short)
		}
	case errors.As(err, &missing):
		usage.Reason, usage.Subject = app.UsageFlagNeedsValue, "--"+missing.GetSpecifiedName()
	case errors.As(err, &invalid):
		usage.Reason, usage.Subject = app.UsageFlagValue, "--"+invalid.GetFlag().Name
	case errors.As(err, &syntax):
		usage.Subject = typed(syntax.GetSpecifiedFlag())
	}
	return usage
}

// typed is what the user typed, fit to be shown again: somebody may have put a
// PIN where a command belongs.
func typed(word string) string {
	digits := 0
	hidden := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			digits++
			return '*'
		}
		return r
	}, word)
	if digits < 4 {
		return word
	}
	return hidden
}

// arguments wants at least and at most so many; most < 0 is no limit.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return &app.UsageError{Reason: app.UsageTooFew, Subject: cmd.CommandPath(), Command: cmd.CommandPath()}
		case most >= 0 && len(args) > most: // what is too much may be a PIN: it is not repeated
			return &app.UsageError{Reason: app.UsageTooMany, Subject: cmd.CommandPath(), Command: cmd.CommandPath()}
		}
		return nil
	}
}

// conflict refuses two flags that do not go together.
func conflict(command string, names ...string) error {
	return &app.UsageError{Reason: app.UsageConflict, Subject: strings.Join(names, ", "), Command: command}
}

// help prints what a command does and how to use it.
func (p *program) help(cmd *cobra.Command, _ []string) {
	var out strings.Builder
	section := func(key string) { out.WriteString("\n" + p.text(key) + "\n") }
	for _, paragraph := range strings.Split(cmd.Long, "\n") {
		out.WriteString(wrapped(paragraph, "") + "\n")
	}
	section("help.usage")
	out.WriteString("  " + p.useLine(cmd) + "\n")
	if commands := visible(cmd); len(commands) > 0 {
		section("help.commands")
		for _, c := range commands {
			fmt.Fprintf(&out, "  %-12s %s\n", c.Name(), c.Short)
		}
	}
	if flags := cmd.LocalNonPersistentFlags(); flags.HasAvailableFlags() {
		section("help.flags")
		out.WriteString(flags.FlagUsagesWrapped(width))
	}
	section("help.global")
	out.WriteString(cmd.Root().PersistentFlags().FlagUsagesWrapped(width))
	if cmd.HasParent() && visibleCount(cmd) == 0 {
		_, _ = fmt.Fprint(p.stdout, out.String())
		return
	}
	out.WriteString("\n" + p.words.Text("help.more", messages.Values{"Command": cmd.CommandPath()}) + "\n")
	_, _ = fmt.Fprint(p.stdout, out.String())
}

func (p *program) useLine(cmd *cobra.Command) string {
	switch {
	case !cmd.HasParent():
		return cmd.Name() + " " + p.text("help.synopsis")
	case visibleCount(cmd) > 0 && !strings.Contains(cmd.Use, " "): // it does nothing by itself
		return cmd.CommandPath() + " " + p.text("help.command")
	}
	return cmd.UseLine()
}

func visible(cmd *cobra.Command) []*cobra.Command {
	var commands []*cobra.Command
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && !c.Hidden {
			commands = append(commands, c)
		}
	}
	return commands
}

func visibleCount(cmd *cobra.Command) int { return len(visible(cmd)) }

// helpCommand is `cientro help COMMAND`.
func (p *program) helpCommand() *cobra.Command {
	c := p.bare("help [COMMAND]", "help")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		target, rest, err := cmd.Root().Find(args)
		if err != nil || target == nil || len(rest) > 0 {
			return &app.UsageError{Reason: app.UsageUnknownCommand, Subject: typed(strings.Join(args, " ")), Command: "cientro"}
		}
		return target.Help()
	}
	return c
}
