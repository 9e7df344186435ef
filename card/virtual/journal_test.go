package virtual

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestJournal(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	x := connect(t, card)
	card.ClearJournal()
	runSteps(t, x, []step{{emptyPIN, 0x63C3}, {wrongPIN, 0x63C2}, {rightPIN, swOK}, {changePIN, swOK}, {rightPUK, swOK}, {resetNew, swOK}, {emptyPUK, swOK}})
	send(t, card, rightPIN)
	send(t, card, "00")
	transmit(t, card, x.protect(unhex(t, rightPIN)))

	journal := card.Journal()
	require.Len(t, journal, 10)
	require.Equal(t, Entry{
		Number: 2, CLA: 0x0C, INS: insVerify, P2: 0x81, Protected: true, Accepted: true, DataPresent: true,
		PINReference: refPIN, StatusWord: swOK, InnerStatusWord: 0x63C2,
	}, journal[1])
	require.False(t, journal[0].DataPresent)
	require.Equal(t, Entry{Number: 8, INS: insVerify, P2: 0x81, DataPresent: true, PINReference: refPIN, StatusWord: swSecurityStatus}, journal[7])
	require.Equal(t, Entry{Number: 9, StatusWord: swWrongLength}, journal[8])
	require.Equal(t, swSMMissing, journal[9].StatusWord)
	require.False(t, journal[9].Accepted)

	n := card.Counters()
	require.Equal(t, 10, n.APDUs)
	require.Equal(t, 8, n.Protected)
	require.Equal(t, 1, n.Plain)
	require.Equal(t, map[Reference]int{refPIN: 4, refPUK: 1}, n.Verify, "refused ones count too")
	require.Equal(t, map[Reference]int{refPIN: 1, refPUK: 1}, n.EmptyVerify)
	require.Equal(t, map[Reference]int{refPIN: 1}, n.Change)
	require.Equal(t, map[Reference]int{refPIN: 1}, n.Reset)
	require.Equal(t, map[Reference]int{refPIN: 3, refPUK: 1}, n.Presentations)
	require.Equal(t, map[Reference]int{refPIN: 1}, n.Wrong)

	raw, err := json.Marshal(struct {
		J []Entry
		C Counters
	}{journal, n})
	require.NoError(t, err)
	for _, secret := range []string{"12345678", "87654321", "11223344", "3132333435363738"} {
		require.NotContains(t, string(raw), secret)
	}
	require.Contains(t, string(raw), `"verify":{"81":4,"82":1}`)
	require.Contains(t, string(raw), `"innerStatusWord":"63C2"`)

	n.Verify[refPIN] = 99
	require.Equal(t, 4, card.Counters().Verify[refPIN], "a copy")
	card.ClearJournal()
	require.Empty(t, card.Journal())
	require.Zero(t, card.Counters().APDUs)
}

func TestJournalIsBounded(t *testing.T) {
	card := newCard(t, vectorData(t), "nxp", nil, nil)
	command := unhex(t, "00C0000000")
	for range journalLimit + 10 {
		transmit(t, card, command)
	}
	journal := card.Journal()
	require.Len(t, journal, journalLimit)
	require.Equal(t, 11, journal[0].Number)
	require.Equal(t, journalLimit+10, card.Counters().GetResponses)
}

func TestObservers(t *testing.T) {
	p, _ := ProfileByName("nxp")
	var seen []Exchange
	card, err := New(Config{Data: vectorData(t), Profile: p, Observers: []Observer{func(x Exchange) { seen = append(seen, x) }}})
	require.NoError(t, err)
	x := connect(t, card)
	operations := map[Operation]int{}
	for _, e := range seen {
		operations[e.Operation]++
	}
	require.Equal(t, 1, operations[OperationDH])
	require.Equal(t, 2, operations[OperationRSAPublic])
	require.Equal(t, 1, operations[OperationRSAPrivate])

	seen = nil
	late := 0
	card.Observe(func(Exchange) { late++ })
	out := transmit(t, card, x.protect(unhex(t, readNIS)))
	require.Equal(t, []Exchange{{CommandLength: 19, ResponseLength: len(out), INS: insReadBinary, Protected: true}}, seen)
	require.Equal(t, 1, late)
	require.NoError(t, card.Arm(Fault{Kind: FaultLostAfter}))
	_, err = card.Transmit(unhex(t, "00A40000"))
	require.Error(t, err)
	require.Equal(t, LinkLost, seen[1].Failure.Kind())
	require.Zero(t, seen[1].ResponseLength)
}
