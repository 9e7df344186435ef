package vpcd_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/card/cardtest/pcscdtest"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtual/vpcd"
)

// A real daemon with the real driver, and OpenSC's tool as the program that
// meets the card.
func TestPCSCDMeetsTheCard(t *testing.T) {
	pcscd := pcscdtest.Start(t)
	path, err := exec.LookPath("opensc-tool")
	if err != nil {
		t.Skip("opensc-tool is not installed, so nobody independent can look at the card")
	}
	// The second slot, to see that the card comes to the one it was put into.
	tool := openSC{t: t, path: path, reader: pcscd.Readers()[1]}
	profile, ok := virtual.ProfileByName("gemalto")
	require.True(t, ok)
	card, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile})
	require.NoError(t, err)
	connected := serve(t, pcscd.SecondAddr, card)
	require.Eventually(t, tool.cardPresent, 10*time.Second, 100*time.Millisecond, "pcscd sees the card")

	t.Run("commands", func(t *testing.T) {
		out := tool.send(
			"00:A4:04:0C:0D:A0:00:00:00:30:80:00:00:00:09:81:60:01", // IAS
			"00:A4:04:0C:06:A0:00:00:00:00:39",                      // CIE
			"00:B0:81:00:0C",                                        // EF.ID_Servizi by its short identifier
			"00:B0:84:00:00",                                        // 256 bytes of EF.Int.Kpub
			"00:B0:99:00:00")                                        // no such file
		assert.Equal(t, 4, strings.Count(out, "SW1=0x90, SW2=0x00"), out)
		assert.Contains(t, out, "39 39 30 30 30 30 30 30 35 32 31 36", "the NIS of the specimen")
		assert.Contains(t, out, "30 82 01 0A 02 82 01 01", "the chip's public key")
		assert.Contains(t, out, "SW1=0x6A, SW2=0x82", out)
	})
	t.Run("removal and return", func(t *testing.T) {
		card.Remove()
		require.Eventually(t, func() bool { return !tool.cardPresent() }, 10*time.Second, 100*time.Millisecond, "pcscd misses the card")
		require.NoError(t, card.Insert())
		require.Eventually(t, tool.cardPresent, 10*time.Second, 100*time.Millisecond, "pcscd sees it again")
		assert.Contains(t, tool.send("00:A4:00:00"), "SW1=0x90, SW2=0x00")
	})
	t.Run("mute once", func(t *testing.T) {
		for len(connected) > 0 {
			<-connected
		}
		require.NoError(t, card.Arm(virtual.Fault{Kind: virtual.FaultLostBefore}))
		out, err := tool.run("00:A4:00:00")
		assert.True(t, err != nil || !strings.Contains(out, "SW1=0x90"), "an answer that the card did not give: %s", out)
		select {
		case <-connected:
		case <-time.After(10 * time.Second):
			require.Fail(t, "the card does not come back")
		}
		require.Eventually(t, tool.cardPresent, 10*time.Second, 100*time.Millisecond, "the card is there again")
		assert.Contains(t, tool.send("00:A4:00:00"), "SW1=0x90, SW2=0x00")
	})
}

// serve plugs the card in at addr until the test ends. The channel tells each
// time that the reader has it.
func serve(t *testing.T, addr string, card *virtual.Card) <-chan struct{} {
	connected := make(chan struct{}, 8)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- (&vpcd.Server{Addr: addr, Card: card, Connected: func() { connected <- struct{}{} }}).Serve(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		assert.ErrorIs(t, <-done, context.Canceled)
	})
	select {
	case <-connected:
	case err := <-done:
		done <- err
		require.NoError(t, err)
	}
	return connected
}

// openSC is opensc-tool in front of one reader.
type openSC struct {
	t            *testing.T
	path, reader string
}

// cardPresent: what the tool's list of readers says.
func (o openSC) cardPresent() bool {
	out, err := exec.Command(o.path, "--list-readers").CombinedOutput()
	assert.NoError(o.t, err, string(out))
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, o.reader) {
			return strings.Contains(line, "Yes")
		}
	}
	return assert.Fail(o.t, "no reader "+o.reader, string(out))
}

// run sends commands without letting the tool guess what card it is.
func (o openSC) run(commands ...string) (string, error) {
	args := []string{"--reader", o.reader, "--card-driver", "default"}
	for _, c := range commands {
		args = append(args, "--send-apdu", c)
	}
	out, err := exec.Command(o.path, args...).CombinedOutput()
	return string(out), err
}

func (o openSC) send(commands ...string) string {
	o.t.Helper()
	out, err := o.run(commands...)
	require.NoError(o.t, err, out)
	return out
}
