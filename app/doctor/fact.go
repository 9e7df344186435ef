package doctor

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Fact is a thing that was seen, fit to be shown to anybody. Only the functions
// of this file make one, and none of them lets text from outside through whole.
type Fact struct{ text string }

// String is the text.
func (f Fact) String() string { return f.text }

// MarshalJSON writes the text.
func (f Fact) MarshalJSON() ([]byte, error) { return json.Marshal(f.text) }

// number shows a count with its unit, a word of ours.
func number(n int, unit string) Fact {
	if unit == "" {
		return Fact{strconv.Itoa(n)}
	}
	return Fact{strconv.Itoa(n) + " " + unit}
}

// word shows a text of ours: a literal of this package, or an item of a list
// that stands in it.
func word(text string) Fact { return Fact{text} }

// oneOf shows text if it is in a list of ours, else that it is something else.
func oneOf(text string, known []string) Fact {
	if slices.Contains(known, text) {
		return Fact{text}
	}
	return Fact{"?"}
}

// inHome shows a place that this package looked at: a path of ours below the
// home folder.
func inHome(below string) Fact { return Fact{"~/" + below} }

// pair shows one thing with another.
func pair(a, b Fact) Fact { return Fact{a.text + ": " + b.text} }

// knownModules are file names of PKCS#11 modules that may be named.
var knownModules = []string{
	"libcientro-pkcs11.so", "libcientro-pkcs11.dylib", "cientro-pkcs11.dll",
	"opensc-pkcs11.so", "onepin-opensc-pkcs11.so", "libcie-pkcs11.so", "libcie-pkcs11.dylib", "CIEPKI.dll",
	"p11-kit-proxy.so", "p11-kit-client.so", "libbit4ipki.so", "libbit4xpki.so", "libASEP11.so", "libasepkcs.so",
	"libstPKCS11.so", "libeTPkcs11.so", "libIDPrimePKCS11.so", "libaetpkss.so.3", "p11-kit-trust.so", "libnssckbi.so",
	"gnome-keyring-pkcs11.so", "libykcs11.so", "libsofthsm2.so", "libcastle.so.1.0.0",
}

// moduleFile shows a library named by a browser or by p11-kit: its file name,
// if it is one that everybody has.
func moduleFile(file string) Fact {
	return oneOf(path.Base(strings.ReplaceAll(file, `\`, "/")), knownModules)
}

// knownPrograms are names of processes that may be named.
var knownPrograms = []string{
	"pcscd", "scdaemon", "gpg-agent", "firefox", "firefox-esr", "chrome", "chromium", "brave", "msedge", "vivaldi-bin",
	"opera", "thunderbird", "soffice.bin", "cientro", "cientro-desktop", "java", "pcsc_scan", "opensc-tool", "pkcs11-tool",
	"p11-kit-server", "p11-kit-remote", "ssh-agent", "neard", "AusweisApp", "web-eid", "yubioath", "pkcs15-tool",
}

// readerWords are words that a reader's name may keep: of makers, models and slots,
// in small letters and without digits.
var readerWords = []string{
	"", "acs", "acr", "acru", "acrt", "acru-a", "dual", "s", "reader", "readers", "picc", "icc", "sam", "bit4id", "bitid",
	"minilector", "minilector-evo", "mlector", "air", "nfc", "evo", "di", "cless", "cl", "reiner", "sct", "cyberjack", "rfid", "basis",
	"komfort", "standard", "generic", "emv", "smartcard", "smart", "card", "alcor", "link", "ak", "contactless", "contact",
	"identiv", "utrust", "f", "r", "trust", "ceto", "atlantis", "cie", "cns", "virtual", "pcd", "hid", "global", "omnikey", "scm",
	"microsystems", "scl", "scr", "gemalto", "pc", "twin", "broadcom", "corp", "corp.", "bcm", "microsoft", "ifd", "windows", "hello",
	"cientro", "yubico", "yubikey", "otp", "fido", "fido+ccid", "otp+fido+ccid", "ccid", "usb", "realtek", "rts", "rocketek",
	"lenovo", "dell", "cherry", "kc", "st", "st-", "interface", "integrated", "v", "nxp", "pn", "sony", "rc-s", "springcard",
	"feig", "elatec", "duali", "thales", "idemia", "zoweetek", "manhattan", "hp", "usb-c", "type-c", "+", "-",
}

// readerName shows a reader's name: of its words those of makers and models, as
// some makers put a serial number there, and some systems the name of a computer.
// Nothing in parentheses stays.
func readerName(name string) Fact {
	var kept []string
	depth := 0
	for _, w := range strings.Fields(name) {
		opens, closes := strings.Count(w, "("), strings.Count(w, ")")
		inside := depth > 0 || opens > 0
		depth = max(0, depth+opens-closes)
		if !inside && len(kept) < mostReaderWords && plainWord(w) {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return Fact{"?"}
	}
	return Fact{strings.Join(kept, " ")}
}

const mostReaderWords = 10

// plainWord says whether a word may stay: a word of ours with at most four digits
// in it.
func plainWord(w string) bool {
	digits := 0
	letters := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			digits++
			return -1
		}
		return r
	}, strings.ToLower(strings.Trim(w, "[]")))
	return digits <= 4 && slices.Contains(readerWords, letters)
}
