package virtual

import (
	"encoding/hex"
	"slices"
)

// Profile is a chip family: its answer to reset and the settings that go with it.
// Answers to reset are published; what goes beyond root selection and the form of
// the DH request is assumed, chosen so that the 14 profiles together meet every
// value a client must cope with.
type Profile struct {
	// Name is stable and in lower case: "nxp", "gemalto2", "bit4id_b9547".
	Name string
	// ATR as a PC/SC reader makes it from the contactless answer (PC/SC part 3).
	ATR []byte
	// Description is one English line.
	Description string

	defaults func(*Settings)
}

// Defaults gives a fresh, complete Settings value of the family.
func (p Profile) Defaults() Settings {
	s := common()
	if p.defaults != nil {
		p.defaults(&s)
	}
	return s
}

// Profiles lists all families, in a stable order.
func Profiles() []Profile {
	return []Profile{
		{"nxp", atr("3B8E80018031806549544E5850120FFF8290F0"), "NXP, \"ITNXP\"", rootByMF},
		{"nxp2", atr("3B8E80018031806549544E5850120FFFFFFFE2"), "NXP with other status bytes", nxp2},
		{"gemalto", atr("3B8F800180318065B085040011120FFF8290008A"), "Gemalto, shares its ATR with the Dutch driving licence", gemalto},
		{"gemalto2", atr("3B8F800180318065B0850300EF120FFF82900073"), "Gemalto, shares its ATR with the Luxembourg card", gemalto2},
		{"stm", atr("3B8B80018066475000B8007F8290002E"), "STMicroelectronics", stm},
		{"stm2", atr("3B80800101"), "STMicroelectronics without historical bytes, as passports", stm2},
		{"stm3", atr("3B8B80018066475000B80094829000C5"), "STMicroelectronics", stm3},
		{"actalis", atr("3B8F80018031806549544A3441120FFF82900088"), "Actalis, \"ITJ4A\"", actalis},
		{"actalis2023", atr("3B8F80018031806549544A3443120FFF8290008A"), "Actalis 2023, \"ITJ4C\"", actalis2023},
		{"actalis_b946", atr("3B8F80018031806549544A344C120FFF82900085"), "Actalis B946, \"ITJ4L\"", actalisB946},
		{"bit4id", atr("3B8F80018031806549544A3442120FFF8290008B"), "Bit4id, \"ITJ4B\"", bit4id},
		{"bit4id2023", atr("3B8F80018031806549544A3444120FFF8290008D"), "Bit4id 2023, \"ITJ4D\"", bit4id2023},
		{"bit4id_b9547", atr("3B8F80018031806549544A3449120FFF82900080"), "Bit4id B9547, \"ITJ4I\"", bit4idB9547},
		{"zero-historical", atr("3B8F80010000000000000000000000FF829000E3"), "historical bytes all zero, in no official table", zeroHistorical},
	}
}

// ProfileByName finds a family; false if there is none of that name.
func ProfileByName(name string) (Profile, bool) {
	for _, p := range Profiles() {
		if p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}

func atr(digits string) []byte {
	b, err := hex.DecodeString(digits)
	if err != nil {
		panic("virtual: malformed ATR constant " + digits)
	}
	return b
}

// common is the plain card of the sheets: everything a client may hope for.
func common() Settings {
	return Settings{
		DHParameters:       DHSplit,
		RootByAID:          true,
		CHRInTemplateB6:    true,
		ICAOApplication:    true,
		EmptyVerify:        EmptyVerifyFree,
		EmptyVerifyRefusal: swWrongLength,
		CountersByGetData:  true,
		WrongPINAnswer:     WrongPINInner,
		LastTry:            0x63C0,
		BlockedAnswer:      swBlocked,
		ResetForms:         []int{2, 3},
		CertNeedsPIN:       true,
		ForeignCommand:     ForeignCommandEnds,
		SignLimit:          102,
		SODVariant:         SODSHA512,
		FilePadding:        map[string]int{},
		EndOfFile:          EndOfFileWarning,
		EndOfFileSM:        EndOfFileWarning,
		OverLimit:          OverLimitShort,
		NoLe:               NoLeData,
		ShortLe:            ShortLeWrong,
		GetResponseCLA:     GetResponseAny,
		OuterStatus:        OuterWarnings,
		NoSession:          swSMMissing,
	}
}

func rootByMF(s *Settings) { s.RootByAID = false }

func nxp2(s *Settings) {
	s.RootByAID = false
	s.FilePadding = map[string]int{"1003": 64, "1004": 4}
}

func gemalto(s *Settings) {
	s.DHParameters = DHBoth
	s.SODVariant = SODSHA256
	s.EndOfFileSM = EndOfFileShort
}

func gemalto2(s *Settings) {
	s.DHParameters = DHBoth
	s.NoLe = NoLe61xx
	s.SODVariant = SODSHA256
	s.CountersByGetData = false
}

func stm(s *Settings) {
	s.CHRInTemplateB6 = false
	s.FullFCP = true
	s.SODVariant = SODSHA256
	s.EndOfFile, s.EndOfFileSM = EndOfFileShort, EndOfFileShort
	s.LastTry = swBlocked
	s.NoSession = swNoSM
}

func stm2(s *Settings) {
	stm(s)
	s.EmptyVerify = EmptyVerifyRefused
}

func stm3(s *Settings) {
	stm(s)
	s.SODVariant = SODSHA512
	s.EndOfFile, s.EndOfFileSM = EndOfFileEmpty, EndOfFileEmpty
	s.FilePadding = map[string]int{"1003": 128, "1006": 32}
}

func actalis(s *Settings) {
	s.RootByAID = false
	s.ReadLimitSM = 0xE0
}

func actalis2023(s *Settings) {
	actalis(s)
	s.GetDataRefusesLe = true
}

func actalisB946(s *Settings) {
	actalis(s)
	s.ReadLimit, s.ReadLimitSM, s.OverLimit = 0x80, 0x80, OverLimitLe
	s.CountersByGetData = false
}

func bit4id(s *Settings) {
	s.RootByAID = false
	s.WrongPINAnswer = WrongPINOuterWithBody
	s.OuterStatus = OuterRepeat
}

func bit4id2023(s *Settings) {
	s.RootByAID = false
	s.EndOfFile, s.EndOfFileSM = EndOfFileWrongLe, EndOfFileWrongLe
	s.ReadLimit, s.ReadLimitSM, s.OverLimit = 0xE0, 0x80, OverLimitLength
}

func bit4idB9547(s *Settings) {
	s.RootByAID = false
	s.NoLe = NoLe61xx
	s.GetResponseCLA = GetResponse00
	s.EmptyVerify = EmptyVerifyRefused
	s.EmptyVerifyRefusal = swSecurityStatus
	s.CountersByGetData = false
}

func zeroHistorical(s *Settings) {
	s.ICAOApplication = false
	s.BlockedAnswer = swSecurityStatus
	s.ShortLe = ShortLeMore
}

func (p Profile) clone() Profile {
	p.ATR = slices.Clone(p.ATR)
	return p
}
