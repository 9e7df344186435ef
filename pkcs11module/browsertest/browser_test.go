//go:build linux

package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/browserdemo"
)

// driver is a browser that does what it is told.
type driver interface {
	// open goes to an address and returns at once.
	open(address string)
	// openTab does it in a tab of its own.
	openTab(address string)
	// text is what the page in front says; it also shows that the browser lives.
	// Not while a prompt may come: Firefox's protocol would dismiss it.
	text() string
	// failed tells whether the page in front is the browser's own about a
	// connection that failed, and has not been left.
	failed() bool
	// leave marks the page in front, so that it is told from the next one.
	leave()
}

// left is the title of a page that was left.
const left = "(left)"

// browser is one that runs on the stand.
type browser struct {
	*stand
	driver
	kind    browserdemo.Kind
	process *browserdemo.Process
	prompts *browserdemo.Prompts
	// confirming ends the choosing of a certificate, where one was begun.
	confirming func()
}

// launch says how to start.
type launch struct {
	// pins are typed into the prompts, one each; further ones are left open.
	pins []string
	// policies are files laid over /etc for this browser, by their path there.
	policies map[string]string
	// etc is a folder that stands for /etc, as copyOfEtc makes one, in place of
	// policies.
	etc string
	// deb is installed first, and its command sets the browser up for everybody.
	deb string
	// bare: the profile neither has the module nor trusts the server; policies
	// see to it.
	bare bool
	// made is called between making the profile, for which modutil loads the
	// module once, and starting the browser.
	made func()
}

// start starts a browser with a fresh profile.
func (s *stand) start(kind browserdemo.Kind, l launch) *browser {
	s.Helper()
	path, err := browserdemo.Find(kind)
	require.NoError(s, err)
	dir := filepath.Join(s.dir, "browser")
	require.NoError(s, os.Mkdir(dir, 0o700))
	options := browserdemo.ProfileOptions{
		Kind: kind, Dir: dir, Module: s.module, Authority: s.server.Authority(), Environment: s.environment(),
		Preferences: "user_pref(\"marionette.port\", 0);\n",
	}
	if l.bare {
		options.Module = ""
	}
	profile, err := browserdemo.NewProfile(s.ctx, options)
	require.NoError(s, err)
	if l.made != nil {
		l.made()
	}
	b := &browser{stand: s, kind: kind}
	switch kind {
	case browserdemo.Firefox:
		profile.Arguments = []string{"--marionette", "--remote-allow-system-access"}
		command := profile.Command(path, "about:blank")
		switch {
		case l.deb != "":
			command = s.installed(l.deb, l.policies, command)
		case l.etc != "":
			command = s.withEtc(l.etc, command)
		default:
			command = s.under(l.policies, command)
		}
		b.run(command)
		b.driver = s.dialMarionette(filepath.Join(dir, "profile", "MarionetteActivePort"))
	case browserdemo.Chromium:
		profile.Arguments = []string{"--remote-debugging-pipe", "--lang=en-US"}
		command := s.under(l.policies, profile.Command(path, "about:blank"))
		d := s.newDevTools(command)
		b.run(command)
		d.attach()
		b.driver = d
	}
	var pins [][]byte
	for _, p := range l.pins {
		pins = append(pins, []byte(p))
	}
	watching, stop := context.WithCancel(s.ctx)
	s.Cleanup(stop)
	b.prompts = s.display.AnswerPrompts(watching, kind, pins...)
	s.Cleanup(func() { assert.NoError(s, b.prompts.Err()) })
	return b
}

func (b *browser) run(command *exec.Cmd) {
	process, err := browserdemo.Run(command)
	require.NoError(b, err)
	b.process = process
	b.Cleanup(func() {
		b.picture("end")
		select {
		case <-process.Done():
			b.Errorf("the browser ended by itself: %s", process.Said())
		default:
		}
		process.End()
		assert.Eventually(b, func() bool { return len(b.agents()) == 0 }, 10*time.Second, 50*time.Millisecond, "an agent outlives its browser")
		if b.Failed() {
			if b.prompts != nil { // it came as far as that
				b.Logf("%d prompts", b.prompts.Count())
			}
			b.Logf("the browser said: %s\nthe server saw: %s", process.Said(), seen(b.server))
		}
	})
}

// alive wants the browser to answer, and at once.
func (b *browser) alive() {
	b.Helper()
	began := time.Now()
	b.text()
	assert.Less(b, time.Since(began), 5*time.Second, "the browser answers late")
}

// asked waits until the PIN has been asked for n times in all, and wants no
// further prompt.
func (b *browser) asked(n int) {
	b.Helper()
	b.await(fmt.Sprintf("prompt number %d", n), func() bool { return b.prompts.Count() >= n })
	calm()
	assert.Equal(b, n, b.prompts.Count(), "prompts")
}

// prompted tells whether the PIN is being asked for.
func (b *browser) prompted() bool {
	windows, _ := b.display.Windows(b.ctx)
	for _, w := range windows {
		if w.IsPrompt(b.kind) {
			return true
		}
	}
	return false
}

// confirm chooses the certificate where a browser asks which, once from now on.
func (b *browser) confirm() {
	if b.kind != browserdemo.Chromium {
		return
	}
	if b.confirming != nil {
		b.confirming()
	}
	ctx, cancel := context.WithCancel(b.ctx)
	b.confirming = cancel
	b.Cleanup(cancel)
	go b.display.ConfirmCertificate(ctx, b.server)
}

// agents are the process ids of the agents that the browser has started.
func (b *browser) agents() []int {
	var out []int
	entries, err := os.ReadDir("/proc")
	require.NoError(b, err)
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if exe, _ := os.Readlink("/proc/" + e.Name() + "/exe"); exe != b.agent {
			continue
		}
		environment, _ := os.ReadFile("/proc/" + e.Name() + "/environ")
		if strings.Contains(string(environment), "CIENTRO_HOME="+b.home) {
			out = append(out, pid)
		}
	}
	return out
}

// killAgents does what a crash does.
func (b *browser) killAgents() {
	agents := b.agents()
	require.NotEmpty(b, agents, "no agent to kill")
	for _, pid := range agents {
		require.NoError(b, syscall.Kill(pid, syscall.SIGKILL))
	}
	b.await("the agent's end", func() bool {
		for _, pid := range agents {
			if _, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/exe"); err == nil {
				return false
			}
		}
		return true
	})
}

// under lays files over a copy of /etc for this command only, in a mount
// namespace: the system's own policies are neither changed nor seen to change.
func (s *stand) under(policies map[string]string, command *exec.Cmd) *exec.Cmd {
	if len(policies) == 0 {
		return command
	}
	return s.withEtc(s.copyOfEtc(policies), command)
}

// copyOfEtc copies /etc, as far as this user may read it, and lays files over it.
func (s *stand) copyOfEtc(files map[string]string) string {
	etc := filepath.Join(s.dir, "etc")
	if out, err := exec.Command("cp", "-a", "/etc", etc).CombinedOutput(); err != nil && os.Geteuid() == 0 {
		s.Fatalf("copy /etc: %v: %s", err, out)
	}
	for path, content := range files {
		path = filepath.Join(etc, path)
		require.NoError(s, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(s, os.WriteFile(path, []byte(content), 0o644))
	}
	return etc
}

// withEtc lets a command see etc in the place of /etc.
func (s *stand) withEtc(etc string, command *exec.Cmd) *exec.Cmd {
	arguments := []string{"unshare", "--mount"}
	if os.Geteuid() != 0 {
		arguments = append(arguments, "--user", "--map-root-user")
	}
	arguments = append(arguments, "sh", "-c", `mount --bind "$0" /etc && exec "$@"`, etc)
	unshare, err := exec.LookPath(arguments[0])
	require.NoError(s, err)
	command.Args = append(arguments, command.Args...)
	command.Path = unshare
	return command
}
