//go:build linux

package browsertest

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"
)

// devTools is a client of Chromium's remote protocol over two pipes, which the
// browser has as file descriptors 3 (commands) and 4 (answers): JSON objects,
// each with a zero byte after it.
type devTools struct {
	*stand
	commands *os.File
	answers  *os.File
	session  string

	mu      sync.Mutex
	last    int
	waiting map[int]chan answer
}

// newDevTools gives the command its pipes.
func (s *stand) newDevTools(command *exec.Cmd) *devTools {
	theirs, commands, err := os.Pipe()
	require.NoError(s, err)
	answers, theirAnswers, err := os.Pipe()
	require.NoError(s, err)
	command.ExtraFiles = []*os.File{theirs, theirAnswers}
	d := &devTools{stand: s, commands: commands, answers: answers, waiting: map[int]chan answer{}}
	s.Cleanup(func() { _, _ = commands.Close(), answers.Close() })
	return d
}

// attach takes the first page, once the browser runs.
func (d *devTools) attach() {
	go d.read()
	var target string
	d.await("Chromium's first page", func() bool {
		for _, t := range d.targets() {
			if t.Type == "page" {
				target = t.ID
			}
		}
		return target != ""
	})
	d.take(target)
}

type target struct {
	ID   string `json:"targetId"`
	Type string `json:"type"`
}

func (d *devTools) targets() []target {
	var list struct{ TargetInfos []target }
	require.NoError(d, json.Unmarshal(d.must("Target.getTargets", nil), &list))
	return list.TargetInfos
}

func (d *devTools) take(id string) {
	d.session = ""
	var attached struct{ SessionID string }
	raw := d.must("Target.attachToTarget", map[string]any{"targetId": id, "flatten": true})
	require.NoError(d, json.Unmarshal(raw, &attached))
	d.session = attached.SessionID
}

func (d *devTools) read() {
	in := bufio.NewReader(d.answers)
	for {
		raw, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var message struct {
			ID     int
			Error  *json.RawMessage
			Result json.RawMessage
		}
		if json.Unmarshal(raw[:len(raw)-1], &message) != nil || message.ID == 0 {
			continue
		}
		d.mu.Lock()
		waiter := d.waiting[message.ID]
		delete(d.waiting, message.ID)
		d.mu.Unlock()
		a := answer{result: message.Result}
		if message.Error != nil {
			a.err = string(*message.Error)
		}
		waiter <- a
	}
}

func (d *devTools) send(method string, parameters any) <-chan answer {
	if parameters == nil {
		parameters = struct{}{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last++
	waiter := make(chan answer, 1)
	d.waiting[d.last] = waiter
	message := map[string]any{"id": d.last, "method": method, "params": parameters}
	if d.session != "" {
		message["sessionId"] = d.session
	}
	raw, err := json.Marshal(message)
	require.NoError(d, err)
	_, err = d.commands.Write(append(raw, 0))
	require.NoError(d, err)
	return waiter
}

func (d *devTools) must(method string, parameters any) json.RawMessage {
	d.Helper()
	select {
	case a := <-d.send(method, parameters):
		require.Empty(d, a.err, method)
		return a.result
	case <-time.After(patience):
		d.picture("stuck")
		d.Fatalf("Chromium does not answer %s", method)
	}
	return nil
}

// open implements driver.
func (d *devTools) open(address string) {
	d.send("Page.navigate", map[string]any{"url": address})
}

// openTab implements driver.
func (d *devTools) openTab(address string) {
	d.session = ""
	var made target
	require.NoError(d, json.Unmarshal(d.must("Target.createTarget", map[string]any{"url": address}), &made))
	d.take(made.ID)
}

// text implements driver.
func (d *devTools) text() string {
	d.Helper()
	return d.evaluate("document.documentElement.innerText + '\\n' + document.URL")
}

// failed implements driver.
func (d *devTools) failed() bool {
	d.Helper()
	page := d.evaluate("document.URL + ' ' + document.title")
	return strings.HasPrefix(page, "chrome-error://") && !strings.HasSuffix(page, left)
}

// leave implements driver.
func (d *devTools) leave() {
	d.Helper()
	d.evaluate("document.title = '" + left + "'")
}

func (d *devTools) evaluate(expression string) string {
	d.Helper()
	var value struct{ Result struct{ Value string } }
	raw := d.must("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true})
	require.NoError(d, json.Unmarshal(raw, &value))
	return value.Result.Value
}
