package training

import (
	"cientro/app/messages"
	"cientro/card/iso7816"
	"cientro/card/virtual"
)

// status is the status word that counts: of a protected answer the one inside.
func status(e virtual.Entry) virtual.StatusWord {
	if e.InnerStatusWord != 0 && e.StatusWord != 0 {
		return e.InnerStatusWord
	}
	return e.StatusWord
}

// refused says whether a code was compared and found wrong, or may not be
// compared any more.
func refused(sw virtual.StatusWord) bool {
	return sw>>4 == 0x63C || sw == 0x6300 || sw == 0x6983 || sw == 0x6984
}

// failures are the reasons for which no answer came.
var failures = map[string]string{
	virtual.Removed.String(): "removed", virtual.WasReset.String(): "reset",
	virtual.LinkLost.String(): "lost", virtual.Unpowered.String(): "unpowered",
}

// meanings of status words that mean the same after every command (ISO 7816-4
// section 5.6, tables 6 and 7).
var meanings = map[virtual.StatusWord]string{
	0x9000: "ok",
	0x6282: "end", 0x6B00: "end",
	0x6300: "wrong",
	0x6581: "memory",
	0x6700: "length",
	0x6881: "channel", 0x6882: "channel", 0x6883: "chain", 0x6884: "chain",
	0x6982: "forbidden",
	0x6983: "blocked", 0x6984: "blocked",
	0x6985: "conditions", 0x6986: "conditions",
	0x6987: "unprotected", 0x6988: "mac",
	0x6A80: "data", 0x6A86: "parameters",
	0x6A82: "missing", 0x6A88: "missing",
	0x6D00: "instruction", 0x6E00: "class",
}

// answer says what the card said.
func answer(e virtual.Entry) messages.Phrase {
	if e.Failure != "" {
		how, known := failures[e.Failure]
		if !known {
			how = "lost"
		}
		return plain("training.silence." + how)
	}
	sw := status(e)
	switch {
	case sw == 0:
		return plain("training.silence.maimed")
	case sw>>8 == 0x61:
		return counted("training.more", length(sw))
	case sw>>8 == 0x6C:
		return counted("training.exact", length(sw))
	case sw>>4 == 0x63C && asksTries(e):
		return counted("training.tries", int(sw&0xF))
	case sw == 0x63C0:
		return plain("training.status.blocks")
	case sw>>4 == 0x63C:
		return counted("training.wrong", int(sw&0xF))
	case sw == 0x9000 && isCode(e):
		return accepted(e)
	}
	if name, known := meanings[sw]; known {
		return plain("training.status." + name)
	}
	return messages.Phrase{Key: "training.status.other", Values: messages.Values{"Status": sw.String()}}
}

// accepted says what success means of a command with a code.
func accepted(e virtual.Entry) messages.Phrase {
	switch {
	case e.INS == iso7816.INSChangeReferenceData:
		return plain("training.accepted.change")
	case e.INS == iso7816.INSResetRetryCounter:
		return plain("training.accepted.unblock")
	case asksTries(e):
		return plain("training.accepted.query")
	}
	return plain("training.accepted.verify")
}

func isCode(e virtual.Entry) bool { return iso7816.IsPINCommand(byte(e.INS)) }

// length is SW2 as a number of bytes; 00 is 256.
func length(sw virtual.StatusWord) int {
	if n := int(sw & 0xFF); n > 0 {
		return n
	}
	return iso7816.MaxShortNe
}

// trouble says whether a line wants a second look: no answer, or a refusal.
func trouble(e virtual.Entry) bool {
	if e.Failure != "" {
		return true
	}
	sw := status(e)
	switch {
	case sw>>8 == 0x61, sw>>8 == 0x62, sw>>8 == 0x6C, sw == 0x6B00:
		return false // how lengths are settled
	case asksTries(e) && sw>>4 == 0x63C:
		return sw == 0x63C0
	}
	return sw != 0x9000
}
