package iso7816

import "fmt"

// StatusWord is SW1 SW2, ISO 7816-4 section 5.6. It is an error value, so
// errors.Is(err, iso7816.SWFileNotFound) holds through any wrapping.
type StatusWord uint16

// Status words a CIE is known or likely to send, ISO 7816-4 tables 6 and 7.
const (
	SWSuccess             StatusWord = 0x9000
	SWMoreData            StatusWord = 0x6100 // 61xx, see MoreData
	SWWarning             StatusWord = 0x6200
	SWCorruptData         StatusWord = 0x6281
	SWEndOfFile           StatusWord = 0x6282
	SWFileDeactivated     StatusWord = 0x6283
	SWVerifyFailed        StatusWord = 0x6300 // wrong PIN, tries left unknown
	SWTriesLeft           StatusWord = 0x63C0 // 63Cx, see TriesLeft
	SWExecutionError      StatusWord = 0x6400
	SWMemoryFailure       StatusWord = 0x6581
	SWWrongLength         StatusWord = 0x6700
	SWChannelUnsupported  StatusWord = 0x6881
	SWSMUnsupported       StatusWord = 0x6882
	SWLastPartExpected    StatusWord = 0x6883
	SWChainingUnsupported StatusWord = 0x6884
	SWSecurityStatus      StatusWord = 0x6982
	SWAuthBlocked         StatusWord = 0x6983
	SWReferenceUnusable   StatusWord = 0x6984
	SWConditions          StatusWord = 0x6985
	SWNoCurrentEF         StatusWord = 0x6986
	SWSMMissing           StatusWord = 0x6987
	SWSMIncorrect         StatusWord = 0x6988
	SWWrongData           StatusWord = 0x6A80
	SWFuncUnsupported     StatusWord = 0x6A81
	SWFileNotFound        StatusWord = 0x6A82
	SWRecordNotFound      StatusWord = 0x6A83
	SWWrongP1P2           StatusWord = 0x6A86
	SWReferenceNotFound   StatusWord = 0x6A88
	SWWrongOffset         StatusWord = 0x6B00
	SWWrongLe             StatusWord = 0x6C00 // 6Cxx, see CorrectLe
	SWINSUnsupported      StatusWord = 0x6D00
	SWCLAUnsupported      StatusWord = 0x6E00
	SWNoDiagnosis         StatusWord = 0x6F00
)

// words are the standard's own, shortened only where it repeats itself.
var words = map[StatusWord]string{
	SWSuccess:             "normal processing",
	SWWarning:             "warning, no information given",
	SWCorruptData:         "part of returned data may be corrupted",
	SWEndOfFile:           "end of file reached before reading Ne bytes",
	SWFileDeactivated:     "selected file deactivated",
	SWVerifyFailed:        "verification failed",
	SWExecutionError:      "execution error",
	SWMemoryFailure:       "memory failure",
	SWWrongLength:         "wrong length",
	SWChannelUnsupported:  "logical channel not supported",
	SWSMUnsupported:       "secure messaging not supported",
	SWLastPartExpected:    "last command of the chain expected",
	SWChainingUnsupported: "command chaining not supported",
	SWSecurityStatus:      "security status not satisfied",
	SWAuthBlocked:         "authentication method blocked",
	SWReferenceUnusable:   "reference data not usable",
	SWConditions:          "conditions of use not satisfied",
	SWNoCurrentEF:         "command not allowed, no current EF",
	SWSMMissing:           "expected secure messaging data objects missing",
	SWSMIncorrect:         "incorrect secure messaging data objects",
	SWWrongData:           "incorrect parameters in the command data field",
	SWFuncUnsupported:     "function not supported",
	SWFileNotFound:        "file or application not found",
	SWRecordNotFound:      "record not found",
	SWWrongP1P2:           "incorrect parameters P1-P2",
	SWReferenceNotFound:   "referenced data or reference data not found",
	SWWrongOffset:         "wrong parameters P1-P2, offset outside the file",
	SWINSUnsupported:      "instruction code not supported or invalid",
	SWCLAUnsupported:      "class not supported",
	SWNoDiagnosis:         "no precise diagnosis",
}

// Error is the word in hexadecimal and in the standard's words:
// "6A82 file or application not found".
func (s StatusWord) Error() string { return fmt.Sprintf("%04X %s", uint16(s), s.meaning()) }

// String is Error.
func (s StatusWord) String() string { return s.Error() }

func (s StatusWord) meaning() string {
	if n, ok := s.TriesLeft(); ok {
		if n == 1 {
			return "verification failed, 1 try left"
		}
		return fmt.Sprintf("verification failed, %d tries left", n)
	}
	if n, ok := s.MoreData(); ok {
		return fmt.Sprintf("%d more bytes available", n)
	}
	if n, ok := s.CorrectLe(); ok {
		return fmt.Sprintf("wrong Le field, %d bytes available", n)
	}
	if w, ok := words[s]; ok {
		return w
	}
	if w, ok := words[s&0xFF00]; ok {
		return w
	}
	return "unknown status"
}

// TriesLeft is the x of 63Cx: how many tries of the reference data are left
// after a failure, 0 to 15.
func (s StatusWord) TriesLeft() (int, bool) {
	if s&0xFFF0 != SWTriesLeft {
		return 0, false
	}
	return int(s & 0x000F), true
}

// MoreData is the number of bytes GET RESPONSE can fetch after 61xx; 6100
// stands for 256 or more.
func (s StatusWord) MoreData() (int, bool) {
	if s&0xFF00 != SWMoreData {
		return 0, false
	}
	return ne(int(s&0xFF), MaxShortNe), true
}

// CorrectLe is the Ne to repeat a command with after 6Cxx; 6C00 stands for 256.
func (s StatusWord) CorrectLe() (int, bool) {
	if s&0xFF00 != SWWrongLe {
		return 0, false
	}
	return ne(int(s&0xFF), MaxShortNe), true
}
