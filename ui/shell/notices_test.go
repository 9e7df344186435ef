package shell

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/ui/uitest"
)

func TestOnlyWhatNeedsSomebodyIsTold(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	with := func(state string, until time.Time) desk.State {
		s := ready(desk.Code{State: state})
		s.Places[0].Card.ValidTo = until
		return s
	}
	demo := with("blocked", now)
	demo.Places[0].Demo = true
	reading := with("blocked", now)
	reading.Places[0].Look = desk.LookReading
	tests := []struct {
		name  string
		state desk.State
		want  []string // titles
	}{
		{"nothing", desk.State{}, nil},
		{"all well", with("ok", now.AddDate(3, 0, 0)), nil},
		{"last try", with("last-try", time.Time{}), nil},
		{"blocked", with("blocked", time.Time{}), []string{"Il PIN della CIE è bloccato"}},
		{"a month and a day", with("ok", now.Add(expiryNotice+time.Second)), nil},
		{"a month", with("ok", now.Add(expiryNotice)), []string{"Il certificato della CIE sta per scadere"}},
		{"over", with("blocked", now), []string{"Il PIN della CIE è bloccato", "Il certificato della CIE è scaduto"}},
		{"demo", demo, nil},
		{"not looked at yet", reading, nil},
	}
	said := uitest.Words(t, messages.Italian)
	for _, tt := range tests {
		var n Notices
		var got []string
		for _, notice := range n.Of(tt.state, now, false) {
			got = append(got, notice.Notification(said).Title)
		}
		assert.Equal(t, tt.want, got, tt.name)
		assert.Empty(t, n.Of(tt.state, now, false), "%s: once is enough", tt.name)
	}
}

func TestWhatIsWatchedIsTold(t *testing.T) {
	var n Notices
	blocked := ready(desk.Code{State: "blocked"})
	assert.Empty(t, n.Of(blocked, time.Now(), true))
	assert.Empty(t, n.Of(blocked, time.Now(), false), "the window has said it")
	other := ready(desk.Code{State: "blocked"})
	other.Places[0].Card.NIS = "********0001"
	assert.Len(t, n.Of(other, time.Now(), false), 1, "another card")
}

func TestNoticesInWords(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for left, want := range map[time.Duration]string{
		time.Hour:              "Resta 1 giorno. Nella guida c'è come chiedere una carta nuova.",
		10*24*time.Hour + 3600: "Restano 11 giorni. Nella guida c'è come chiedere una carta nuova.",
	} {
		var n Notices
		s := ready(desk.Code{State: "ok"})
		s.Places[0].Card.ValidTo = now.Add(left)
		news := n.Of(s, now, false)
		require.Len(t, news, 1)
		note := news[0].Notification(uitest.Words(t, messages.Italian))
		assert.Equal(t, want, note.Content)
		assert.NotContains(t, note.Title+note.Content, "5216", "a notice stays on the desktop for others to read")
	}
}
