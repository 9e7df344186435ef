package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"cientro/app"
	"cientro/app/doctor"
)

// doctorFlags are those of `cientro doctor`.
type doctorFlags struct {
	report, code           string
	card, browsers, strict bool
	qr                     bool
}

func (p *program) doctorCommand() *cobra.Command {
	var f doctorFlags
	c := &cobra.Command{
		Use: "doctor", Short: p.text("doctor.cmd.short"), Long: p.text("doctor.cmd.long"), DisableFlagsInUseLine: true,
		Args: arguments(0, 0),
	}
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		if p.flags.timeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, p.flags.timeout)
			defer cancel()
		}
		return p.doctor(ctx, f)
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.report, "report", "", p.text("doctor.flag.report"))
	flags.BoolVar(&f.card, "card", false, p.text("doctor.flag.card"))
	flags.BoolVar(&f.browsers, "browsers", false, p.text("doctor.flag.browsers"))
	flags.BoolVar(&f.strict, "strict", false, p.text("doctor.flag.strict"))
	flags.BoolVar(&f.qr, "qr", false, p.text("doctor.flag.qr"))
	flags.StringVar(&f.code, "read", "", p.text("doctor.flag.read"))
	return c
}

// doctor makes the report, or reads that of a support code, and tells it.
func (p *program) doctor(ctx context.Context, f doctorFlags) error {
	if f.code != "" {
		report, err := doctor.ReadCode(f.code)
		if err != nil {
			return &app.UsageError{Reason: codeReason(err), Subject: "--read", Command: "cientro doctor", Err: err}
		}
		p.sayDoctor(report)
		return nil
	}
	var out *outputFile
	if f.report != "" {
		var err error
		if out, err = createOutput(f.report); err != nil { // before a card is touched
			return err
		}
		defer out.discard()
	}
	report := p.examine(ctx, f)
	if err := ctx.Err(); err != nil {
		return &app.CancelledError{Err: err}
	}
	if err := p.handOut(report, out, f.qr); err != nil {
		return err
	}
	return verdictOf(report, f.strict)
}

// handOut tells the report and puts it into its file, nil for none. Words come first,
// so that a full disk does not take them along; as JSON there is one document, of the
// report or of what stood in the way of its file.
func (p *program) handOut(r doctor.Report, out *outputFile, qr bool) error {
	if p.flags.json {
		err := p.writeDoctor(out, r)
		if err == nil {
			p.sayDoctor(r)
		}
		return err
	}
	p.sayDoctor(r)
	if err := p.drawCode(r, qr); err != nil {
		return err
	}
	return p.writeDoctor(out, r)
}

// codeReason is what to say of a support code that cannot be read.
func codeReason(err error) app.UsageReason {
	switch {
	case errors.Is(err, doctor.ErrNewerCode):
		return app.UsageCodeNewer
	case errors.Is(err, doctor.ErrCodeCut):
		return app.UsageCodeCut
	case errors.Is(err, doctor.ErrCodeMistyped):
		return app.UsageCodeMistyped
	}
	return app.UsageNoCode
}

// groups are those that the flags ask for; none is all.
func (f doctorFlags) groups() (groups []doctor.Group) {
	if f.card {
		groups = append(groups, doctor.GroupService, doctor.GroupReaders, doctor.GroupCard, doctor.GroupCertificate)
	}
	if f.browsers {
		groups = append(groups, doctor.GroupBrowsers, doctor.GroupModule, doctor.GroupLeftovers)
	}
	return groups
}

// examine runs the checks. What stands in the way of other commands is a finding
// here, so nothing of it is an error.
func (p *program) examine(ctx context.Context, f doctorFlags) doctor.Report {
	options := doctor.Options{
		Version: version, Groups: f.groups(), Reader: p.flags.reader, Virtual: p.flags.virtual, Store: p.store(),
		System: doctor.Machine{Open: p.doctorReaders, Getenv: p.getenv, Clock: p.now, StateFolder: p.paths.State},
	}
	trust, err := app.OpenTrust(p.paths.Trust())
	options.TrustDamaged = err != nil || trust.Damaged != ""
	if trust != nil {
		options.Anchors, options.AnchorCount = trust.Anchors(), len(trust.List())
	}
	return doctor.Run(ctx, options)
}

func (p *program) doctorReaders(ctx context.Context) (app.Readers, error) {
	if p.flags.virtual {
		return app.VirtualReaders(p.virtualCard()), nil
	}
	return p.readers(ctx)
}

// sayDoctor prints the report, in words or as JSON.
func (p *program) sayDoctor(r doctor.Report) {
	if p.flags.json {
		p.printJSON(r.Document(p.words))
		return
	}
	_, _ = fmt.Fprint(p.stdout, r.Text(p.words))
}

// drawCode draws the support code as a QR code after the words: where it was asked
// for, and on a terminal that is wide enough.
func (p *program) drawCode(r doctor.Report, asked bool) error {
	if p.flags.json {
		return nil
	}
	modules, err := r.Symbol()
	if err != nil {
		return err
	}
	ink := doctor.InkDark
	if out, ok := p.stdout.(*os.File); ok && term.IsTerminal(int(out.Fd())) {
		columns, _, _ := term.GetSize(int(out.Fd())) // 0 where it does not say
		if !asked && columns < len(modules) {
			return nil
		}
		if ink = doctor.InkColour; runtime.GOOS == "windows" || p.getenv("NO_COLOR") != "" || p.getenv("TERM") == "dumb" {
			ink = doctor.InkLight // consoles of Windows may show the colours' codes
		}
	} else if !asked {
		return nil
	}
	p.tell("doctor.text.symbol", nil)
	_, _ = fmt.Fprint(p.stdout, doctor.Drawn(modules, ink))
	return nil
}

// writeDoctor writes the report into a file: as JSON where its name ends so, else
// in words with the JSON after them.
func (p *program) writeDoctor(out *outputFile, r doctor.Report) error {
	if out == nil {
		return nil
	}
	var document bytes.Buffer
	encoder := json.NewEncoder(&document)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r.Document(p.words)); err != nil {
		return err
	}
	content := document.Bytes()
	if filepath.Ext(out.path) != ".json" {
		content = append([]byte(r.Text(p.words)+"\n"), content...)
	}
	if err := out.commit(content, app.MeansNothingSent); err != nil {
		return err
	}
	p.note("doctor.saved", nil)
	return nil
}

// errFindings is what `doctor --strict` ends with where something is to be minded.
var errFindings = errors.New("the check-up found something to be mended")

// verdictOf is how the program ends: 0, as the check-up was done, whatever it
// found; with --strict 1 where it found something.
func verdictOf(r doctor.Report, strict bool) error {
	if strict && r.Count(doctor.Problem)+r.Count(doctor.Warning) > 0 {
		return errFindings
	}
	return nil
}
