package store

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/store/atomicfile"
)

// Variables that tell a copy of the test program what to be.
const (
	roleVariable   = "STORE_TEST_ROLE"
	folderVariable = "STORE_TEST_FOLDER"
)

const bumpsPerProcess = 30

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		if err := play(role, os.Getenv(folderVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// play is what the copy does.
func play(role, folder string) error {
	s, err := Open(folder, Options{Keyring: NoKeyring()})
	if err != nil {
		return err
	}
	r := s.Card(specimen)
	switch role {
	case "bump":
		for range bumpsPerProcess {
			var epoch uint64
			if err := insist(func() (err error) { epoch, err = r.BumpEpoch(); return err }); err != nil {
				return err
			}
			fmt.Println(epoch)
		}
		return insist(func() error { return r.SetCounter(byte(os.Getpid()), Seen{TriesLeft: 7}) })
	case "keyring":
		_, err := systemKeyring{}.Get(keyringService, "test")
		fmt.Println(err)
		return nil
	case "verify":
		if err := r.Mark().Set(); err != nil {
			return err
		}
		fmt.Println("verified")
		bufio.NewReader(os.Stdin).ReadString('\n') // until it is killed
		return nil
	}
	return fmt.Errorf("unknown role %q", role)
}

// insist tries again when the others kept the lock for as long as a store waits:
// nobody gets it in turn, and on a slow disk half a second passes.
func insist(change func() error) error {
	for {
		if err := change(); !errors.Is(err, atomicfile.ErrBusy) {
			return err
		}
	}
}

func child(role, folder string) *exec.Cmd {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), roleVariable+"="+role, folderVariable+"="+folder)
	return command
}

// An epoch that two processes got, or a counter that is gone, is a lost update.
func TestProcessesDoNotLoseEachOthersUpdates(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	epochs, pids := map[string]int{}, []int{}
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			command := child("bump", dir)
			output, err := command.Output()
			if !assert.NoError(t, err) {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			pids = append(pids, command.Process.Pid)
			for line := range strings.Lines(string(output)) {
				epochs[line]++
			}
		})
	}
	wait.Wait()
	assert.Len(t, epochs, 3*bumpsPerProcess)
	s := open(t, dir)
	for _, pid := range pids {
		seen, ok := s.Card(specimen).Counter(byte(pid))
		assert.True(t, ok, "the counter of process %d is lost", pid)
		assert.Equal(t, 7, seen.TriesLeft)
	}
	assert.Empty(t, s.Notices())
}

func TestKilledProgramLeavesTheCardVerified(t *testing.T) {
	dir := t.TempDir()
	command := child("verify", dir)
	stdin, err := command.StdinPipe()
	require.NoError(t, err)
	defer stdin.Close()
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "verified\n", line)

	r := open(t, dir).Card(specimen)
	assert.False(t, r.WasLeftVerified(), "it runs: a reset would end its session")
	require.NoError(t, command.Process.Kill())
	command.Wait()
	assert.True(t, r.WasLeftVerified())
	require.NoError(t, r.Mark().Clear())
	assert.False(t, r.WasLeftVerified())
}
