package virtual

import (
	"errors"
	"fmt"
	"slices"
)

// ErrSettings is wrapped by every complaint about a Settings value.
var ErrSettings = errors.New("virtual card settings")

// Settings are the things nobody has published about real chips, or in which
// chips differ. They are plain values and survive JSON. A value from
// Profile.Defaults is complete; the zero value is not valid.
type Settings struct {
	// DHParameters: which of the two requests for the domain parameters is answered.
	DHParameters DHParameters `json:"dhParameters"`
	// RootByAID: SELECT by the 13-byte IAS AID works; otherwise it answers 6A82.
	RootByAID bool `json:"rootByAID"`
	// CHRInTemplateB6: MSE SET 81B6 also takes the certificate holder reference.
	CHRInTemplateB6 bool `json:"chrInTemplateB6"`
	// ICAOApplication: the travel document application can be selected (its files stay closed).
	ICAOApplication bool `json:"icaoApplication"`
	// FullFCP: SELECT with P2 04 answers the long form, tag 6F with SFI and access rules.
	FullFCP bool `json:"fullFCP"`

	// EmptyVerify: what VERIFY without data does under secure messaging.
	EmptyVerify EmptyVerify `json:"emptyVerify"`
	// EmptyVerifyRefusal is the status word of a refused empty VERIFY.
	EmptyVerifyRefusal StatusWord `json:"emptyVerifyRefusal"`
	// CountersByGetData: GET DATA gives maximum and remaining tries (tags 9A and 9B).
	CountersByGetData bool `json:"countersByGetData"`
	// WrongPINAnswer: where a failed PIN command shows its status word.
	WrongPINAnswer WrongPINAnswer `json:"wrongPINAnswer"`
	// WrongPINHidesCount: 6300 in place of 63Cx.
	WrongPINHidesCount bool `json:"wrongPINHidesCount"`
	// LastTry is the answer to the presentation that blocks: 63C0 or 6983.
	LastTry StatusWord `json:"lastTry"`
	// BlockedAnswer is the answer of a blocked reference: 6983, 6984 or 6982.
	BlockedAnswer StatusWord `json:"blockedAnswer"`
	// ResetForms lists the accepted P1 of RESET RETRY COUNTER: 0 PUK and new PIN,
	// 1 PUK, 2 new PIN after VERIFY PUK, 3 counter only after VERIFY PUK.
	ResetForms []int `json:"resetForms"`

	// CertNeedsPIN: the certificate 1003 is closed until the PIN is verified.
	CertNeedsPIN bool `json:"certNeedsPIN"`
	// PINForEachSignature: one verified PIN allows one signature.
	PINForEachSignature bool `json:"pinForEachSignature"`
	// ForeignCommand: what a plain command does to channel and PIN state.
	ForeignCommand ForeignCommand `json:"foreignCommand"`
	// SignLimit is the longest input in bytes to key 81 and 83 (102 by IAS ECC, 245 by PKCS#1).
	SignLimit int `json:"signLimit"`

	// SODVariant: which of the two EF.SOD the card carries.
	SODVariant SODVariant `json:"sodVariant"`
	// FilePadding adds zero bytes to files, by file identifier in hexadecimal ("1003": 64).
	FilePadding map[string]int `json:"filePadding,omitempty"`
	// EndOfFile and EndOfFileSM: how a read over the end is told, in clear and in SM.
	EndOfFile   EndOfFile `json:"endOfFile"`
	EndOfFileSM EndOfFile `json:"endOfFileSM"`
	// ReadLimit and ReadLimitSM: most plain bytes of one READ BINARY, 0 for none.
	ReadLimit   int `json:"readLimit,omitempty"`
	ReadLimitSM int `json:"readLimitSM,omitempty"`
	// OverLimit: what happens to a READ BINARY that asks for more than the limit.
	OverLimit OverLimit `json:"overLimit"`

	// NoLe: how a command without Le field gets its data.
	NoLe NoLe `json:"noLe"`
	// ShortLe: what happens when Le is smaller than the data (READ BINARY excepted).
	ShortLe ShortLe `json:"shortLe"`
	// GetDataRefusesLe: GET DATA with a Le field in clear answers 6700.
	GetDataRefusesLe bool `json:"getDataRefusesLe"`
	// GetResponseCLA: the class byte GET RESPONSE must have for a protected answer.
	GetResponseCLA GetResponseCLA `json:"getResponseCLA"`
	// OuterStatus: what stands outside a protected answer.
	OuterStatus OuterStatus `json:"outerStatus"`
	// NoSession is the answer to a protected command without a session: 6987 or 6882.
	NoSession StatusWord `json:"noSession"`

	// LeadingZerosPublic and LeadingZerosSecret force that many zero bytes at the
	// front of the card's public key and of the shared secret (0 to 2 in sum).
	LeadingZerosPublic int `json:"leadingZerosPublic,omitempty"`
	LeadingZerosSecret int `json:"leadingZerosSecret,omitempty"`
}

// DHParameters names the accepted GET DATA requests for g, p and q.
type DHParameters string

const (
	DHSplit   DHParameters = "split"    // three requests, one value each
	DHOneShot DHParameters = "one-shot" // one request for the template
	DHBoth    DHParameters = "both"
)

// EmptyVerify names what VERIFY without data does.
type EmptyVerify string

const (
	EmptyVerifyFree    EmptyVerify = "free"    // answers 63Cx, costs nothing
	EmptyVerifyRefused EmptyVerify = "refused" // answers EmptyVerifyRefusal
	EmptyVerifyCosts   EmptyVerify = "costs"   // counts as a wrong presentation
)

// WrongPINAnswer names where a failed PIN command shows its status word.
type WrongPINAnswer string

const (
	WrongPINInner         WrongPINAnswer = "inner"           // in tag 99, outside 9000
	WrongPINOuterWithBody WrongPINAnswer = "outer-with-body" // in tag 99 and outside
	WrongPINOuterPlain    WrongPINAnswer = "outer-plain"     // outside only; the session ends
)

// ForeignCommand names what a plain command does during a session.
type ForeignCommand string

const (
	ForeignCommandEnds ForeignCommand = "lost" // channel and PIN state end
	ForeignCommandKept ForeignCommand = "kept" // both survive all but SELECT
)

// SODVariant names the two forms of EF.SOD.
type SODVariant string

const (
	SODSHA256 SODVariant = "sha256" // RSA PKCS#1 v1.5
	SODSHA512 SODVariant = "sha512" // RSASSA-PSS
)

// EndOfFile names how a read over the end of a file is told.
type EndOfFile string

const (
	EndOfFileWarning EndOfFile = "6282"  // short data and 6282, then 6B00
	EndOfFileShort   EndOfFile = "short" // short data and 9000, then 6B00
	EndOfFileEmpty   EndOfFile = "empty" // short data and 9000, then 9000 without data
	EndOfFileWrongLe EndOfFile = "6Cxx"  // 6Cxx with the right length, then 6B00
)

// OverLimit names what happens to a READ BINARY over the limit.
type OverLimit string

const (
	OverLimitShort  OverLimit = "short" // as many bytes as allowed, 9000
	OverLimitLe     OverLimit = "6Cxx"
	OverLimitLength OverLimit = "6700"
)

// NoLe names how a command without Le field gets its data.
type NoLe string

const (
	NoLeData NoLe = "data" // up to 256 bytes at once
	NoLe61xx NoLe = "61xx" // none: 61xx, all by GET RESPONSE
)

// ShortLe names what happens when Le is smaller than the data.
type ShortLe string

const (
	ShortLeWrong ShortLe = "6Cxx"
	ShortLeMore  ShortLe = "61xx" // Le bytes, the rest by GET RESPONSE
)

// GetResponseCLA names the class byte of GET RESPONSE for a protected answer.
type GetResponseCLA string

const (
	GetResponseAny GetResponseCLA = "any"
	GetResponse00  GetResponseCLA = "00"
	GetResponse0C  GetResponseCLA = "0C"
)

// OuterStatus names what stands outside a protected answer.
type OuterStatus string

const (
	OuterWarnings OuterStatus = "warnings" // 62xx repeated, errors as 9000
	OuterSuccess  OuterStatus = "success"  // always 9000
	OuterRepeat   OuterStatus = "repeat"   // always the inner status word
)

// Validate refuses values that are none of the named ones. Its errors wrap ErrSettings.
func (s *Settings) Validate() error {
	return errors.Join(
		oneOf("dhParameters", s.DHParameters, DHSplit, DHOneShot, DHBoth),
		oneOf("emptyVerify", s.EmptyVerify, EmptyVerifyFree, EmptyVerifyRefused, EmptyVerifyCosts),
		oneOf("wrongPINAnswer", s.WrongPINAnswer, WrongPINInner, WrongPINOuterWithBody, WrongPINOuterPlain),
		oneOf("lastTry", s.LastTry, 0x63C0, swBlocked),
		oneOf("blockedAnswer", s.BlockedAnswer, swBlocked, 0x6984, swSecurityStatus),
		oneOf("foreignCommand", s.ForeignCommand, ForeignCommandEnds, ForeignCommandKept),
		oneOf("sodVariant", s.SODVariant, SODSHA256, SODSHA512),
		oneOf("endOfFile", s.EndOfFile, EndOfFileWarning, EndOfFileShort, EndOfFileEmpty, EndOfFileWrongLe),
		oneOf("endOfFileSM", s.EndOfFileSM, EndOfFileWarning, EndOfFileShort, EndOfFileEmpty, EndOfFileWrongLe),
		oneOf("overLimit", s.OverLimit, OverLimitShort, OverLimitLe, OverLimitLength),
		oneOf("noLe", s.NoLe, NoLeData, NoLe61xx),
		oneOf("shortLe", s.ShortLe, ShortLeWrong, ShortLeMore),
		oneOf("getResponseCLA", s.GetResponseCLA, GetResponseAny, GetResponse00, GetResponse0C),
		oneOf("outerStatus", s.OuterStatus, OuterWarnings, OuterSuccess, OuterRepeat),
		oneOf("noSession", s.NoSession, swSMMissing, swNoSM),
		s.validateNumbers(),
	)
}

func (s *Settings) validateNumbers() error {
	var errs []error
	complain := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: "+format, append([]any{ErrSettings}, args...)...))
	}
	// 61xx, 62xx and 9000 would not be a refusal.
	if s.EmptyVerify == EmptyVerifyRefused && (s.EmptyVerifyRefusal>>12 != 6 || s.EmptyVerifyRefusal.success()) {
		complain("emptyVerifyRefusal %s is not an error", s.EmptyVerifyRefusal)
	}
	if s.SignLimit < 1 || s.SignLimit > 245 {
		complain("signLimit %d is not in 1..245", s.SignLimit)
	}
	for _, p1 := range s.ResetForms {
		if p1 < 0 || p1 > 3 {
			complain("resetForms holds %d, not in 0..3", p1)
		}
	}
	if s.LeadingZerosPublic < 0 || s.LeadingZerosSecret < 0 || s.LeadingZerosPublic+s.LeadingZerosSecret > 2 {
		complain("leading zeros %d and %d: at most 2 in sum", s.LeadingZerosPublic, s.LeadingZerosSecret)
	}
	if s.ReadLimit < 0 || s.ReadLimitSM < 0 || s.ReadLimit > 256 || s.ReadLimitSM > 256 {
		complain("read limits %d and %d are not in 0..256", s.ReadLimit, s.ReadLimitSM)
	}
	for name, n := range s.FilePadding {
		if _, err := parseFileID(name); err != nil || n < 0 || n > 4096 {
			complain("filePadding of %q is %d: want a file identifier and 0..4096", name, n)
		}
	}
	return errors.Join(errs...)
}

func oneOf[T comparable](name string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%w: %s %v is none of %v", ErrSettings, name, value, allowed)
}

// clone copies the settings deeply, so that a caller's later change does not
// reach into a running card.
func (s Settings) clone() Settings {
	s.ResetForms = slices.Clone(s.ResetForms)
	padding := make(map[string]int, len(s.FilePadding))
	for name, n := range s.FilePadding {
		padding[name] = n
	}
	s.FilePadding = padding
	return s
}
