package browsers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// done is a plan or what was done, as file and outcome, with what stood in the way.
func (l *layout) doneWith(all []Done, err error) (map[string]Outcome, []error) {
	l.t.Helper()
	var why []error
	for _, d := range all {
		if d.Err != nil {
			why = append(why, d.Err.(*PlaceError).Err)
		}
	}
	return l.outcomes(all, err), why
}

// TestAPlanIsWhatIsDone: also where it is not the whole round trip.
func TestAPlanIsWhatIsDone(t *testing.T) {
	const list = ".mozilla/firefox/x.default/pkcs11.txt"
	for name, set := range map[string]func(*layout){
		"others wrote meanwhile": func(l *layout) {
			l.outcomes(l.Install(l.t.Context()))
			raw, err := os.ReadFile(l.home(list))
			require.NoError(l.t, err)
			l.write(l.home(list), string(raw)+foreignModule)
		},
		"taken out by hand": func(l *layout) {
			l.outcomes(l.Install(l.t.Context()))
			l.write(l.home(list), internal)
		},
		"registered by hand": func(l *layout) {
			l.write(l.home(list), internal+"library="+l.Module+"\nname=My card\n\n")
			l.outcomes(l.Install(l.t.Context()))
		},
		"the program moved": func(l *layout) {
			l.outcomes(l.Install(l.t.Context()))
			l.Module = filepath.Join(filepath.Dir(l.Module), "moved", filepath.Base(l.Module))
			l.write(l.Module, "a library")
		},
		"not understood": func(l *layout) { l.write(l.home(list), "library=\x00") },
		"a spoilt original": func(l *layout) {
			l.outcomes(l.Install(l.t.Context()))
			originals, err := filepath.Glob(filepath.Join(l.State, "original-*"))
			require.NoError(l.t, err)
			l.write(originals[0], "something else")
		},
		"the browser was removed": func(l *layout) {
			l.outcomes(l.Install(l.t.Context()))
			require.NoError(l.t, os.RemoveAll(l.home(".mozilla")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			for what, do := range map[string]bool{"install": true, "remove": false} {
				l := newLayout(t)
				l.profiles(".mozilla/firefox", "default")
				set(l)
				before := l.tree()
				plan, change := l.PlanRemove, l.Remove
				if do {
					plan, change = l.PlanInstall, l.Install
				}
				planned, whyNot := l.doneWith(plan())
				assert.Equal(t, before, l.tree(), "%s: a plan changes nothing", what)
				done, why := l.doneWith(change(t.Context()))
				assert.Equal(t, planned, done, what)
				assert.Equal(t, whyNot, why, what)
			}
		})
	}
}

func TestNoPlanWhereNothingCanBeDone(t *testing.T) {
	l := newLayout(t)
	l.profiles(".mozilla/firefox", "default")
	c := l.Config
	c.Agent = filepath.Join(l.Home, "nowhere")
	_, err := c.PlanInstall()
	var missing *MissingError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, c.Agent, missing.Path)
	_, err = c.PlanRemove()
	require.NoError(t, err, "taking out needs no program")
	l.write(filepath.Join(l.State, "ledger.json"), "{")
	_, err = l.PlanInstall()
	require.ErrorIs(t, err, ErrLedger)
}
