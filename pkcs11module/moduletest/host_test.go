//go:build linux && cgo

package moduletest

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/pkcs11"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hostVariable names the library in the environment of a process that is to be
// a host of it.
const hostVariable = "CIENTRO_MODULETEST_HOST"

// order is one thing that a host is told to do. A PIN comes this way, and not
// as an argument.
type order struct {
	Do    string // open, login, logout, sign, slots, sleep, finalize, exit
	PIN   string
	Data  []string // sign: one signature each, until one fails
	Token bool     // slots: with a token only
}

// report is what became of it.
type report struct {
	RV         uint // CKR_OK, or what the first call that failed returned
	Call       string
	Signatures [][]byte
	Slots      []uint
	State      uint
	Took       time.Duration
}

// hostMain obeys orders from standard input.
func hostMain(path string) {
	h := &player{Ctx: pkcs11.New(path)}
	if h.Ctx == nil {
		os.Exit(3)
	}
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var o order
		if err := in.Decode(&o); err != nil {
			os.Exit(2) // the test is over
		}
		if o.Do == "exit" { // without a word to the library
			syscall.Exit(0)
		}
		begun := time.Now()
		r := h.play(o)
		r.Took = time.Since(begun)
		if out.Encode(r) != nil {
			os.Exit(4)
		}
	}
}

type player struct {
	*pkcs11.Ctx
	session pkcs11.SessionHandle
}

func (h *player) play(o order) (r report) {
	var rv pkcs11.Error
	call, err := o.Do, error(nil)
	switch o.Do {
	case "initialize":
		err = h.Initialize()
	case "open":
		call, err = h.open()
	case "slots":
		r.Slots, err = h.GetSlotList(o.Token)
	case "login":
		err = h.Login(h.session, pkcs11.CKU_USER, o.PIN)
	case "logout":
		err = h.Logout(h.session)
	case "state":
		var info pkcs11.SessionInfo
		info, err = h.GetSessionInfo(h.session)
		r.State = info.State
	case "sign":
		for _, data := range o.Data {
			var signature []byte
			if call, signature, err = h.sign(data); err != nil {
				break
			}
			r.Signatures = append(r.Signatures, signature)
		}
	case "finalize":
		err = h.Finalize()
	default:
		err = pkcs11.Error(pkcs11.CKR_FUNCTION_NOT_SUPPORTED)
	}
	if errors.As(err, &rv) {
		r.RV, r.Call = uint(rv), call
	}
	return r
}

// open opens a session with the first token.
func (h *player) open() (string, error) {
	slots, err := h.GetSlotList(true)
	if err != nil {
		return "slots", err
	}
	if len(slots) == 0 {
		return "slots", pkcs11.Error(pkcs11.CKR_TOKEN_NOT_PRESENT)
	}
	h.session, err = h.OpenSession(slots[0], readOnly)
	return "open", err
}

func (h *player) sign(data string) (string, []byte, error) {
	if err := h.FindObjectsInit(h.session, []*pkcs11.Attribute{class(pkcs11.CKO_PRIVATE_KEY)}); err != nil {
		return "find", nil, err
	}
	keys, _, err := h.FindObjects(h.session, 1)
	if err := errors.Join(err, h.FindObjectsFinal(h.session)); err != nil {
		return "find", nil, err
	}
	var key pkcs11.ObjectHandle
	if len(keys) == 1 {
		key = keys[0]
	}
	if err := h.SignInit(h.session, mechanism(pkcs11.CKM_SHA256_RSA_PKCS), key); err != nil {
		return "init", nil, err
	}
	signature, err := h.Sign(h.session, []byte(data))
	return "sign", signature, err
}

// host is such a process.
type host struct {
	t       testing.TB
	home    string
	process *exec.Cmd
	in      io.WriteCloser
	orders  *json.Encoder
	reports chan report
}

// host starts a host and initializes the library.
func (s *stage) host(t testing.TB) *host {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	h := &host{t: t, home: t.TempDir(), process: exec.Command(self), reports: make(chan report, 1)}
	h.process.Env = append(s.environment(h.home), hostVariable+"="+s.library)
	h.process.Stderr = os.Stderr
	h.in, err = h.process.StdinPipe()
	require.NoError(t, err)
	out, err := h.process.StdoutPipe()
	require.NoError(t, err)
	h.orders = json.NewEncoder(h.in)
	require.NoError(t, h.process.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer close(h.reports)
		for from := json.NewDecoder(out); ; {
			var r report
			if from.Decode(&r) != nil {
				return
			}
			h.reports <- r
		}
	}()
	t.Cleanup(func() {
		_ = h.process.Process.Kill()
		<-ended
		_ = h.process.Wait()
		eventually(t, "the host's agents end", func() bool { return len(agents(t, h.home)) == 0 })
	})
	h.does(order{Do: "initialize"})
	return h
}

// begin gives an order without waiting for what becomes of it.
func (h *host) begin(o order) {
	h.t.Helper()
	require.NoError(h.t, h.orders.Encode(o))
}

// end waits for it.
func (h *host) end() report {
	h.t.Helper()
	select {
	case r, alive := <-h.reports:
		require.True(h.t, alive, "the host is dead")
		return r
	case <-time.After(patience):
		require.FailNow(h.t, "the host does not answer")
		return report{}
	}
}

// does gives an order and returns what came of it.
func (h *host) does(o order) report {
	h.t.Helper()
	h.begin(o)
	return h.end()
}

// must gives an order that must succeed.
func (h *host) must(o order) report {
	h.t.Helper()
	r := h.does(o)
	require.Zero(h.t, r.RV, "%s: %v", r.Call, pkcs11.Error(r.RV))
	return r
}

// refused gives an order that must come to nothing, for this reason.
func (h *host) refused(want uint, o order) {
	h.t.Helper()
	r := h.does(o)
	assert.Equal(h.t, pkcs11.Error(want), pkcs11.Error(r.RV), "%s: %s", o.Do, r.Call)
	assert.Empty(h.t, r.Signatures)
}

// opens waits for the card and opens a session.
func (h *host) opens() {
	h.t.Helper()
	eventually(h.t, "the host opens a session", func() bool { return h.does(order{Do: "open"}).RV == pkcs11.CKR_OK })
}

// logsIn opens a session and logs in.
func (h *host) logsIn() {
	h.t.Helper()
	h.opens()
	h.must(order{Do: "login", PIN: rightPIN})
}

// signs makes signatures, which are checked.
func (h *host) signs(data ...string) {
	h.t.Helper()
	checkSignatures(h.t, data, h.must(order{Do: "sign", Data: data}))
}

func checkSignatures(t testing.TB, data []string, r report) {
	t.Helper()
	require.Len(t, r.Signatures, len(data))
	for i, signature := range r.Signatures {
		checkSignature(t, []byte(data[i]), signature)
	}
}

// agent is the only agent of the host that runs.
func (h *host) agent() int {
	h.t.Helper()
	running := agents(h.t, h.home)
	require.Len(h.t, running, 1)
	return running[0]
}

// killAgent does so, and returns when it is gone.
func (h *host) killAgent(signal syscall.Signal) {
	h.t.Helper()
	agent := h.agent()
	require.NoError(h.t, syscall.Kill(agent, signal))
	eventually(h.t, "the agent is dead", func() bool { return !alive(agent) })
}
