// Package cryptoki is the vocabulary of PKCS#11: return values, constants and
// structures, as the standard names them without its prefixes' noise, and
// nothing that does anything. Both the wire ([cientro/pkcs11module/rpc]) and the
// token ([cientro/pkcs11module/token]) speak it.
//
// Numbers: OASIS PKCS #11 Specification version 3.1, section 3 and annexes;
// version 3.2 where marked.
package cryptoki
