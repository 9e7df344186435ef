package doctor

import (
	"path"
	"slices"
	"strings"

	"cientro/app"
)

// usbDevice is a smart card reader on USB, as sysfs tells it.
type usbDevice struct {
	id      string // "072f:2200"
	driver  string // of the kernel, at its first interface that has one
	blocked bool   // not authorised
	asleep  bool
}

// classSmartCard is the class of CCID interfaces (USB CCID 1.1, section 4.3).
const classSmartCard = "0b"

// pn533Readers are readers that a driver of the kernel for NFC takes as well.
var pn533Readers = map[string]string{
	"072f:2200": "ACR122U", "04e6:5591": "SCL3711", "04cc:2533": "PN533", "054c:0193": "RC-S360",
}

// usbModels names readers by their number on USB.
var usbModels = map[string]string{
	"072f:2200": "ACR122U", "072f:223b": "ACR1252", "072f:2303": "ACR1552U", "04e6:5591": "SCL3711",
	"04e6:5727": "Identiv", "04e6:5790": "uTrust-3700F", "076b:5022": "OMNIKEY-5022", "076b:5422": "OMNIKEY-5422",
	"25dd:3503": "miniLector-AIR", "25dd:3111": "miniLector-EVO", "058f:9540": "AK9567", "0a5c:5843": "BCM58200",
	"0c4b:0500": "cyberJack-RFID",
}

func (l *look) usbDevices() (found []usbDevice) {
	const folder = "/sys/bus/usb/devices"
	names, err := l.sys.List(folder)
	if err != nil {
		return nil
	}
	value := func(parts ...string) string {
		raw, err := l.sys.Read(path.Join(append([]string{folder}, parts...)...))
		if err != nil {
			return ""
		}
		return strings.ToLower(strings.TrimSpace(string(raw)))
	}
	for _, name := range names {
		vendor, product := value(name, "idVendor"), value(name, "idProduct")
		if strings.Contains(name, ":") || !isHex4(vendor) || !isHex4(product) {
			continue
		}
		d := usbDevice{id: vendor + ":" + product}
		_, isReader := usbModels[d.id]
		_, isPN533 := pn533Readers[d.id]
		isReader = isReader || isPN533
		for _, part := range names {
			if !strings.HasPrefix(part, name+":") {
				continue
			}
			isReader = isReader || value(part, "bInterfaceClass") == classSmartCard
			if driver, err := l.sys.Link(path.Join(folder, part, "driver")); err == nil && d.driver == "" {
				d.driver = path.Base(driver)
			}
		}
		if !isReader {
			continue
		}
		d.blocked = value(name, "authorized") == "0"
		d.asleep = value(name, "power/runtime_status") == "suspended" && value(name, "power/control") == "auto"
		found = append(found, d)
	}
	return found
}

func isHex4(s string) bool {
	return len(s) == 4 && strings.Trim(s, "0123456789abcdef") == ""
}

// shown names a reader on USB by its model; a number of a model is nobody's.
func (d usbDevice) shown() Fact {
	if name := usbModels[d.id]; name != "" {
		return pair(Fact{d.id}, word(name))
	}
	return Fact{d.id}
}

func (l *look) withUSB() bool { return l.linux() && !l.Virtual && l.exists("/sys/bus/usb/devices") }

// usbFacts shows the devices that fit, and how many they are.
func (l *look) usbFacts(fits func(usbDevice) bool) (facts []Fact) {
	for _, d := range l.usb() {
		if fits(d) {
			facts = append(facts, d.shown())
		}
	}
	return facts
}

func any1(usbDevice) bool { return true }

func (l *look) usbReaders() outcome {
	if !l.withUSB() {
		return none()
	}
	if facts := l.usbFacts(any1); len(facts) > 0 {
		return ok(facts...)
	}
	if l.realReaders() > 0 {
		return ok() // not on USB, or in a way of its own
	}
	return found("missing")
}

// realReaders counts those of PC/SC that are no software.
func (l *look) realReaders() (n int) {
	for _, r := range l.pcsc().list {
		if r.Kind != app.ReaderVirtual {
			n++
		}
	}
	return n
}

func (l *look) driver() outcome {
	if !l.withUSB() || l.pcsc().state != app.ServiceRunning || len(l.usb()) == 0 {
		return none()
	}
	if l.realReaders() > 0 {
		return ok()
	}
	return found("missing", l.usbFacts(any1)...)
}

// kernel: the kernel's NFC drivers take these readers before pcscd can.
func (l *look) kernel() outcome {
	if !l.withUSB() {
		return none()
	}
	raw, _ := l.sys.Read("/proc/modules")
	loaded := kernelModules(raw)
	several := 0
	facts := l.usbFacts(func(d usbDevice) bool {
		_, affected := pn533Readers[d.id]
		if affected {
			several++
		}
		return affected && (d.driver == "pn533_usb" || loaded["pn533_usb"] || loaded["pn533"])
	})
	switch {
	case several == 0:
		return none()
	case len(facts) > 0:
		return found("in-the-way", facts...)
	}
	return ok()
}

func (l *look) readerFacts(fits func(app.Reader) bool) (facts []Fact) {
	for _, r := range l.pcsc().list {
		if fits(r) {
			facts = append(facts, readerName(r.Name))
		}
	}
	return facts
}

func (l *look) listed() outcome {
	if l.pcsc().state != app.ServiceRunning {
		return none()
	}
	if len(l.pcsc().list) == 0 {
		return found("nothing")
	}
	return ok(l.readerFacts(func(app.Reader) bool { return true })...)
}

func ofKind(kinds ...app.ReaderKind) func(app.Reader) bool {
	return func(r app.Reader) bool {
		for _, k := range kinds {
			if r.Kind == k {
				return true
			}
		}
		return false
	}
}

// contactless: a CIE has no contacts.
func (l *look) contactless() outcome {
	if len(l.pcsc().list) == 0 {
		return none()
	}
	if facts := l.readerFacts(ofKind(app.ReaderContactless, app.ReaderVirtual)); len(facts) > 0 {
		return ok(facts...)
	}
	if facts := l.readerFacts(ofKind(app.ReaderUnknown)); len(facts) > 0 {
		return found("unsure", facts...)
	}
	return found("contact-only", l.readerFacts(ofKind(app.ReaderContact, app.ReaderSAM))...)
}

// slots: readers for several kinds of card appear as several. Where the CIE lies
// on the right one there is nothing to be said.
func (l *look) slots() outcome {
	if len(l.pcsc().list) == 0 {
		return none()
	}
	contact := l.readerFacts(ofKind(app.ReaderContact, app.ReaderSAM))
	if len(contact) > 0 && len(l.readerFacts(ofKind(app.ReaderContactless))) > 0 && len(l.cards().cies) == 0 {
		return found("several", l.readerFacts(func(app.Reader) bool { return true })...)
	}
	return ok()
}

// held names, where /proc lets, the programs that have the PC/SC library loaded
// while a reader is in use by another.
func (l *look) held() outcome {
	if len(l.pcsc().list) == 0 {
		return none()
	}
	if !l.cards().busy {
		return ok()
	}
	var facts []Fact
	for _, p := range l.running() {
		uses, told := l.usesPCSC(p)
		if p.name == "scdaemon" && (uses || !told) {
			return found("scdaemon", p.shown()) // it shares with nobody, unless it is told to
		}
		if uses && p.name != "pcscd" && p.shown().text != "?" && !slices.Contains(facts, p.shown()) {
			facts = append(facts, p.shown())
		}
	}
	if len(facts) > 0 {
		return found("known", facts...)
	}
	return found("unnamed")
}

// model: readers that are known to fail with a CIE more than others do.
func (l *look) model() outcome {
	if len(l.pcsc().list) == 0 {
		return none()
	}
	has := func(part string) []Fact {
		return l.readerFacts(func(r app.Reader) bool { return strings.Contains(strings.ToLower(r.Name), part) })
	}
	if facts := has("acr122"); len(facts) > 0 {
		return found("acr122", facts...)
	}
	for _, part := range []string{"broadcom", "bcm58", "microsoft", "hello"} {
		if facts := has(part); len(facts) > 0 {
			return found("internal", facts...)
		}
	}
	return ok()
}

func (l *look) asleep() outcome {
	if !l.withUSB() || len(l.usb()) == 0 {
		return none()
	}
	if facts := l.usbFacts(func(d usbDevice) bool { return d.asleep }); len(facts) > 0 && l.realReaders() == 0 {
		return found("suspended", facts...)
	}
	return ok()
}

func (l *look) allowed() outcome {
	if !l.withUSB() || len(l.usb()) == 0 {
		return none()
	}
	if facts := l.usbFacts(func(d usbDevice) bool { return d.blocked }); len(facts) > 0 {
		return found("blocked", facts...)
	}
	return ok()
}
