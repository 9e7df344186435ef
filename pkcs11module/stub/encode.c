#include "bytes.h"
#include "call.h"

#include <stdlib.h>

#define FIRST_ROOM 512
#define NULL_BLOB 0xffffffffU

/* Room for so many bytes more; NULL once the call has failed. The old copy is
 * wiped, which realloc would not. */
static unsigned char *extend(struct call *call, size_t length)
{
	unsigned char *bytes;
	size_t room = call->room > 0 ? call->room : FIRST_ROOM;

	if (call->rv != CKR_OK)
		return NULL;
	if (length > WIRE_HEADER + WIRE_BODY_MAX - call->length) {
		call_fail(call, CKR_DATA_LEN_RANGE);
		return NULL;
	}
	while (room - call->length < length)
		room *= 2;
	if (room != call->room) {
		bytes = malloc(room);
		if (bytes == NULL) {
			call_fail(call, CKR_HOST_MEMORY);
			return NULL;
		}
		if (call->bytes != NULL) {
			memcpy(bytes, call->bytes, call->length);
			wipe(call->bytes, call->room);
			free(call->bytes);
		}
		call->bytes = bytes;
		call->room = room;
	}
	bytes = call->bytes + call->length;
	call->length += length;
	return bytes;
}

void put_byte(struct call *call, unsigned char byte)
{
	unsigned char *at = extend(call, 1);

	if (at != NULL)
		*at = byte;
}

void put_uint32(struct call *call, uint32_t number)
{
	unsigned char *at = extend(call, 4);

	if (at != NULL)
		store32(at, number);
}

void put_ulong(struct call *call, CK_ULONG number)
{
	unsigned char *at = extend(call, 8);

	if (at == NULL)
		return;
	/* Where CK_ULONG is shorter, "unavailable" still is all ones. */
	store64(at, number == CK_UNAVAILABLE_INFORMATION ? UINT64_MAX : number);
}

void put_session(struct call *call, CK_SESSION_HANDLE session)
{
	call->of_session = true;
	if (call->connection == NULL || session <= call->connection->first_session)
		call_fail(call, CKR_SESSION_HANDLE_INVALID);
	else
		put_ulong(call, session - call->connection->first_session);
}

void put_blob(struct call *call, const void *bytes, CK_ULONG length)
{
	unsigned char *at;

	if (length > WIRE_BODY_MAX) {
		call_fail(call, CKR_DATA_LEN_RANGE);
		return;
	}
	put_uint32(call, (uint32_t)length);
	at = extend(call, length);
	if (at != NULL && length > 0)
		memcpy(at, bytes, length);
}

void put_bytes(struct call *call, const void *bytes, CK_ULONG length)
{
	require(call, bytes != NULL || length == 0);
	if (bytes == NULL) {
		/* A NULL with its length, in the form that all versions read. */
		put_byte(call, 0);
		put_uint32(call, 0);
		return;
	}
	put_byte(call, 1);
	put_blob(call, bytes, length);
}

void put_room(struct call *call, const void *buffer, const CK_ULONG *length)
{
	CK_ULONG room;

	require(call, length != NULL);
	if (call->rv != CKR_OK)
		return;
	/* Nothing longer than an answer can come. */
	room = *length < WIRE_BODY_MAX ? *length : WIRE_BODY_MAX;
	if (buffer == NULL)
		put_uint32(call, 0);
	else if (room == 0 && call_speaks(call, 1))
		put_uint32(call, NULL_BLOB);
	else
		put_uint32(call, (uint32_t)room);
}

void put_list_room(struct call *call, const void *list, CK_ULONG count)
{
	const CK_ULONG most = WIRE_BODY_MAX / 8;

	put_uint32(call, list == NULL ? 0 : (uint32_t)(count < most ? count : most));
}

/* Mechanisms: those that have no parameter, in ranges of CKM_ numbers that all
 * versions of the protocol share, and PSS. Any other cannot be sent. */

static bool has_no_parameter(CK_MECHANISM_TYPE type)
{
	static const uint16_t ranges[][2] = {
		{0x0, 0x8}, {0xa, 0xc}, {0x10, 0x12}, {0x20, 0x20}, {0x30, 0x30}, {0x40, 0x42},
		{0x100, 0x101}, {0x103, 0x103}, {0x110, 0x111}, {0x120, 0x121}, {0x123, 0x123},
		{0x130, 0x132}, {0x134, 0x134}, {0x140, 0x141}, {0x143, 0x143}, {0x200, 0x201},
		{0x210, 0x211}, {0x220, 0x221}, {0x230, 0x231}, {0x240, 0x241}, {0x250, 0x251},
		{0x260, 0x261}, {0x270, 0x271}, {0x300, 0x301}, {0x303, 0x303}, {0x310, 0x311},
		{0x313, 0x313}, {0x320, 0x321}, {0x330, 0x331}, {0x333, 0x333}, {0x340, 0x341},
		{0x343, 0x343}, {0x350, 0x350}, {0x370, 0x370}, {0x374, 0x374}, {0x380, 0x381},
		{0x400, 0x400}, {0x1000, 0x1000}, {0x1008, 0x1008}, {0x1010, 0x1010}, {0x1020, 0x1020},
		{0x1030, 0x1030}, {0x1036, 0x1036}, {0x1040, 0x1042}, {0x1060, 0x1060}, {0x1065, 0x1065},
		{0x1070, 0x1070}, {0x1080, 0x1081}, {0x1083, 0x1083}, {0x2000, 0x2002},
	};
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (type >= ranges[i][0] && type <= ranges[i][1])
			return true;
	return false;
}

static void put_pss(struct call *call, const CK_MECHANISM *mechanism)
{
	CK_RSA_PKCS_PSS_PARAMS parameters;

	if (mechanism->pParameter == NULL || mechanism->ulParameterLen != sizeof parameters) {
		call_fail(call, CKR_MECHANISM_PARAM_INVALID);
		return;
	}
	memcpy(&parameters, mechanism->pParameter, sizeof parameters);
	if (call_speaks(call, 2))
		put_byte(call, 1);
	put_ulong(call, parameters.hashAlg);
	put_ulong(call, parameters.mgf);
	put_ulong(call, parameters.sLen);
}

void put_mechanism(struct call *call, const CK_MECHANISM *mechanism)
{
	if (mechanism == NULL) {
		/* Ends an operation, since PKCS#11 3.0. */
		require(call, call_speaks(call, 2));
		put_uint32(call, NULL_BLOB);
		return;
	}
	if (mechanism->mechanism == CKM_RSA_PKCS_PSS) {
		put_uint32(call, CKM_RSA_PKCS_PSS);
		put_pss(call, mechanism);
		return;
	}
	if (!has_no_parameter(mechanism->mechanism))
		call_fail(call, CKR_MECHANISM_INVALID);
	if (mechanism->ulParameterLen != 0)
		call_fail(call, CKR_MECHANISM_PARAM_INVALID);
	put_uint32(call, (uint32_t)mechanism->mechanism);
	if (!call_speaks(call, 2))
		put_uint32(call, NULL_BLOB);
}
