package specimen

// setRootFiles fills EF.ATR (2F01) and EF.DIR (2F00), ISO 7816-4 sections 8.1
// and 8.2.1. EF.ATR here is of the most common form; a virtual card that plays
// a particular chip family replaces it.
func (d *Data) setRootFiles() {
	d.EFATR = append([]byte{0x80, 0x00}, // category indicator: no status in the file
		join(
			der(0x43, []byte{0xB8}),                                                   // card service data
			der(0x46, []byte{0x10, 0x10, 0x10, 0x10}),                                 // pre-issuing data
			der(0x47, []byte{0x94, 0x01, 0xC0}),                                       // card capabilities
			der(0x7F66, der(0x02, []byte{0x04, 0xD6}), der(0x02, []byte{0x07, 0xE3})), // buffer sizes
			der(0x78, der(tagOID, []byte{0x2B, 0x81, 0x22, 0xF8, 0x78, 0x02})),
		)...)
	d.EFDIR = join(
		application(aidIAS, "IAS ECC"),
		application(aidCIE, "CIE"),
	)
}

var (
	aidIAS = []byte{0xA0, 0x00, 0x00, 0x00, 0x30, 0x80, 0x00, 0x00, 0x00, 0x09, 0x81, 0x60, 0x01}
	aidCIE = []byte{0xA0, 0x00, 0x00, 0x00, 0x00, 0x39}
)

// application writes an application template 61 {4F AID, 50 label}.
func application(aid []byte, label string) []byte {
	return der(0x61, der(0x4F, aid), der(0x50, []byte(label)))
}

func join(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}
