package lasttry

import (
	"errors"
	"io"
	"os"
	"os/exec"
)

// start starts the program with pipes as its standard input and output.
func start(command *exec.Cmd) (io.ReadWriteCloser, error) {
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return pipes{out, in}, nil
}

// Channel returns the channel that the agent gave this program.
func Channel() (io.ReadWriteCloser, error) {
	info, err := os.Stdin.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode()&os.ModeNamedPipe == 0 {
		return nil, errors.New("no agent asks: standard input is no pipe")
	}
	return pipes{os.Stdin, os.Stdout}, nil
}

type pipes struct {
	io.ReadCloser
	w io.WriteCloser
}

func (p pipes) Write(b []byte) (int, error) { return p.w.Write(b) }

func (p pipes) Close() error { return errors.Join(p.w.Close(), p.ReadCloser.Close()) }
