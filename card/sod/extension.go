package sod

// maxExtensions bounds the extensions read; genuine certificates have up to fifteen.
const maxExtensions = 64

// readExtensions reads the known extensions and passes over the others. An
// extension that is not what it should be counts as absent, except the two
// that decide what a certificate may do.
func (c *Certificate) readExtensions(list reader) {
	for count := 0; list.more(); count++ {
		if count == maxExtensions {
			list.fail(malformed("extensions: too many"))
			return
		}
		extension := list.enter(tagSequence, "extension")
		id := extension.oid("extension")
		extension.optional(tagBoolean, "extension")
		value := extension.expect(tagOctetString, "extension").body
		extension.end("extension")

		switch id {
		case oidExtBasicConstraints:
			c.readBasicConstraints(list.inside(value))
		case oidExtKeyUsage:
			c.readKeyUsage(list.inside(value))
		case oidExtSubjectKeyID, oidExtAuthorityKeyID, oidExtPrivateKeyPeriod, oidExtExtendedKeyUsage, oidExtDocumentTypes:
			c.readLenient(id, newReader(value))
		}
	}
}

func (c *Certificate) readBasicConstraints(r reader) {
	const what = "basic constraints"
	constraints := r.enter(tagSequence, what)
	if ca, present := constraints.optional(tagBoolean, what); present {
		c.CA = len(ca.body) == 1 && ca.body[0] != 0
	}
	if constraints.more() {
		c.PathLength = constraints.small(1<<16, what)
	}
	constraints.end(what)
	r.end(what)
}

// readKeyUsage reads the bits, the first of the string being the lowest here.
func (c *Certificate) readKeyUsage(r reader) {
	const what = "key usage"
	body := r.expect(tagBitString, what).body
	r.end(what)
	if len(body) < 2 {
		r.fail(malformed("%s: empty", what))
		return
	}
	c.hasKeyUsage = true
	for i := range 8 {
		if body[1]&(0x80>>i) != 0 {
			c.KeyUsage |= 1 << i
		}
	}
}

func (c *Certificate) readLenient(id oid, r reader) {
	switch id {
	case oidExtSubjectKeyID:
		if el := r.expect(tagOctetString, ""); len(el.body) > 0 {
			c.SubjectKeyID = el.body
		}
	case oidExtAuthorityKeyID:
		fields := r.enter(tagSequence, "")
		if el, present := fields.optional(contextPrimitive(0), ""); present && len(el.body) > 0 {
			c.AuthorityKeyID = el.body
		}
	case oidExtPrivateKeyPeriod:
		c.readPrivateKeyPeriod(r.enter(tagSequence, ""))
	case oidExtExtendedKeyUsage:
		for usages := r.enter(tagSequence, ""); usages.more() && len(c.ExtendedUsage) < maxExtensions; {
			c.ExtendedUsage = append(c.ExtendedUsage, string(usages.oid("")))
		}
	case oidExtDocumentTypes:
		list := r.enter(tagSequence, "")
		list.integer("")
		for types := list.enter(tagSet, ""); types.more() && len(c.DocumentTypes) < maxExtensions; {
			if text := decodeString(types.next("")); text != "" {
				c.DocumentTypes = append(c.DocumentTypes, text)
			}
		}
	}
}

// readPrivateKeyPeriod reads PrivateKeyUsagePeriod (RFC 3280 section 4.2.1.4).
func (c *Certificate) readPrivateKeyPeriod(r reader) {
	if el, present := r.optional(contextPrimitive(0), ""); present {
		c.PrivateKeyNotBefore, _ = decodeTime(tagGeneralizedTime, el.body)
	}
	if el, present := r.optional(contextPrimitive(1), ""); present {
		c.PrivateKeyNotAfter, _ = decodeTime(tagGeneralizedTime, el.body)
	}
}
