package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"cientro/app"
	"cientro/app/lasttry"
	"cientro/app/settings"
	"cientro/card/virtual"
	ck "cientro/pkcs11module/cryptoki"
)

const (
	specimenPIN = "41739628"
	// agentHost is the name under which this test program plays a host.
	agentHost = "cientro-agent-host"
)

// stand is a place for agents: a home with the virtual card offered, and no
// smart card service.
type stand struct {
	t           testing.TB
	home        string
	program     string
	environment []string
}

func newStand(t testing.TB) *stand {
	t.Helper()
	s := &stand{t: t, home: t.TempDir(), program: os.Args[0]}
	s.environment = []string{
		"CIENTRO_HOME=" + s.home, "LANG=it_IT.UTF-8", "GORACE=atexit_sleep_ms=0",
		"PCSCLITE_CSOCK_NAME=" + filepath.Join(s.home, "none"),
	}
	if dir := flag.Lookup("test.gocoverdir"); dir != nil && dir.Value.String() != "" {
		s.environment = append(s.environment, "GOCOVERDIR="+dir.Value.String())
	}
	return s
}

func (s *stand) settings() settings.Source {
	return settings.Source{File: filepath.Join(s.home, "config", "settings.json")}
}

func (s *stand) set(change func(*settings.Settings)) {
	s.t.Helper()
	_, err := s.settings().Update(change)
	require.NoError(s.t, err)
}

func (s *stand) offer() *stand {
	s.t.Helper()
	s.set(func(c *settings.Settings) { c.VirtualCard = true })
	return s
}

// card is what the virtual card remembers.
func (s *stand) card() virtual.State {
	s.t.Helper()
	info, err := app.NewVirtualCard(filepath.Join(s.home, "state", "virtual-card.json")).Show()
	require.NoError(s.t, err)
	return info.State
}

func (s *stand) command(args ...string) *exec.Cmd {
	c := exec.Command(s.program, args...)
	c.Args[0] = "cientro-pcsc" // TestMain tells by the name
	c.Env = s.environment
	return c
}

// running is an agent on a socket pair that this process made.
type running struct {
	*rpcClient
	process *exec.Cmd
	socket  net.Conn
	stderr  *strings.Builder
	over    chan struct{}
}

func (s *stand) agent(args ...string) *running {
	s.t.Helper()
	ours, theirs := socketPair(s.t)
	c := s.command(append([]string{"agent"}, args...)...)
	var stderr strings.Builder
	c.Stdin, c.Stdout, c.Stderr = theirs, theirs, &stderr
	require.NoError(s.t, c.Start())
	require.NoError(s.t, theirs.Close())
	r := &running{process: c, socket: ours, stderr: &stderr, over: make(chan struct{})}
	go func() {
		_ = c.Wait()
		close(r.over)
	}()
	s.t.Cleanup(func() {
		_ = ours.Close()
		_ = c.Process.Kill()
		<-r.over
	})
	r.rpcClient = newRPCClient(s.t, ours)
	require.NoError(s.t, r.initialize())
	return r
}

func socketPair(t testing.TB) (net.Conn, *os.File) {
	t.Helper()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	require.NoError(t, err)
	file := os.NewFile(uintptr(pair[0]), "ours")
	ours, err := net.FileConn(file)
	require.NoError(t, err)
	_ = file.Close()
	return ours, os.NewFile(uintptr(pair[1]), "theirs")
}

// ends waits for the process and returns how it ended.
func (r *running) ends(within time.Duration) int {
	r.t.Helper()
	select {
	case <-r.over:
		return r.process.ProcessState.ExitCode()
	case <-time.After(within):
		r.t.Fatalf("the agent is still there after %v", within)
		return -1
	}
}

// loggedIn opens a session on the virtual card and logs in.
func (r *running) loggedIn() ck.SessionHandle {
	r.t.Helper()
	slots := r.slots(true)
	require.Len(r.t, slots, 1, "the virtual card is the only one")
	session := r.openSession(slots[0])
	require.NoError(r.t, r.login(session, specimenPIN))
	require.Equal(r.t, ck.StateRWUser, r.state(session))
	return session
}

func TestAgentServesTheVirtualCard(t *testing.T) {
	s := newStand(t).offer()
	r := s.agent()
	slots := r.slots(false)
	assert.Equal(t, []ck.SlotID{1, 2}, slots, "the virtual reader, and a spare for one that comes later")
	label, err := r.label(1)
	require.NoError(t, err)
	assert.Regexp(t, "^DEMO", label)
	r.loggedIn()
	require.NoError(t, r.socket.Close())
	assert.Zero(t, r.ends(patience))
	assert.Empty(t, r.stderr.String())
}

func TestEndOfInputLogsOut(t *testing.T) {
	s := newStand(t).offer()
	r := s.agent()
	r.loggedIn()
	before := s.card().Boots
	require.NoError(t, r.socket.Close())
	assert.Zero(t, r.ends(patience))
	assert.Greater(t, s.card().Boots, before, "the card was not reset")
}

func TestTerminationLogsOut(t *testing.T) {
	s := newStand(t).offer()
	r := s.agent()
	r.loggedIn()
	before := s.card().Boots
	require.NoError(t, r.process.Process.Signal(syscall.SIGTERM))
	assert.Zero(t, r.ends(patience))
	assert.Greater(t, s.card().Boots, before, "the card was not reset")
}

// TestKeyboardIsTheHosts: Ctrl-C goes to all programs of a terminal; whether it
// ends anything is for the host to say.
func TestKeyboardIsTheHosts(t *testing.T) {
	s := newStand(t).offer()
	r := s.agent()
	session := r.loggedIn()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE} {
		require.NoError(t, r.process.Process.Signal(signal))
	}
	assert.Equal(t, ck.StateRWUser, r.state(session))
}

// TestNothingElseReachesTheHost: standard output is the host's channel, and a
// careless Println must not be an answer on it.
func TestNothingElseReachesTheHost(t *testing.T) {
	r := newStand(t).agent()
	for _, fd := range []string{"0", "1"} {
		target, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", r.process.Process.Pid, fd))
		require.NoError(t, err)
		assert.Equal(t, os.DevNull, target)
	}
}

func TestNoCoreDump(t *testing.T) {
	r := newStand(t).agent()
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", r.process.Process.Pid))
	require.NoError(t, err)
	assert.Regexp(t, `(?m)^Max core file size +0 +0 `, string(limits))
}

// TestMemoryIsNotForOthers: what cannot be dumped cannot be read by other
// programs of the user either, and belongs to root in /proc (proc(5)).
func TestMemoryIsNotForOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root: runs the agent as another user")
	}
	s := newStand(t)
	folder, err := os.MkdirTemp("", "cientro-agent")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	require.NoError(t, os.Chmod(folder, 0o755))
	content, err := os.ReadFile(s.program)
	require.NoError(t, err)
	s.program = filepath.Join(folder, "cientro")
	require.NoError(t, os.WriteFile(s.program, content, 0o755))
	ours, theirs := socketPair(t)
	c := s.command("agent")
	c.Env = []string{"CIENTRO_HOME=" + filepath.Join(folder, "none"), "PCSCLITE_CSOCK_NAME=/none", "GORACE=atexit_sleep_ms=0"}
	c.Stdin, c.Stdout = theirs, theirs
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	require.NoError(t, c.Start())
	_ = theirs.Close()
	require.NoError(t, newRPCClient(t, ours).initialize())
	var info unix.Stat_t
	require.NoError(t, unix.Stat(fmt.Sprintf("/proc/%d/environ", c.Process.Pid), &info))
	assert.Zero(t, info.Uid)
	require.NoError(t, ours.Close())
	_ = c.Wait()
}

// TestBrokenFilesDoNotLockOut: a browser has nobody to tell.
func TestBrokenFilesDoNotLockOut(t *testing.T) {
	s := newStand(t).offer()
	for _, name := range []string{"config/trust", "cache", "state/logs"} {
		path := filepath.Join(s.home, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte("not a folder"), 0o600))
	}
	s.agent().loggedIn()
}

// TestPipes is how p11-kit on systems without socket pairs, and a person who
// tries things out, may start it.
func TestPipes(t *testing.T) {
	s := newStand(t).offer()
	c := s.command("agent")
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	client := newRPCClient(t, struct {
		io.Reader
		io.Writer
	}{out, in})
	require.NoError(t, client.initialize())
	assert.Len(t, client.slots(true), 1)
	require.NoError(t, in.Close())
	assert.NoError(t, c.Wait())
}

func TestAgentIsNotForPeople(t *testing.T) {
	s := newStand(t)
	person, terminal, err := pty.Open()
	require.NoError(t, err)
	defer func() { _ = person.Close() }()
	c := s.command("agent")
	var stderr strings.Builder
	c.Stdin, c.Stdout, c.Stderr = terminal, terminal, &stderr
	err = c.Run()
	require.NoError(t, terminal.Close())
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, app.ExitUsage, exit.ExitCode())
	assert.Contains(t, stderr.String(), "PKCS#11")
}

func TestGarbageEndsTheAgent(t *testing.T) {
	s := newStand(t)
	r := s.agent()
	_, err := r.socket.Write([]byte(strings.Repeat("\xff", 64)))
	require.NoError(t, err)
	assert.NotZero(t, r.ends(patience))
}

// playHost is a program that logs in and dies, while a child of it lives on with
// the agent's socket in its hands: what a forking server does by accident.
func playHost() int {
	if len(os.Args) > 1 { // one that only calls, and is gone
		_, err := net.Dial("unix", os.Args[1])
		if err != nil {
			return 2
		}
		return 0
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 2
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "ours"), os.NewFile(uintptr(pair[1]), "theirs")
	agent := exec.Command(os.Args[0], "agent")
	agent.Args[0] = "cientro-pcsc"
	agent.Stdin, agent.Stdout = theirs, theirs
	child := exec.Command("sleep", "60")
	child.ExtraFiles = []*os.File{ours}
	if agent.Start() != nil || child.Start() != nil {
		return 2
	}
	fmt.Println(agent.Process.Pid, child.Process.Pid)
	_, _ = bufio.NewReader(os.Stdin).ReadByte() // until the test looks
	defer func() {
		if cause := recover(); cause != nil {
			fmt.Println(cause)
		}
	}()
	client := newRPCClient(panicking{}, ours)
	if err := client.initialize(); err != nil {
		return 3
	}
	if err := client.login(client.openSession(client.slots(true)[0]), specimenPIN); err != nil {
		return 4
	}
	return 0 // without a word to the agent
}

// panicking fails where there is no test.
type panicking struct{ testing.TB }

func (panicking) Helper()                   {}
func (panicking) Errorf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }
func (panicking) FailNow()                  { panic("failed") }

func TestAgentEndsWithItsHost(t *testing.T) {
	s := newStand(t).offer()
	host := s.command()
	host.Args[0] = agentHost
	host.Env = append(host.Env, "PATH="+os.Getenv("PATH"))
	in, err := host.StdinPipe()
	require.NoError(t, err)
	out, err := host.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, host.Start())
	var agent, child int
	_, err = fmt.Fscanln(out, &agent, &child)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Kill(child, syscall.SIGKILL) })
	handle, err := unix.PidfdOpen(agent, 0)
	require.NoError(t, err)
	defer func() { _ = unix.Close(handle) }()
	_, err = in.Write([]byte{'\n'})
	require.NoError(t, err)
	said, _ := io.ReadAll(io.LimitReader(out, 1<<10))
	require.NoError(t, host.Wait(), string(said))
	boots := s.card().Boots
	require.NoError(t, syscall.Kill(child, 0), "the child still holds the socket")
	assert.True(t, becomesReadable(t, handle), "the agent outlives its host")
	assert.GreaterOrEqual(t, s.card().Boots, boots)
	assert.GreaterOrEqual(t, s.card().Boots, uint64(2), "the card was not reset")
}

// TestVirtualCardComesAndGoes: no browser has to be started anew.
func TestVirtualCardComesAndGoes(t *testing.T) {
	s := newStand(t)
	r := s.agent()
	assert.Empty(t, r.slots(true))
	slots := r.slots(false)
	require.Len(t, slots, 1)
	s.offer()
	require.Eventually(t, func() bool { return len(r.slots(true)) == 1 }, patience, 20*time.Millisecond)
	assert.Equal(t, slots, r.slots(true), "it takes the slot that waited for a reader")
	r.loggedIn()
	s.set(func(c *settings.Settings) { c.VirtualCard = false })
	require.Eventually(t, func() bool { return len(r.slots(true)) == 0 }, patience, 20*time.Millisecond)
}

// TestLastTry plays the whole way from a browser's login to a window of ours,
// which is a script here, beside the agent as in an installation.
func TestLastTry(t *testing.T) {
	for _, row := range []struct {
		name, answer string
		policy       settings.FinalTry
		environment  []string
		want         error
		left         int
		asked        bool
	}{
		{"consent", `{"answer":"consent"}`, settings.FinalTryAsk, []string{"DISPLAY=:99"}, nil, 3, true},
		{"no", `{"answer":"deny"}`, settings.FinalTryAsk, []string{"DISPLAY=:99"}, ck.RVFunctionCanceled, 1, true},
		{"crash", ``, settings.FinalTryAsk, []string{"DISPLAY=:99"}, ck.RVFunctionRejected, 1, true},
		{"no display", `{"answer":"consent"}`, settings.FinalTryAsk, nil, ck.RVFunctionRejected, 1, false},
		{"ssh", `{"answer":"consent"}`, settings.FinalTryAsk, []string{"DISPLAY=:99", "SSH_TTY=/dev/pts/9"}, ck.RVFunctionRejected, 1, false},
		{"denied", `{"answer":"consent"}`, settings.FinalTryDeny, []string{"DISPLAY=:99"}, ck.RVFunctionRejected, 1, false},
		{"allowed", ``, settings.FinalTryAllow, nil, nil, 3, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newStand(t).offer()
			s.set(func(c *settings.Settings) { c.FinalTry = row.policy })
			s.environment = append(s.environment, row.environment...)
			install(s, `#!/bin/sh
[ "$1" = ask ] || exit 9
read -r line <&3 && printf '%s\n' "$line" > "`+s.home+`/asked"
echo '`+row.answer+`' >&3
`)
			r := s.agent()
			session := r.openSession(r.slots(true)[0])
			for _, wrong := range []string{"41739620", "41739621"} {
				require.ErrorIs(t, r.login(session, wrong), ck.RVPINIncorrect)
			}
			require.Equal(t, 1, s.card().PINTries)
			err := r.login(session, specimenPIN)
			if row.want == nil {
				require.NoError(t, err)
			} else {
				assert.ErrorIs(t, err, row.want)
			}
			assert.Equal(t, row.left, s.card().PINTries)
			asked, err := os.Open(filepath.Join(s.home, "asked"))
			if !row.asked {
				require.ErrorIs(t, err, os.ErrNotExist, "a person was asked")
				return
			}
			require.NoError(t, err)
			request, err := lasttry.ReadRequest(asked)
			require.NoError(t, err)
			self, err := os.Executable()
			require.NoError(t, err)
			assert.Equal(t, lasttry.Host{PID: os.Getpid(), Program: self, Name: filepath.Base(self)}, request.Host)
			assert.Equal(t, lasttry.Tries{Left: 1, Max: 3, Source: lasttry.SourceCard}, request.Tries)
			assert.Equal(t, virtualReaderName, request.Reader)
			assert.True(t, request.Demo)
			assert.Equal(t, "it", request.Language)
		})
	}
}

// install puts the program into a folder of its own, with a cientro-desktop
// beside it.
func install(s *stand, desktop string) {
	s.t.Helper()
	folder := s.t.TempDir()
	program := filepath.Join(folder, "cientro")
	if err := os.Link(s.program, program); err != nil {
		content, err := os.ReadFile(s.program)
		require.NoError(s.t, err)
		require.NoError(s.t, os.WriteFile(program, content, 0o700))
	}
	require.NoError(s.t, os.WriteFile(filepath.Join(folder, "cientro-desktop"), []byte(desktop), 0o700))
	s.program = program
}

func TestLogTellsNoSecrets(t *testing.T) {
	s := newStand(t).offer()
	s.set(func(c *settings.Settings) { c.LogLevel = settings.LogDebug })
	trace := filepath.Join(s.home, "trace")
	r := s.agent("--trace", trace)
	r.loggedIn()
	require.NoError(t, r.socket.Close())
	require.Zero(t, r.ends(patience))
	content, err := os.ReadFile(filepath.Join(s.home, "state", "logs", "cientro.log"))
	require.NoError(t, err)
	for line := range strings.Lines(string(content)) {
		var entry struct{ Program string }
		require.NoError(t, json.Unmarshal([]byte(line), &entry))
		assert.Equal(t, "agent", entry.Program)
	}
	assert.Contains(t, string(content), "disconnected")
	traced, err := os.ReadFile(trace)
	require.NoError(t, err)
	assert.Contains(t, string(traced), "VERIFY")
	for _, secret := range []string{specimenPIN, "3431373339363238", "34 31 37 33", "SPECIMEN"} {
		assert.NotContains(t, string(content)+string(traced), secret)
	}
}
