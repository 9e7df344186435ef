//go:build linux

package browsertest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"
)

// marionette is a client of Firefox's remote protocol: JSON arrays with their
// length before them ("30:[0,1,"WebDriver:NewSession",{}]"), a command as
// [0, id, name, parameters], an answer as [1, id, error, result].
type marionette struct {
	*stand
	conn net.Conn

	mu      sync.Mutex
	last    int
	waiting map[int]chan answer
}

type answer struct {
	err    string
	result json.RawMessage
}

// dialMarionette waits for the file in which Firefox tells its port.
func (s *stand) dialMarionette(file string) *marionette {
	var port int
	s.await("Firefox's remote port", func() bool {
		raw, err := os.ReadFile(file)
		if err == nil {
			port, err = strconv.Atoi(strings.TrimSpace(string(raw)))
		}
		return err == nil && port > 0
	})
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	require.NoError(s, err)
	s.Cleanup(func() { _ = conn.Close() })
	m := &marionette{stand: s, conn: conn, waiting: map[int]chan answer{}}
	go m.read()
	// Pages that wait for a PIN do not finish loading: nobody waits for them.
	// A prompt is answered by a person, never by the protocol.
	m.must("WebDriver:NewSession", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"pageLoadStrategy": "none", "unhandledPromptBehavior": map[string]string{"default": "ignore"},
	}}})
	return m
}

func (m *marionette) read() {
	in := bufio.NewReader(m.conn)
	for {
		length, err := in.ReadString(':')
		if err != nil {
			return
		}
		n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
		if err != nil || n > 64<<20 {
			return
		}
		raw := make([]byte, n)
		if _, err := io.ReadFull(in, raw); err != nil {
			return
		}
		var message []json.RawMessage
		if json.Unmarshal(raw, &message) != nil || len(message) != 4 {
			continue // the greeting
		}
		var id int
		_ = json.Unmarshal(message[1], &id)
		m.mu.Lock()
		waiter := m.waiting[id]
		delete(m.waiting, id)
		m.mu.Unlock()
		if waiter == nil {
			continue
		}
		a := answer{result: message[3]}
		if string(message[2]) != "null" {
			a.err = string(message[2])
		}
		waiter <- a
	}
}

// send sends a command and returns where its answer will come.
func (m *marionette) send(command string, parameters any) <-chan answer {
	m.mu.Lock()
	m.last++
	id, waiter := m.last, make(chan answer, 1)
	m.waiting[id] = waiter
	m.mu.Unlock()
	raw, err := json.Marshal([]any{0, id, command, parameters})
	require.NoError(m, err)
	_, err = fmt.Fprintf(m.conn, "%d:%s", len(raw), raw)
	require.NoError(m, err)
	return waiter
}

func (m *marionette) must(command string, parameters any) json.RawMessage {
	m.Helper()
	select {
	case a := <-m.send(command, parameters):
		require.Empty(m, a.err, command)
		return a.result
	case <-time.After(patience):
		m.picture("stuck")
		m.Fatalf("Firefox does not answer %s", command)
	}
	return nil
}

// open implements driver. The answer is not waited for: it may come after the
// prompt.
func (m *marionette) open(address string) {
	m.send("WebDriver:Navigate", map[string]string{"url": address})
}

// openTab implements driver.
func (m *marionette) openTab(address string) {
	var made struct{ Handle string }
	require.NoError(m, json.Unmarshal(m.must("WebDriver:NewWindow", map[string]any{"type": "tab", "focus": true}), &made))
	m.must("WebDriver:SwitchToWindow", map[string]any{"handle": made.Handle, "focus": true})
	m.open(address)
}

// text implements driver.
func (m *marionette) text() string {
	m.Helper()
	return m.script("return document.documentElement.innerText + '\\n' + document.documentURI")
}

// failed implements driver, by the window's title.
func (m *marionette) failed() bool {
	windows, err := m.display.Windows(m.ctx)
	require.NoError(m, err)
	for _, w := range windows {
		for _, title := range []string{"Problem loading page", "Warning: Security Risk", "Secure Connection Failed"} {
			if strings.HasPrefix(w.Title, title) {
				return true
			}
		}
	}
	return false
}

// leave implements driver.
func (m *marionette) leave() {
	m.Helper()
	m.script("document.title = '" + left + "'")
	m.await("the title of a page that was left", func() bool { return !m.failed() })
}

// script runs in the page in front and returns a text.
func (m *marionette) script(script string) string {
	m.Helper()
	var value struct{ Value any }
	require.NoError(m, json.Unmarshal(m.must("WebDriver:ExecuteScript", map[string]any{"script": script, "args": []any{}}), &value))
	return fmt.Sprint(value.Value)
}

// chrome runs a script with the rights of Firefox itself.
func (m *marionette) chrome(script string) string {
	m.Helper()
	m.must("Marionette:SetContext", map[string]any{"value": "chrome"})
	defer m.must("Marionette:SetContext", map[string]any{"value": "content"})
	return m.script(script)
}
