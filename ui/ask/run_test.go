package ask

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/lasttry"
	"cientro/app/messages"
	"cientro/ui/theme"
	"cientro/ui/uitest"
)

// person is an app without a screen in which somebody acts as soon as it runs.
type person struct {
	fyne.App
	acts func(w fyne.Window, quit func())
	quit chan struct{}
}

// Run acts, and then waits for the end as the real one does.
func (p *person) Run() {
	windows := p.Driver().AllWindows()
	if len(windows) > 0 {
		p.acts(windows[len(windows)-1], p.Quit)
	}
	<-p.quit
}

func (p *person) Quit() {
	select {
	case <-p.quit:
	default:
		close(p.quit)
	}
}

// run asks a request of a person and returns what the agent hears.
func run(t *testing.T, r lasttry.Request, acts func(w fyne.Window, quit func())) (heard lasttry.Answer, hearing, running error) {
	t.Helper()
	return runWith(t, r, nil, acts)
}

// runWith runs with something that finds icons.
func runWith(t *testing.T, r lasttry.Request, icon Icon, acts func(w fyne.Window, quit func())) (heard lasttry.Answer, hearing, running error) {
	t.Helper()
	agent, window := net.Pipe()
	over := make(chan error, 1)
	go func() {
		over <- Run(t.Context(), window, func() fyne.App {
			return &person{uitest.App(t, theme.Light, 1), acts, make(chan struct{})}
		}, func(language string) *messages.Printer {
			assert.Equal(t, r.Language, language)
			p, err := messages.New(messages.English)
			assert.NoError(t, err)
			return p
		}, icon)
		_ = window.Close()
	}()
	require.NoError(t, lasttry.WriteRequest(agent, r))
	heard, hearing = lasttry.ReadAnswer(agent)
	_ = agent.Close()
	return heard, hearing, <-over
}

func TestTheAnswerReachesTheAgent(t *testing.T) {
	heard, hearing, running := run(t, request(), func(w fyne.Window, _ func()) { uitest.Press(w, fyne.KeyEscape) })
	assert.Equal(t, lasttry.Deny, heard)
	require.NoError(t, hearing)
	require.NoError(t, running)

	heard, hearing, running = run(t, request(), func(w fyne.Window, _ func()) {
		for _, key := range []fyne.KeyName{fyne.KeyTab, fyne.KeySpace, fyne.KeyTab, fyne.KeySpace} {
			uitest.Press(w, key)
		}
	})
	assert.Equal(t, lasttry.Consent, heard)
	require.NoError(t, hearing)
	require.NoError(t, running)
}

func TestNobodyThere(t *testing.T) {
	r := request()
	r.TimeoutSeconds, r.Language = 1, "it"
	begun := time.Now()
	heard, _, _ := run(t, r, func(fyne.Window, func()) {})
	assert.Equal(t, lasttry.Deny, heard)
	assert.Less(t, time.Since(begun), 10*time.Second)
}

func TestTheAgentGoes(t *testing.T) {
	agent, window := net.Pipe()
	over := make(chan error, 1)
	go func() {
		over <- Run(t.Context(), window, func() fyne.App {
			return &person{uitest.App(t, theme.Light, 1), func(fyne.Window, func()) { _ = agent.Close() }, make(chan struct{})}
		}, func(string) *messages.Printer { return uitest.Words(t, messages.Italian) }, nil)
	}()
	require.NoError(t, lasttry.WriteRequest(agent, request()))
	assert.ErrorIs(t, <-over, lasttry.ErrAgentGone)
}

func TestNoScreen(t *testing.T) {
	// A window that went away by itself is no answer either.
	heard, hearing, running := run(t, request(), func(_ fyne.Window, quit func()) { quit() })
	assert.Equal(t, lasttry.Deny, heard)
	require.Error(t, hearing)
	require.ErrorIs(t, running, ErrNoWindow)
}

func TestNothingIsOpenedForNoQuestion(t *testing.T) {
	test.NewTempApp(t)
	for _, said := range []string{"", "{}\n", "null\n", "GET / HTTP/1.1\r\n"} {
		agent, window := net.Pipe()
		over := make(chan error, 1)
		go func() {
			over <- Run(context.Background(), window, func() fyne.App {
				t.Error("a window for nothing")
				return nil
			}, nil, nil)
		}()
		_, _ = io.WriteString(agent, said)
		_ = agent.Close()
		require.Error(t, <-over, said)
	}
}
