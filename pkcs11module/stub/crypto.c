/* PKCS#11 sections 5.8 to 5.20: encryption, digests, signatures, keys, random
 * numbers. All go to the agent, which knows what its token can do; most of them
 * have one of four shapes. */
#include "call.h"

#define PART ((CK_ULONG)512 << 10)

/* Begins an operation with a mechanism and a key. */
static CK_RV init(enum wire_call id, CK_SESSION_HANDLE session, const CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	struct call call;

	call_begin(&call, id);
	put_session(&call, session);
	put_mechanism(&call, mechanism);
	put_ulong(&call, key);
	call_run(&call);
	return call_end(&call);
}

/* Bytes in, bytes out. */
static CK_RV convert(enum wire_call id, CK_SESSION_HANDLE session, const CK_BYTE *in, CK_ULONG in_length, CK_BYTE *out, CK_ULONG *out_length)
{
	struct call call;

	call_begin(&call, id);
	put_session(&call, session);
	put_bytes(&call, in, in_length);
	put_room(&call, out, out_length);
	if (call_run(&call))
		get_buffer(&call, out, out_length);
	return call_end(&call);
}

/* Bytes in. */
static CK_RV feed(enum wire_call id, CK_SESSION_HANDLE session, const CK_BYTE *in, CK_ULONG length)
{
	struct call call;

	call_begin(&call, id);
	put_session(&call, session);
	put_bytes(&call, in, length);
	call_run(&call);
	return call_end(&call);
}

/* Bytes out. */
static CK_RV finish(enum wire_call id, CK_SESSION_HANDLE session, CK_BYTE *out, CK_ULONG *length)
{
	struct call call;

	call_begin(&call, id);
	put_session(&call, session);
	put_room(&call, out, length);
	if (call_run(&call))
		get_buffer(&call, out, length);
	return call_end(&call);
}

/* Bytes in, of any number: what is longer than a frame goes in parts. */
static CK_RV feed_parts(enum wire_call id, CK_SESSION_HANDLE session, const CK_BYTE *in, CK_ULONG length)
{
	CK_RV rv = CKR_OK;

	for (; rv == CKR_OK && in != NULL && length > PART; in += PART, length -= PART)
		rv = feed(id, session, in, PART);
	return rv == CKR_OK ? feed(id, session, in, length) : rv;
}

#define INIT(name) \
	CK_RV C_##name(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key) \
	{ \
		return init(WIRE_##name, session, mechanism, key); \
	}
#define CONVERT(name) \
	CK_RV C_##name(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG in_length, CK_BYTE *out, CK_ULONG *out_length) \
	{ \
		return convert(WIRE_##name, session, in, in_length, out, out_length); \
	}
#define FEED(name) \
	CK_RV C_##name(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG length) \
	{ \
		return feed(WIRE_##name, session, in, length); \
	}
#define FEED_PARTS(name) \
	CK_RV C_##name(CK_SESSION_HANDLE session, CK_BYTE *in, CK_ULONG length) \
	{ \
		return feed_parts(WIRE_##name, session, in, length); \
	}
#define FINISH(name) \
	CK_RV C_##name(CK_SESSION_HANDLE session, CK_BYTE *out, CK_ULONG *length) \
	{ \
		return finish(WIRE_##name, session, out, length); \
	}

INIT(EncryptInit)
CONVERT(Encrypt)
CONVERT(EncryptUpdate)
FINISH(EncryptFinal)

INIT(DecryptInit)
CONVERT(Decrypt)
CONVERT(DecryptUpdate)
FINISH(DecryptFinal)

CONVERT(Digest)
FEED_PARTS(DigestUpdate)
FINISH(DigestFinal)

INIT(SignInit)
CONVERT(Sign)
FEED_PARTS(SignUpdate)
FINISH(SignFinal)
INIT(SignRecoverInit)
CONVERT(SignRecover)

INIT(VerifyInit)
FEED_PARTS(VerifyUpdate)
FEED(VerifyFinal)
INIT(VerifyRecoverInit)
CONVERT(VerifyRecover)

CONVERT(DigestEncryptUpdate)
CONVERT(DecryptDigestUpdate)
CONVERT(SignEncryptUpdate)
CONVERT(DecryptVerifyUpdate)

FEED(SeedRandom)

CK_RV C_DigestInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism)
{
	struct call call;

	call_begin(&call, WIRE_DigestInit);
	put_session(&call, session);
	put_mechanism(&call, mechanism);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_DigestKey(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	struct call call;

	call_begin(&call, WIRE_DigestKey);
	put_session(&call, session);
	put_ulong(&call, key);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_Verify(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_length, CK_BYTE *signature, CK_ULONG signature_length)
{
	struct call call;

	call_begin(&call, WIRE_Verify);
	put_session(&call, session);
	put_bytes(&call, data, data_length);
	put_bytes(&call, signature, signature_length);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_GenerateKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_HANDLE *key)
{
	struct call call;

	call_begin(&call, WIRE_GenerateKey);
	require(&call, mechanism != NULL && key != NULL);
	put_session(&call, session);
	put_mechanism(&call, mechanism);
	put_template(&call, attributes, count);
	if (call_run(&call))
		*key = get_ulong(&call);
	return call_end(&call);
}

CK_RV C_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *public_attributes, CK_ULONG public_count,
	CK_ATTRIBUTE *private_attributes, CK_ULONG private_count, CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
	struct call call;

	call_begin(&call, WIRE_GenerateKeyPair);
	require(&call, mechanism != NULL && public_key != NULL && private_key != NULL);
	put_session(&call, session);
	put_mechanism(&call, mechanism);
	put_template(&call, public_attributes, public_count);
	put_template(&call, private_attributes, private_count);
	if (call_run(&call)) {
		*public_key = get_ulong(&call);
		*private_key = get_ulong(&call);
	}
	return call_end(&call);
}

CK_RV C_WrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE wrapping, CK_OBJECT_HANDLE key, CK_BYTE *wrapped, CK_ULONG *length)
{
	struct call call;

	call_begin(&call, WIRE_WrapKey);
	require(&call, mechanism != NULL);
	put_session(&call, session);
	put_mechanism(&call, mechanism);
	put_ulong(&call, wrapping);
	put_ulong(&call, key);
	put_room(&call, wrapped, length);
	if (call_run(&call))
		get_buffer(&call, wrapped, length);
	return call_end(&call);
}

CK_RV C_UnwrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE unwrapping, CK_BYTE *wrapped, CK_ULONG length,
	CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_HANDLE *key)
{
	struct call call;

	call_begin(&call, WIRE_UnwrapKey);
	require(&call, mechanism != NULL && wrapped != NULL && key != NULL);
	put_session(&call, session);
	put_mechanism(&call, mechanism);
	put_ulong(&call, unwrapping);
	put_bytes(&call, wrapped, length);
	put_template(&call, attributes, count);
	if (call_run(&call))
		*key = get_ulong(&call);
	return call_end(&call);
}

CK_RV C_DeriveKey(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE base, CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_HANDLE *key)
{
	struct call call;

	call_begin(&call, WIRE_DeriveKey);
	require(&call, mechanism != NULL && key != NULL);
	put_session(&call, session);
	put_mechanism(&call, mechanism);
	put_ulong(&call, base);
	put_template(&call, attributes, count);
	if (call_run(&call))
		*key = get_ulong(&call);
	return call_end(&call);
}

CK_RV C_GenerateRandom(CK_SESSION_HANDLE session, CK_BYTE *random, CK_ULONG length)
{
	CK_ULONG got = length;
	struct call call;

	call_begin(&call, WIRE_GenerateRandom);
	require(&call, random != NULL);
	put_session(&call, session);
	put_room(&call, random, &got);
	if (call_run(&call)) {
		get_buffer(&call, random, &got);
		if (got != length)
			call_break(&call);
	}
	return call_end(&call);
}
