package main

import (
	"github.com/spf13/cobra"

	"cientro/app"
)

// completionCommand prints what a shell needs to complete our commands.
func (p *program) completionCommand() *cobra.Command {
	c := p.bare("completion bash|zsh|fish|powershell", "completion")
	c.Args = arguments(1, 1)
	c.ValidArgs = []string{"bash", "zsh", "fish", "powershell"}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		root := cmd.Root()
		switch args[0] {
		case "bash":
			return root.GenBashCompletionV2(p.stdout, true)
		case "zsh":
			return root.GenZshCompletion(p.stdout)
		case "fish":
			return root.GenFishCompletion(p.stdout, true)
		case "powershell":
			return root.GenPowerShellCompletionWithDesc(p.stdout)
		}
		return &app.UsageError{Reason: app.UsageUnknownCommand, Subject: typed(args[0]), Command: cmd.CommandPath()}
	}
	return c
}

// completes lists the values of a flag for shells.
func completes(c *cobra.Command, flag string, values ...string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}
