package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cientro/app"
)

// manCommand writes the man pages, one a command, for packagers: hidden, as
// nobody else needs it. Without a folder the first page goes to standard output.
func (p *program) manCommand() *cobra.Command {
	c := p.bare("man [DIR]", "man")
	c.Hidden = true
	c.Args = arguments(0, 1)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			p.manPage(p.stdout, cmd.Root())
			return nil
		}
		return p.manPages(args[0], cmd.Root())
	}
	return c
}

func (p *program) manPages(dir string, cmd *cobra.Command) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &app.FileError{Op: app.FileWrite, Path: dir, Err: err}
	}
	path := filepath.Join(dir, pageName(cmd)+".1")
	var page strings.Builder
	p.manPage(&page, cmd)
	if err := os.WriteFile(path, []byte(page.String()), 0o644); err != nil {
		return &app.FileError{Op: app.FileWrite, Path: path, Err: err}
	}
	for _, c := range visible(cmd) {
		if err := p.manPages(dir, c); err != nil {
			return err
		}
	}
	return nil
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage writes one page in the man macros of roff (man(7)).
func (p *program) manPage(w io.Writer, cmd *cobra.Command) {
	out := &roff{w}
	out.macro("TH", strings.ToUpper(pageName(cmd)), "1", "", "CIEntro "+version)
	out.macro("SH", p.text("man.name"))
	out.text(pageName(cmd) + " - " + cmd.Short)
	out.macro("SH", p.text("man.synopsis"))
	out.text(p.useLine(cmd))
	out.macro("SH", p.text("man.description"))
	for _, paragraph := range strings.Split(cmd.Long, "\n") {
		out.macro("PP")
		out.text(paragraph)
	}
	if commands := visible(cmd); len(commands) > 0 {
		out.macro("SH", p.text("man.commands"))
		for _, c := range commands {
			out.item(pageName(c)+"(1)", c.Short)
		}
	}
	out.flags(p.text("man.options"), cmd.LocalNonPersistentFlags())
	if cmd.HasParent() {
		out.macro("PP")
		out.text(p.text("man.more"))
		out.macro("SH", p.text("man.see-also"))
		out.text(pageName(cmd.Parent()) + "(1)")
		return
	}
	p.manRest(out, cmd)
}

// manRest is what only the first page has.
func (p *program) manRest(out *roff, cmd *cobra.Command) {
	out.flags(p.text("man.global"), cmd.PersistentFlags())
	out.macro("SH", p.text("man.exit"))
	for _, code := range []int{
		app.ExitOK, app.ExitUnexpected, app.ExitUsage, app.ExitWrong, app.ExitBlocked, app.ExitNoCard,
		app.ExitNotGenuine, app.ExitNoService, app.ExitConfirm, app.ExitLost, app.ExitCancelled,
	} {
		out.item(fmt.Sprint(code), p.text(fmt.Sprintf("exit.%d", code)))
	}
	out.macro("SH", p.text("man.environment"))
	out.item("CIENTRO_HOME", p.text("man.environment.home"))
	out.item(p.text("man.environment.language.names"), p.text("man.environment.language"))
	out.macro("SH", p.text("man.examples"))
	out.item("cientro card", p.text("man.examples.card"))
	out.item("cientro --reader 1 pin change", p.text("man.examples.reader"))
	out.item(p.text("man.examples.json.command"), p.text("man.examples.json"))
}

// roff writes macros and text lines.
type roff struct{ w io.Writer }

func (r *roff) macro(name string, args ...string) {
	_, _ = fmt.Fprint(r.w, "."+name)
	for _, a := range args {
		_, _ = fmt.Fprintf(r.w, ` "%s"`, escapeRoff(strings.ReplaceAll(a, `"`, `'`)))
	}
	_, _ = fmt.Fprintln(r.w)
}

func (r *roff) text(line string) { _, _ = fmt.Fprintln(r.w, escapeRoff(line)) }

func (r *roff) item(term, text string) {
	r.macro("TP")
	_, _ = fmt.Fprintln(r.w, `\fB`+escapeRoff(term)+`\fR`)
	r.text(text)
}

func (r *roff) flags(title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	r.macro("SH", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		if value != "" {
			term += " " + value
		}
		r.item(term, usage)
	})
}

// escapeRoff keeps backslashes, hyphens and leading dots from being commands.
func escapeRoff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, `-`, `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
