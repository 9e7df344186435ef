//go:build linux

package screentest

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/links"
)

// TestCodesForThePhone: what a phone's camera sees of the guide leads to the
// official address, as a reader of codes reads it from the screen.
func TestCodesForThePhone(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.open()
	d.goes("guide")
	agenda, ok := links.Address(links.Agenda)
	require.True(t, ok)
	assert.Empty(t, d.codes(), "a code before anybody asked for one")
	d.presses(begin(d.text("guide.topic.booking.title"), 4))
	d.sees(begin(d.text("guide.topic.booking.title"), 4))
	d.showCode()
	assert.Equal(t, []string{agenda}, d.codes())
	d.picture("guide-code")
	d.quit()
}

// showCode turns the wheel until there is a button for a code, and presses it.
func (d *desk) showCode() {
	d.t.Helper()
	button := d.text("guide.phone")
	d.turnTo(button)
	d.presses(button)
	d.sees(d.text("guide.phone.close"))
}

// turnTo turns the wheel until words are there.
func (d *desk) turnTo(words string) {
	d.t.Helper()
	const wheelDown = "5"
	for range 12 {
		if d.reads(words) {
			return
		}
		d.wheel(wheelDown, 12)
	}
}

// wheel turns the wheel over the page.
func (d *desk) wheel(button string, times int) {
	d.t.Helper()
	page := d.place(d.app.number)
	at := image.Pt(page.Max.X-page.Dx()/4, (page.Min.Y+page.Max.Y)/2)
	_, err := d.do("mousemove", fmt.Sprint(at.X), fmt.Sprint(at.Y), "click", "--repeat", fmt.Sprint(times), button, "mousemove", "0", "0")
	require.NoError(d.t, err)
}

// codes reads the QR codes on the screen.
func (d *desk) codes() []string {
	d.t.Helper()
	var picture, complaint bytes.Buffer
	require.NoError(d.t, png.Encode(&picture, d.still()))
	reader := exec.Command("zbarimg", "--quiet", "--raw", "PNG:-")
	reader.Stdin, reader.Stderr = &picture, &complaint
	read, err := reader.Output()
	if err != nil && reader.ProcessState.ExitCode() == 4 {
		return nil // none there
	}
	require.NoError(d.t, err, complaint.String())
	return strings.Fields(string(read))
}
