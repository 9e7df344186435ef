#include "bytes.h"
#include "call.h"

/* So many bytes of the answer; NULL once it is broken or over. */
static const unsigned char *take(struct call *call, size_t length)
{
	const unsigned char *at;

	if (call->broken || length > call->exchange.length - call->at) {
		call_break(call);
		return NULL;
	}
	at = call->exchange.answer + call->at;
	call->at += length;
	return at;
}

unsigned char get_byte(struct call *call)
{
	const unsigned char *at = take(call, 1);

	return at != NULL ? *at : 0;
}

uint32_t get_uint32(struct call *call)
{
	const unsigned char *at = take(call, 4);

	return at != NULL ? load32(at) : 0;
}

CK_ULONG get_ulong(struct call *call)
{
	const unsigned char *at = take(call, 8);
	uint64_t number = at != NULL ? load64(at) : 0;

	if (number == UINT64_MAX)
		return CK_UNAVAILABLE_INFORMATION;
	if (number != (CK_ULONG)number)
		call_break(call);
	return (CK_ULONG)number;
}

CK_SESSION_HANDLE get_session(struct call *call)
{
	CK_ULONG session = get_ulong(call);

	if (call->broken || session == CK_INVALID_HANDLE || session > CK_UNAVAILABLE_INFORMATION - 1 - call->connection->first_session) {
		call_break(call);
		return CK_INVALID_HANDLE;
	}
	session += call->connection->first_session;
	library_saw_session(session);
	return session;
}

void get_version(struct call *call, CK_VERSION *version)
{
	version->major = get_byte(call);
	version->minor = get_byte(call);
}

void get_text(struct call *call, unsigned char *text, size_t length)
{
	size_t sent;
	const unsigned char *at = get_blob(call, &sent);

	if (at == NULL || sent != length)
		call_break(call);
	else
		memcpy(text, at, length);
}

const unsigned char *get_blob(struct call *call, size_t *length)
{
	uint32_t sent = get_uint32(call);

	*length = 0;
	if (call->broken || sent == 0xffffffffU)
		return NULL;
	*length = sent;
	return take(call, sent);
}

/* The number alone: all that was asked for, or more than there is room for. */
static void get_only_length(struct call *call, bool asked, CK_ULONG *length)
{
	uint32_t needed = get_uint32(call);

	if (call->broken)
		return;
	if (!asked && needed > 0)
		call_fail(call, CKR_BUFFER_TOO_SMALL);
	*length = needed;
}

void get_buffer(struct call *call, CK_BYTE *buffer, CK_ULONG *length)
{
	const unsigned char *sent;
	size_t n;

	if (get_byte(call) == 0) {
		get_only_length(call, buffer == NULL, length);
		return;
	}
	sent = get_blob(call, &n);
	if (call->broken || n > *length || (buffer == NULL && n > 0)) {
		call_break(call);
		return;
	}
	if (n > 0)
		memcpy(buffer, sent, n);
	*length = n;
}

void get_list(struct call *call, CK_ULONG *list, CK_ULONG *count)
{
	uint32_t n, i;

	if (get_byte(call) == 0) {
		get_only_length(call, list == NULL, count);
		return;
	}
	n = get_uint32(call);
	if (call->broken || n > *count || (list == NULL && n > 0)) {
		call_break(call);
		return;
	}
	for (i = 0; i < n && !call->broken; i++)
		list[i] = get_ulong(call);
	*count = n;
}
