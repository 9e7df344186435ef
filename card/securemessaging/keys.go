package securemessaging

import (
	"crypto/cipher"
	"encoding/binary"
)

// keys are the expanded session keys. The raw bytes are not kept: a schedule is
// all that encryption needs, and what is not there cannot leak.
type keys struct {
	enc cipher.Block
	mac *retailMAC
}

func newKeys(kEnc, kMac []byte) (*keys, error) {
	enc, err := newTripleDES(kEnc)
	if err != nil {
		return nil, lengthError(kEnc, nil)
	}
	mac, err := newRetailMAC(kMac)
	if err != nil {
		wipeBlock(enc)
		return nil, lengthError(kMac, nil)
	}
	return &keys{enc: enc, mac: mac}, nil
}

// wipe zeroes the key schedules. The keys are unusable afterwards.
func (k *keys) wipe() {
	wipeBlock(k.enc)
	k.mac.wipe()
}

// commandMAC is the MAC over counter, header and data objects, spec of
// ICAO 9303-11 section 9.8.6.3.1.
func (k *keys) commandMAC(ssc uint64, header, objects []byte) [blockSize]byte {
	k.writeSSC(ssc)
	k.mac.write(header)
	k.mac.pad()
	if len(objects) > 0 {
		k.mac.write(objects)
		k.mac.pad()
	}
	return k.mac.sum()
}

// responseMAC is the MAC over counter and data objects.
func (k *keys) responseMAC(ssc uint64, objects []byte) [blockSize]byte {
	k.writeSSC(ssc)
	k.mac.write(objects)
	k.mac.pad()
	return k.mac.sum()
}

func (k *keys) writeSSC(ssc uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], ssc)
	k.mac.write(b[:])
}
