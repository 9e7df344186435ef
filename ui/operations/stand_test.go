package operations

import (
	"context"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app"
	"cientro/app/desk"
	"cientro/app/messages"
	"cientro/app/wizard"
	"cientro/card/store"
	"cientro/card/virtual"
	"cientro/card/virtual/specimen"
	"cientro/card/virtuallink"
	"cientro/ui/page"
	"cientro/ui/pinfield"
	"cientro/ui/theme"
	"cientro/ui/uitest"
	"cientro/ui/widgets"
)

// The fixed specimen's secrets, and a wrong one of each.
const (
	rightPIN = "41739628"
	rightPUK = "85206317"
	wrongPIN = "41739620"
	wrongPUK = "85206310"
	newPIN   = "27182845"
)

// bench is a row of readers with cards in software, as app.Readers and
// app.Watcher.
type bench struct {
	mu      sync.Mutex
	readers []app.Reader
	cards   map[string]*virtuallink.Reader
	service error
	change  chan struct{}
}

func newBench() *bench {
	return &bench{cards: map[string]*virtuallink.Reader{}, change: make(chan struct{}, 1)}
}

func (b *bench) Readers(context.Context) ([]app.Reader, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.service != nil {
		return nil, b.service
	}
	all := append([]app.Reader(nil), b.readers...)
	for i := range all {
		if r := b.cards[all[i].Name]; r != nil {
			all[i].Present, all[i].ATR = r.Card().Inserted(), r.Card().ATR()
		}
	}
	return all, nil
}

func (b *bench) Watch(ctx context.Context, changed func()) error {
	changed()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-b.change:
			changed()
		}
	}
}

func (b *bench) Connect(_ context.Context, name string) (app.Connection, error) {
	b.mu.Lock()
	r := b.cards[name]
	b.mu.Unlock()
	return app.LinkToVirtual(r)
}

func (b *bench) Close() error { return nil }

// tell has the desk look at the readers again.
func (b *bench) tell() {
	select {
	case b.change <- struct{}{}:
	default:
	}
}

func (b *bench) put(r app.Reader, c *virtual.Card) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.readers = append(b.readers, r)
	if c != nil {
		b.cards[r.Name] = virtuallink.NewReader(c)
	}
}

func newCIE(t testing.TB, change ...func(*virtual.Settings)) *virtual.Card {
	t.Helper()
	profile, _ := virtual.ProfileByName("gemalto")
	settings := profile.Defaults()
	for _, c := range change {
		c(&settings)
	}
	c, err := virtual.New(virtual.Config{Data: specimen.Default(), Profile: profile, Settings: &settings})
	require.NoError(t, err)
	return c
}

const deskReader = "ACS ACR1252 1S CL Reader PICC 00 00"

// stand is a window with one page, a desk and what lies on it.
type stand struct {
	t      testing.TB
	bench  *bench
	card   *virtual.Card // on the first reader
	desk   *desk.Desk
	words  *messages.Printer
	window fyne.Window
	view   *view
	queue  chan func()
	went   []page.Name
	topics []string
}

// how a stand is made.
type how struct {
	look  theme.Look
	text  float64
	words *messages.Printer
	bench *bench
	card  func(*virtual.Card) // before the page opens
}

func newStand(t testing.TB, k wizard.Kind, to ...func(*how)) *stand {
	t.Helper()
	h := how{look: theme.Light, text: 1, words: uitest.Words(t, messages.Italian)}
	for _, change := range to {
		change(&h)
	}
	s := &stand{t: t, words: h.words, bench: h.bench, queue: make(chan func(), 1024)}
	if s.bench == nil {
		s.bench = newBench()
		s.card = newCIE(t)
		if k == wizard.Unblock { // what the page is for
			require.NoError(t, s.card.SetTries(0, 10))
		}
		if h.card != nil {
			h.card(s.card)
		}
		s.bench.put(app.Reader{Name: deskReader, Kind: app.ReaderContactless}, s.card)
	}
	s.desk = desk.New(desk.Config{
		Open:    func(context.Context) (app.Readers, error) { return s.bench, nil },
		Service: app.Config{Store: store.Memory(), QueryTries: true},
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.desk.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })

	a := uitest.App(t, h.look, h.text)
	s.window = a.NewWindow("")
	s.window.SetPadded(false)
	s.view = newView(s, s.desk, k, Options{})
	s.view.patience = 0
	s.view.p.do = func(f func()) { s.queue <- f }
	s.window.SetContent(s.view.Content())
	s.window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { s.view.Key(e.Name) })
	s.window.Resize(fyne.NewSize(1000, 700))
	return s
}

// What a page asks of its window.
func (s *stand) Words() *messages.Printer { return s.words }
func (s *stand) Fyne() fyne.Window        { return s.window }
func (s *stand) Open(string)              { s.t.Error("nothing opens an address here") }

func (s *stand) Go(to page.Name, topic string) {
	s.went, s.topics = append(s.went, to), append(s.topics, topic)
}

// show brings the page in sight, as the shell does.
func (s *stand) show() *stand {
	if f := s.view.Shown(); f != nil {
		s.window.Canvas().Focus(f)
	}
	return s
}

// until lets what comes from goroutines come home, as Fyne would, until it is as
// wanted.
func (s *stand) until(what string, is func() bool) {
	s.t.Helper()
	limit := time.After(30 * time.Second)
	for {
		for len(s.queue) > 0 {
			(<-s.queue)()
		}
		if is() {
			return
		}
		select {
		case f := <-s.queue:
			f()
		case <-time.After(5 * time.Millisecond): // what is waited for may be elsewhere
		case <-limit:
			s.t.Fatalf("it never came to %s: %s", what, uitest.Says(s.window))
		}
	}
}

// at waits for a step.
func (s *stand) at(step wizard.Step) {
	s.t.Helper()
	s.until(string(step), func() bool {
		r := s.view.p.run
		return r != nil && r.state.Step == step && (r.wizard == nil || r.wizard.State().Step == step)
	})
}

// on waits for a stage.
func (s *stand) on(stage stage) {
	s.t.Helper()
	s.until(string(stage), func() bool { return s.view.p.stage == stage })
}

// desks waits until the page says something of the desk.
func (s *stand) desks(what string) {
	s.t.Helper()
	s.until(what, func() bool { return s.view.now.stage == onDesk && s.view.now.waiting.what == what })
}

func (s *stand) says() string { return uitest.Says(s.window) }

// digits types on the keyboard.
func (s *stand) digits(code string) {
	s.t.Helper()
	for _, r := range code {
		require.NotNil(s.t, s.window.Canvas().Focused(), "something must have the focus")
		s.window.Canvas().Focused().TypedRune(r)
	}
}

// code types a code and presses Enter.
func (s *stand) code(code string) {
	s.t.Helper()
	require.IsType(s.t, &pinfield.Field{}, s.window.Canvas().Focused())
	s.digits(code)
	s.press(fyne.KeyReturn)
}

func (s *stand) press(key fyne.KeyName) { uitest.Press(s.window, key) }

// button finds what can be pressed, by its words.
func (s *stand) button(key string) *widgets.Button {
	s.t.Helper()
	want := s.words.Text(key, nil)
	var found *widgets.Button
	for _, b := range uitest.Find[*widgets.Button](s.window.Canvas().Content()) {
		if b.Text == want {
			found = b
		}
	}
	require.NotNil(s.t, found, "no button %q: %s", want, s.says())
	return found
}

func (s *stand) tap(key string) { s.t.Helper(); test.Tap(s.button(key)) }

// check is the box on the page.
func (s *stand) check() *widgets.Check {
	s.t.Helper()
	found := uitest.Find[*widgets.Check](s.window.Canvas().Content())
	require.NotEmpty(s.t, found)
	return found[len(found)-1]
}

// sent are VERIFY, CHANGE and RESET RETRY COUNTER as the card saw them.
func (s *stand) sent() [3]int {
	n := s.card.Counters()
	sum := func(m map[virtual.Reference]int) (sum int) {
		for _, v := range m {
			sum += v
		}
		return sum
	}
	return [3]int{sum(n.Verify), sum(n.Change), sum(n.Reset)}
}

// field is where a code is typed now.
func (s *stand) field() *pinfield.Field {
	found := uitest.Find[*pinfield.Field](s.window.Canvas().Content())
	if len(found) == 0 {
		return nil
	}
	return found[len(found)-1]
}

// settled waits until the desk has looked at the card again.
func (s *stand) settled() {
	s.t.Helper()
	s.until("a desk at rest", func() bool {
		place := s.desk.State().ChosenPlace()
		return place != nil && place.Look == desk.LookReady
	})
}

var kinds = []wizard.Kind{wizard.Verify, wizard.Change, wizard.Unblock, wizard.Certificate}

// run walks a kind to its end with these codes.
func (s *stand) run(codes ...string) {
	s.t.Helper()
	steps := map[wizard.Kind][]wizard.Step{
		wizard.Verify: {wizard.TypePIN}, wizard.Certificate: {wizard.TypePIN},
		wizard.Change:  {wizard.TypePIN, wizard.TypeNewPIN, wizard.TypeAgain},
		wizard.Unblock: {wizard.TypePUK, wizard.TypeNewPIN, wizard.TypeAgain},
	}[s.view.p.kind]
	for i, code := range codes {
		s.at(steps[i])
		s.code(code)
	}
	s.at(wizard.Ended)
}

// readable checks a page: nothing is clipped, no sentence is missing.
func (s *stand) readable(picture string, drawn bool) {
	s.t.Helper()
	assert.Empty(s.t, uitest.Clipped(s.window), picture)
	assert.NotContains(s.t, s.says(), "[operations", picture)
	if drawn {
		uitest.Screen(s.t, s.window, "operations-"+picture)
	}
}
