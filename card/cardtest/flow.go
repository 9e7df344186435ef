package cardtest

import "testing"

// The recorded sessions: a whole visit to a card, from SELECT to RESET RETRY
// COUNTER, of a card family each.
const (
	FlowSingleDH = "flow_gemalto_single_dh.json" // IAS by AID, DH parameters in one object
	FlowSplitDH  = "flow_nxp_mf_split_dh.json"   // IAS as MF, DH parameters in three objects
)

// Flow is a recorded session with all its random numbers and keys.
type Flow struct {
	Description      string         `json:"description"`
	CADUsedByClient  Hex            `json:"ca_d_used_by_client"`
	CardChallenge    Hex            `json:"card_challenge"`
	CardDHPrivate    Hex            `json:"card_dh_private"`
	ClientDHPrivate  Hex            `json:"client_dh_private"`
	ClientPRND       Hex            `json:"client_prnd"`
	ClientRndIFD     Hex            `json:"client_rnd_ifd"`
	DHSecret         Hex            `json:"dh_secret"`
	KEnc             Hex            `json:"k_enc"`
	KMac             Hex            `json:"k_mac"`
	Signature        Hex            `json:"signature"`
	SignedDigestInfo Hex            `json:"signed_digest_info"`
	Exchanges        []FlowExchange `json:"exchanges"`
}

// FlowExchange is one APDU pair as it was on the wire. For a protected one the
// clear command and answer and the counter before it are given too; a
// protected pair without them is a GET RESPONSE.
type FlowExchange struct {
	Note         string `json:"note"`
	Command      Hex    `json:"cmd"`
	Response     Hex    `json:"rsp"`
	SSCBefore    Hex    `json:"ssc_before"`
	ClearCommand Hex    `json:"clear_cmd"`
	ClearAnswer  Hex    `json:"clear_rsp"`
}

// LoadFlow reads a recorded session.
func LoadFlow(t testing.TB, name string) Flow {
	t.Helper()
	var f Flow
	Vectors(t, name, &f)
	return f
}

// Replay plays the exchanges from first up to, but not including, last as a
// script; last 0 or less means the end.
func (f Flow) Replay(t testing.TB, first, last int) *Script {
	t.Helper()
	if last <= 0 {
		last = len(f.Exchanges)
	}
	var steps []Step
	for _, e := range f.Exchanges[first:last] {
		steps = append(steps, Step{Note: e.Note, Command: e.Command.String(), Response: e.Response.String()})
	}
	return NewScript(t, steps...)
}

// Replay plays a whole recorded session.
func Replay(t testing.TB, name string) *Script {
	t.Helper()
	return LoadFlow(t, name).Replay(t, 0, 0)
}
