/* Numbers and signatures of p11-kit's RPC protocol, as p11-kit 0.24.1 to 0.26.4
 * speak it. A signature letter stands for: y byte, u number, v version, s padded
 * text, z text, ay bytes, fy room for bytes, au numbers, fu room for numbers,
 * aA attributes with values, fA attributes with rooms, M mechanism. */
#ifndef CIENTRO_WIRE_H
#define CIENTRO_WIRE_H

/* The highest version spoken. What it decides: from 1 on PKCS#11 3.0 calls and
 * the room of an empty buffer, from 2 on the newer form of mechanisms. */
#define WIRE_VERSION 2

#define WIRE_HANDSHAKE "PRIVATE-GNOME-KEYRING-PKCS11-PROTOCOL-V-1"

/* A frame: code, length of options, length of body, four bytes each. */
#define WIRE_HEADER 12
#define WIRE_OPTIONS_MAX 4096
/* Of a body, in either direction: `cientro agent` takes no longer one. The
 * shortest has a call's number and an empty signature. */
#define WIRE_BODY_MIN 8
#define WIRE_BODY_MAX ((size_t)1 << 20)

#define WIRE_CALLS(CALL) \
	CALL(Initialize, 1, "ayyay", "") \
	CALL(Finalize, 2, "", "") \
	CALL(GetInfo, 3, "", "vsusv") \
	CALL(GetSlotList, 4, "yfu", "au") \
	CALL(GetSlotInfo, 5, "u", "ssuvv") \
	CALL(GetTokenInfo, 6, "u", "ssssuuuuuuuuuuuvvs") \
	CALL(GetMechanismList, 7, "ufu", "au") \
	CALL(GetMechanismInfo, 8, "uu", "uuu") \
	CALL(InitToken, 9, "uayz", "") \
	CALL(OpenSession, 10, "uu", "u") \
	CALL(CloseSession, 11, "u", "") \
	CALL(CloseAllSessions, 12, "u", "") \
	CALL(GetSessionInfo, 13, "u", "uuuu") \
	CALL(InitPIN, 14, "uay", "") \
	CALL(SetPIN, 15, "uayay", "") \
	CALL(GetOperationState, 16, "ufy", "ay") \
	CALL(SetOperationState, 17, "uayuu", "") \
	CALL(Login, 18, "uuay", "") \
	CALL(Logout, 19, "u", "") \
	CALL(CreateObject, 20, "uaA", "u") \
	CALL(CopyObject, 21, "uuaA", "u") \
	CALL(DestroyObject, 22, "uu", "") \
	CALL(GetObjectSize, 23, "uu", "u") \
	CALL(GetAttributeValue, 24, "uufA", "aAu") \
	CALL(SetAttributeValue, 25, "uuaA", "") \
	CALL(FindObjectsInit, 26, "uaA", "") \
	CALL(FindObjects, 27, "ufu", "au") \
	CALL(FindObjectsFinal, 28, "u", "") \
	CALL(EncryptInit, 29, "uMu", "") \
	CALL(Encrypt, 30, "uayfy", "ay") \
	CALL(EncryptUpdate, 31, "uayfy", "ay") \
	CALL(EncryptFinal, 32, "ufy", "ay") \
	CALL(DecryptInit, 33, "uMu", "") \
	CALL(Decrypt, 34, "uayfy", "ay") \
	CALL(DecryptUpdate, 35, "uayfy", "ay") \
	CALL(DecryptFinal, 36, "ufy", "ay") \
	CALL(DigestInit, 37, "uM", "") \
	CALL(Digest, 38, "uayfy", "ay") \
	CALL(DigestUpdate, 39, "uay", "") \
	CALL(DigestKey, 40, "uu", "") \
	CALL(DigestFinal, 41, "ufy", "ay") \
	CALL(SignInit, 42, "uMu", "") \
	CALL(Sign, 43, "uayfy", "ay") \
	CALL(SignUpdate, 44, "uay", "") \
	CALL(SignFinal, 45, "ufy", "ay") \
	CALL(SignRecoverInit, 46, "uMu", "") \
	CALL(SignRecover, 47, "uayfy", "ay") \
	CALL(VerifyInit, 48, "uMu", "") \
	CALL(Verify, 49, "uayay", "") \
	CALL(VerifyUpdate, 50, "uay", "") \
	CALL(VerifyFinal, 51, "uay", "") \
	CALL(VerifyRecoverInit, 52, "uMu", "") \
	CALL(VerifyRecover, 53, "uayfy", "ay") \
	CALL(DigestEncryptUpdate, 54, "uayfy", "ay") \
	CALL(DecryptDigestUpdate, 55, "uayfy", "ay") \
	CALL(SignEncryptUpdate, 56, "uayfy", "ay") \
	CALL(DecryptVerifyUpdate, 57, "uayfy", "ay") \
	CALL(GenerateKey, 58, "uMaA", "u") \
	CALL(GenerateKeyPair, 59, "uMaAaA", "uu") \
	CALL(WrapKey, 60, "uMuufy", "ay") \
	CALL(UnwrapKey, 61, "uMuayaA", "u") \
	CALL(DeriveKey, 62, "uMuaA", "u") \
	CALL(SeedRandom, 63, "uay", "") \
	CALL(GenerateRandom, 64, "ufy", "ay") \
	CALL(WaitForSlotEvent, 65, "u", "u") \
	CALL(LoginUser, 66, "uuayay", "") \
	CALL(SessionCancel, 67, "uu", "")

enum wire_call {
	WIRE_ERROR = 0,
#define WIRE_NUMBER(name, number, request, answer) WIRE_##name = number,
	WIRE_CALLS(WIRE_NUMBER)
#undef WIRE_NUMBER
	WIRE_CALL_COUNT
};

/* The first call that a peer of version 0 does not know. */
#define WIRE_FIRST_OF_3_0 WIRE_LoginUser

#endif
