package browserdemo

import (
	"bytes"
	"os/exec"
	"sync"
	"time"
)

// Process is a browser, or another program of the demo, with all its children.
type Process struct {
	cmd  *exec.Cmd
	said *lastWords
	done chan struct{}
	err  error
}

// endWithin is how long a browser may take to close its files.
const endWithin = 5 * time.Second

// Run starts the command in a process group of its own. End it.
func Run(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, said: &lastWords{}, done: make(chan struct{})}
	if cmd.Stdout == nil {
		cmd.Stdout = p.said
	}
	if cmd.Stderr == nil {
		cmd.Stderr = p.said
	}
	// Children that outlive it may hold the pipe of its words.
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// PID is the process id, which is also that of its group.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Said returns the last of what it wrote on its standard output and error.
func (p *Process) Said() string { return p.said.String() }

// End asks the program to end, and makes it and its children if it does not.
func (p *Process) End() {
	askGroup(p.cmd)
	select {
	case <-p.done:
	case <-time.After(endWithin):
	}
	killGroup(p.cmd)
	<-p.done
}

// lastWords keeps the end of what a program says.
type lastWords struct {
	mu   sync.Mutex
	last []byte
}

func (l *lastWords) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	const keep = 4000
	l.last = append(l.last, p...)
	if len(l.last) > keep {
		l.last = append([]byte(nil), l.last[len(l.last)-keep:]...)
	}
	return len(p), nil
}

func (l *lastWords) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(bytes.TrimSpace(l.last))
}
