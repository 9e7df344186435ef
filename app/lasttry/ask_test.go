package lasttry

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// behaviour names the environment variable that says how the window behaves
// that this test program plays.
const behaviour = "LASTTRY_TEST_WINDOW"

func TestMain(m *testing.M) {
	if how := os.Getenv(behaviour); how != "" && len(os.Args) == 2 && os.Args[1] == Command {
		os.Exit(play(how))
	}
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // windows end at once under the race detector too
	os.Exit(m.Run())
}

func play(how string) int {
	channel, err := Channel()
	if err != nil {
		return 3
	}
	switch how {
	case "consent", "deny":
		if err := Serve(context.Background(), channel, func(_ context.Context, r Request) Answer {
			if r != request() {
				return Deny
			}
			return Answer(how)
		}); err != nil {
			return 4
		}
		return 0
	case "crash":
		return 2
	case "silent": // does not even go when the channel ends
		time.Sleep(time.Minute)
	case "patient":
		err := Serve(context.Background(), channel, func(ctx context.Context, _ Request) Answer {
			_ = os.WriteFile(os.Getenv(behaviour+"_NOTE"), []byte("asked"), 0o600)
			<-ctx.Done()
			return Consent
		})
		note := "other"
		if errors.Is(err, ErrAgentGone) {
			note = "gone"
		}
		_ = os.WriteFile(os.Getenv(behaviour+"_NOTE"), []byte(note), 0o600)
	case "descriptors":
		var all []string
		entries, _ := os.ReadDir("/proc/self/fd")
		for _, e := range entries {
			target, _ := os.Readlink("/proc/self/fd/" + e.Name())
			all = append(all, e.Name()+" "+target)
		}
		_ = os.WriteFile(os.Getenv(behaviour+"_NOTE"), []byte(strings.Join(all, "\n")), 0o600)
		_ = WriteAnswer(channel, Deny)
	case "chatter":
		_, _ = channel.Write([]byte("libEGL warning: no DRI\n{\"answer\":\"consent\"}\n"))
	}
	return 0
}

func self(t *testing.T) string {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	return program
}

func TestAsk(t *testing.T) {
	for how, want := range map[string]Answer{"consent": Consent, "deny": Deny} {
		t.Setenv(behaviour, how)
		got, err := Ask(t.Context(), self(t), request())
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestAskIsDenied(t *testing.T) {
	for _, how := range []string{"crash", "chatter"} {
		t.Setenv(behaviour, how)
		got, err := Ask(t.Context(), self(t), request())
		require.Error(t, err)
		assert.Equal(t, Deny, got)
	}
}

func TestNobodyToAsk(t *testing.T) {
	folder := t.TempDir()
	text := filepath.Join(folder, "text")
	require.NoError(t, os.WriteFile(text, []byte("consent"), 0o600))
	t.Setenv("PATH", filepath.Dir(self(t)))
	t.Setenv(behaviour, "consent")
	for _, program := range []string{"", "cientro-desktop", filepath.Base(self(t)), filepath.Join(folder, "none"), folder, text} {
		got, err := Ask(t.Context(), program, request())
		require.ErrorIs(t, err, ErrNoProgram, program)
		assert.Equal(t, Deny, got)
	}
}

func TestBadRequestIsNotAsked(t *testing.T) {
	t.Setenv(behaviour, "consent")
	bad := request()
	bad.Tries.Left = 0
	got, err := Ask(t.Context(), self(t), bad)
	require.ErrorIs(t, err, ErrMessage)
	assert.Equal(t, Deny, got)
}

func TestSilenceIsNoAndEndsTheProgram(t *testing.T) {
	t.Setenv(behaviour, "silent")
	r := request()
	r.TimeoutSeconds = 1
	begun := time.Now()
	got, err := Ask(t.Context(), self(t), r)
	require.ErrorIs(t, err, ErrTimeout)
	assert.Equal(t, Deny, got)
	assert.Less(t, time.Since(begun), 30*time.Second, "a program that does not go is killed")
}

func TestCallingOffTellsTheWindow(t *testing.T) {
	note := filepath.Join(t.TempDir(), "note")
	t.Setenv(behaviour, "patient")
	t.Setenv(behaviour+"_NOTE", note)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // once it is asked
		defer cancel()
		assert.Eventually(t, func() bool {
			content, _ := os.ReadFile(note)
			return string(content) == "asked"
		}, 20*time.Second, time.Millisecond)
	}()
	got, err := ask(ctx, self(t), request(), time.Minute) // it goes by itself
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, Deny, got)
	content, err := os.ReadFile(note)
	require.NoError(t, err)
	assert.Equal(t, "gone", string(content))
}

func TestServeAnswersOnlyInTime(t *testing.T) {
	ask := func(r Request, decide func(context.Context, Request) Answer) (Answer, error) {
		agent, window := net.Pipe()
		served := make(chan error, 1)
		go func() {
			served <- Serve(t.Context(), window, decide)
			_ = window.Close()
		}()
		require.NoError(t, WriteRequest(agent, r))
		got, _ := ReadAnswer(agent)
		_ = agent.Close()
		return got, <-served
	}
	got, err := ask(request(), func(_ context.Context, r Request) Answer {
		assert.Equal(t, request(), r)
		return Consent
	})
	require.NoError(t, err)
	assert.Equal(t, Consent, got)

	late := request()
	late.TimeoutSeconds = 1
	got, err = ask(late, func(ctx context.Context, _ Request) Answer {
		<-ctx.Done()
		return Consent
	})
	require.ErrorIs(t, err, ErrTimeout)
	assert.Equal(t, Deny, got)
}

func TestServeRefusesWhatIsNoRequest(t *testing.T) {
	agent, window := net.Pipe()
	go func() { _, _ = agent.Write([]byte("{}\n")) }()
	err := Serve(t.Context(), window, func(context.Context, Request) Answer {
		t.Error("a person was asked")
		return Consent
	})
	assert.ErrorIs(t, err, ErrMessage)
}
