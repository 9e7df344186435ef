package doctor

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cientro/app/messages"
	"cientro/card/cardtest"
)

var update = flag.Bool("update", false, "write the golden reports")

const healthy = "testdata/healthy.txtar"

func italian(t testing.TB) *messages.Printer {
	t.Helper()
	words, err := messages.New(messages.Italian)
	require.NoError(t, err)
	return words
}

func english(t testing.TB) *messages.Printer {
	t.Helper()
	words, err := messages.New(messages.English)
	require.NoError(t, err)
	return words
}

// wanted are the lines "want CODE WAY" of a scenario.
func wanted(t *testing.T, file string) (all [][2]string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for line := range strings.Lines(string(archive.Comment)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "want" {
			all = append(all, [2]string{fields[1], fields[2]})
		}
	}
	require.NotEmpty(t, all, file)
	return all
}

// secrets stand in the files, variables and names of the healthy computer, on its
// card, and in what scenarios add.
var secrets = [][]byte{
	[]byte("specimenuser"), []byte("specimen-host-pc"), []byte("utentezeta"), []byte("192.0.2.77"), []byte("02:00:5e:10:00:01"),
	[]byte("SN987654321012"), []byte("987654321012"), []byte("9081726354455463"), []byte("41739628"),
	[]byte("SPECIMEN"), []byte("CA00000AA"), []byte("PROVA"), []byte("SPCPRV80A01H501M"), []byte("990000005216"),
	[]byte("00000052169f"),
}

// TestScenarios runs every scenario: what it wants is found, the report is the
// golden one, the document fits the schema, the support code tells the same, no
// PIN command went out, and nothing personal came out.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/scenarios/*.txtar")
	require.NoError(t, err)
	require.Greater(t, len(files), 60)
	schema := schemaOf(t)
	it, en := italian(t), english(t)
	seen, ran := map[string]bool{}, 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(name, func(t *testing.T) {
			ran++
			d := newDesk(t, healthy, file)
			r := d.examine()
			ways := map[string]string{}
			for _, result := range r.Results {
				ways[result.Code] = result.Way
				seen[result.Code+" "+result.Way] = true
			}
			for _, want := range wanted(t, file) {
				assert.Equal(t, want[1], ways[want[0]], want[0])
			}
			assert.Len(t, ways, len(checks()), "each check once")
			golden(t, filepath.Join("testdata/golden", name+".txt"), r.Text(it))
			assertSchema(t, schema, r.Document(it))
			assertSchema(t, schema, r.Document(en))
			assertCodeTells(t, r)
			d.assertNoPIN()
			assertNothingPersonal(t, r, it, en)
		})
	}
	if ran < len(files) {
		return // -run chose some
	}
	for _, c := range checks() {
		for _, w := range c.ways {
			assert.True(t, seen[c.code+" "+w.name], "no scenario shows %s %s", c.code, w.name)
		}
		assert.True(t, seen[c.code+" "+wayOK] || c.key == "snap" || c.key == "flatpak", "%s is never well", c.code)
	}
}

// pseudonyms are of a key that each run draws anew.
var pseudonyms = regexp.MustCompile(`\b(card|profile)-[0-9a-f]{8}\b`)

func golden(t *testing.T, file, got string) {
	t.Helper()
	got = pseudonyms.ReplaceAllString(got, "$1-########")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// assertCodeTells reads the support code of a report back.
func assertCodeTells(t *testing.T, r Report) {
	t.Helper()
	code := r.SupportCode()
	told, err := ReadCode(strings.ToLower(strings.ReplaceAll(code, "-", "")))
	require.NoError(t, err)
	assert.Equal(t, []string{r.Version, r.OS, r.Arch, r.Family}, []string{told.Version, told.OS, told.Arch, told.Family})
	require.Len(t, told.Results, len(r.Results))
	for i, result := range r.Results {
		result.Facts = nil
		assert.Equal(t, result, told.Results[i])
	}
	assert.Equal(t, r.Summary().Fault, told.Summary().Fault)
	assert.Equal(t, code, told.SupportCode())
	symbol, err := qrcode.New(code, qrcode.Medium)
	require.NoError(t, err)
	assert.LessOrEqual(t, symbol.VersionNumber, 8)
}

// assertNoPIN counts what reached the cards.
func (d *desk) assertNoPIN() {
	for _, c := range d.virtuals {
		n := c.Counters()
		assert.Empty(d.t, n.Verify)
		assert.Empty(d.t, n.EmptyVerify)
		assert.Empty(d.t, n.Change)
		assert.Empty(d.t, n.Reset)
	}
}

func assertNothingPersonal(t *testing.T, r Report, words ...*messages.Printer) {
	t.Helper()
	var out []byte
	for _, w := range words {
		document, err := json.Marshal(r.Document(w))
		require.NoError(t, err)
		out = append(append(out, document...), r.Text(w)...)
	}
	out = append(out, r.SupportCode()...)
	cardtest.AssertNoCanary(t, out, secrets...)
}

// TestProgress: each check is told before it is made, with how many there are.
func TestProgress(t *testing.T) {
	d := newDesk(t, healthy)
	var told []Progress
	Run(t.Context(), Options{
		System: d, Groups: []Group{GroupSystem, GroupLeftovers}, Progress: func(p Progress) { told = append(told, p) },
	})
	require.NotEmpty(t, told)
	for i, p := range told {
		assert.Equal(t, i, p.Done)
		assert.Len(t, told, p.Total)
	}
	assert.Equal(t, GroupSystem, told[0].Group)
	assert.Equal(t, GroupLeftovers, told[len(told)-1].Group)
}

// TestTheSecretsAreThere: what must not come out did go in.
func TestTheSecretsAreThere(t *testing.T) {
	var in []byte
	files, err := filepath.Glob("testdata/scenarios/*.txtar")
	require.NoError(t, err)
	for _, file := range append(files, healthy) {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		in = append(in, raw...)
	}
	for _, secret := range secrets[:9] {
		assert.NotEmpty(t, cardtest.FindCanary(in, secret), "%s", secret)
	}
	leaky := Report{Results: []Result{{Key: "pin", Facts: []Fact{{"specimenuser"}}}}}
	assert.NotEmpty(t, cardtest.FindCanary([]byte(leaky.Text(italian(t))), secrets[0]))
}

// TestTheTable: codes and keys are unique, codes begin as their group does, and
// every way fits a nibble and has its sentences.
func TestTheTable(t *testing.T) {
	all := checks()
	assert.GreaterOrEqual(t, len(all), 40)
	codes, keys := map[string]bool{}, map[string]bool{}
	begin := map[Group]string{
		GroupSystem: "SYS", GroupService: "PCSC", GroupReaders: "READ", GroupCard: "CARD",
		GroupCertificate: "CERT", GroupBrowsers: "BROW", GroupModule: "MOD", GroupLeftovers: "LEFT",
	}
	for _, c := range all {
		assert.False(t, codes[c.code] || keys[c.key], c.code)
		codes[c.code], keys[c.key] = true, true
		assert.Regexp(t, "^DOC-"+begin[c.group]+"-[0-9]{3}$", c.code)
		assert.Less(t, len(c.ways), codeAbsent)
		for _, w := range c.ways {
			for _, words := range []*messages.Printer{italian(t), english(t)} {
				r := c.result(found(w.name), "")
				for _, phrase := range []messages.Phrase{r.Looked(), r.Means(), r.Do()} {
					assert.True(t, words.Has(phrase.Key), phrase.Key)
				}
			}
		}
	}
	for _, cause := range causes {
		assert.True(t, keys[cause], cause)
	}
	for _, other := range slices.Concat(slices.Collect(maps.Keys(otherFaults)), minded) {
		key, name, one := strings.Cut(other, ".")
		assert.True(t, slices.ContainsFunc(all, func(c check) bool {
			return c.key == key && (!one || slices.ContainsFunc(c.ways, func(w way) bool { return w.name == name }))
		}), other)
	}
	assert.Equal(t, 8, len(slices.Collect(maps.Keys(begin))))
	assert.Panics(t, func() { all[0].wayOf("no such way") })
}

func TestGroupsAreChosen(t *testing.T) {
	r := newDesk(t, healthy).examine(GroupCard, GroupModule)
	groups := map[Group]bool{}
	for _, result := range r.Results {
		groups[result.Group] = true
	}
	assert.Equal(t, map[Group]bool{GroupCard: true, GroupModule: true}, groups)
	assertCodeTells(t, r)
}

func TestTheFieldIsJudged(t *testing.T) {
	ms := func(each ...int) (took []time.Duration) {
		for _, n := range each {
			took = append(took, time.Duration(n)*time.Millisecond)
		}
		return took
	}
	many := func(n, of int) []time.Duration { return slices.Repeat(ms(n), of) }
	for _, c := range []struct {
		took []time.Duration
		want Field
		way  string
	}{
		{nil, Field{}, "none"},
		{many(10, 30), Field{30, 0, 10 * time.Millisecond, 10 * time.Millisecond}, "ok"},
		{append(many(10, 29), lost), Field{30, 1, 10 * time.Millisecond, 10 * time.Millisecond}, "shaky"},
		{append(many(10, 27), lost, lost, lost), Field{30, 3, 10 * time.Millisecond, 10 * time.Millisecond}, "shaky"},
		{append(many(10, 26), lost, lost, lost, lost), Field{30, 4, 10 * time.Millisecond, 10 * time.Millisecond}, "lossy"},
		{slices.Repeat([]time.Duration{lost}, 30), Field{Reads: 30, Lost: 30}, "lossy"},
		{many(151, 30), Field{30, 0, 151 * time.Millisecond, 151 * time.Millisecond}, "slow"},
		{append(many(10, 28), ms(400, 400)...), Field{30, 0, 10 * time.Millisecond, 400 * time.Millisecond}, "uneven"},
		{append(many(10, 29), ms(400)...), Field{30, 0, 10 * time.Millisecond, 10 * time.Millisecond}, "ok"},
	} {
		got := judgeField(c.took)
		assert.Equal(t, c.want, got)
		assert.Equal(t, c.way, got.Judge())
	}
}

func TestReaderNamesKeepTheModelOnly(t *testing.T) {
	for name, want := range map[string]string{
		"ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00": "ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00",
		"BIT4ID miniLector AIR NFC v3 0":                           "BIT4ID miniLector AIR NFC v3 0",
		"HID Global OMNIKEY 5022 (0123456789ABCDEF) 00 00":         "HID Global OMNIKEY 5022 00 00",
		"Reader of specimenuser (a b) 123456":                      "Reader",
		"specimen-host-pc":                                         "?",
		"":                                                         "?",
		"(ACS (ACR) 00)":                                           "?",
		"REINER SCT cyberJack RFID basis":                          "REINER SCT cyberJack RFID basis",
	} {
		assert.Equal(t, want, readerName(name).String(), name)
	}
}

func TestCommandsFitTheSystem(t *testing.T) {
	all := []string{"sudo apt install x", "sudo dnf install x", "sudo systemctl start y"}
	assert.Equal(t, []string{"sudo apt install x", "sudo systemctl start y"}, commandsFor(all, "debian"))
	assert.Equal(t, []string{"sudo dnf install x", "sudo systemctl start y"}, commandsFor(all, "fedora"))
	assert.Equal(t, []string{"sudo systemctl start y"}, commandsFor(all, "arch"))
	assert.Equal(t, []string{"sudo systemctl start y", "sudo apt install x", "sudo dnf install x"}, commandsFor(all, ""))
}

// TestCausesComeFirst: of several problems the sentence at the end names the one
// that explains the others.
func TestCausesComeFirst(t *testing.T) {
	for name, want := range map[string]struct {
		fault Fault
		code  string
	}{
		"healthy": {FaultNone, ""}, "pcscd-missing": {FaultService, "DOC-PCSC-001"}, "pcscd-dead": {FaultService, "DOC-PCSC-006"},
		"polkit": {FaultService, "DOC-PCSC-005"}, "no-reader": {FaultReader, "DOC-READ-004"}, "acr122-kernel": {FaultReader, "DOC-READ-003"},
		"acr122-free": {FaultNone, "DOC-CARD-001"}, "pin-blocked": {FaultCard, "DOC-CARD-007"}, "field-lossy": {FaultReader, "DOC-CARD-011"},
		"contact-only": {FaultReader, "DOC-READ-005"}, "module-missing": {FaultComputer, "DOC-MOD-001"}, "pin-last": {FaultNone, "DOC-CARD-007"}, "renew": {FaultNone, "DOC-CERT-002"},
		"two-cies": {FaultNone, "DOC-CARD-002"}, "other-service-gone": {FaultService, "DOC-PCSC-009"},
		"channel": {FaultReader, "DOC-CARD-009"}, "unread": {FaultReader, "DOC-CARD-004"}, "fake-chip": {FaultCard, "DOC-CARD-009"}, "clock-past": {FaultComputer, "DOC-SYS-007"},
	} {
		s := newDesk(t, healthy, "testdata/scenarios/"+name+".txtar").examine().Summary()
		assert.Equal(t, want.fault, s.Fault, name)
		if want.code == "" {
			assert.Nil(t, s.First, name)
		} else if assert.NotNil(t, s.First, name) {
			assert.Equal(t, want.code, s.First.Code, name)
		}
	}
}

// TestTheListOfCodes keeps docs/doctor.md what the table and the catalogue say.
func TestTheListOfCodes(t *testing.T) {
	const file = "../../docs/doctor.md"
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	head, _, found := strings.Cut(string(raw), listMark)
	require.True(t, found, "the list begins after %s", listMark)
	golden(t, file, head+listMark+listOfCodes(english(t)))
}

const listMark = "<!-- From here on written by go test ./app/doctor -run TestTheListOfCodes -update -->\n"

func listOfCodes(words *messages.Printer) string {
	var out strings.Builder
	for _, g := range Groups() {
		out.WriteString("\n## " + strings.ToLower(words.Text("doctor.group."+string(g), nil)) + "\n\n")
		out.WriteString("| Code | Looked at | Comes out | Means | Do |\n|---|---|---|---|---|\n")
		for _, c := range checks() {
			for _, w := range c.ways {
				if c.group != g {
					continue
				}
				r := c.result(found(w.name), "debian")
				do := r.Do().Say(words)
				for _, command := range r.Commands {
					do += " `" + strings.ReplaceAll(command, "|", `\|`) + "`"
				}
				out.WriteString("| " + strings.Join([]string{c.code, r.Looked().Say(words), w.name + ", " + string(w.verdict), r.Means().Say(words), do}, " | ") + " |\n")
			}
		}
	}
	return out.String()
}
