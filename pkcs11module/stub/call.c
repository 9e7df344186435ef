#include "call.h"

#include "bytes.h"

#include <stdlib.h>

static const char *request_signature(enum wire_call id)
{
	switch (id) {
#define REQUEST(name, number, request, answer) \
	case number: \
		return request;
		WIRE_CALLS(REQUEST)
#undef REQUEST
	default:
		return "";
	}
}

static const char *answer_signature(enum wire_call id)
{
	switch (id) {
#define ANSWER(name, number, request, answer) \
	case number: \
		return answer;
		WIRE_CALLS(ANSWER)
#undef ANSWER
	default:
		return "u";
	}
}

/* A thread that is cancelled while it reads for the others would stop them all. */
static void forbid_cancelling(struct call *call)
{
#ifndef _WIN32
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &call->cancel_state);
#else
	(void)call;
#endif
}

static void allow_cancelling(const struct call *call)
{
#ifndef _WIN32
	pthread_setcancelstate(call->cancel_state, NULL);
#else
	(void)call;
#endif
}

static void begin(struct call *call, enum wire_call id)
{
	const char *signature = request_signature(id);

	call->id = id;
	condition_init(&call->exchange.wake);
	forbid_cancelling(call);
	call->length = WIRE_HEADER;
	put_uint32(call, id);
	put_blob(call, signature, strlen(signature));
}

void call_begin(struct call *call, enum wire_call id)
{
	*call = (struct call){.rv = CKR_OK};
	call_fail(call, library_enter(&call->connection));
	begin(call, id);
}

void call_begin_within(struct call *call, enum wire_call id, struct connection *connection)
{
	*call = (struct call){.rv = CKR_OK, .connection = connection, .within = true};
	begin(call, id);
}

void call_fail(struct call *call, CK_RV rv)
{
	if (call->rv == CKR_OK)
		call->rv = rv;
}

void call_break(struct call *call)
{
	call->broken = true;
}

void require(struct call *call, bool holds)
{
	if (!holds)
		call_fail(call, CKR_ARGUMENTS_BAD);
}

bool call_speaks(const struct call *call, unsigned version)
{
	return call->connection != NULL && call->connection->version >= version;
}

/* Gets the request to an agent. A request of which no byte was taken did not
 * happen: it may go to the agent that follows, unless it is about a session,
 * which died with its agent. */
static CK_RV deliver(struct call *call)
{
	int attempts = call->within ? 1 : 2;
	enum sent sent = SENT_NOTHING;
	CK_RV rv;

	while (sent == SENT_NOTHING && attempts-- > 0) {
		if (!call->within && !call->of_session) {
			rv = library_connect(&call->connection);
			if (rv != CKR_OK)
				return rv;
		}
		/* Older agents do not know the calls of PKCS#11 3.0. */
		if (call->id >= WIRE_FIRST_OF_3_0 && !call_speaks(call, 1))
			return CKR_FUNCTION_NOT_SUPPORTED;
		sent = connection_exchange(call->connection, call->bytes, call->length, &call->exchange, call->deadline);
		if (sent == SENT_NOTHING && call->of_session)
			return CKR_SESSION_HANDLE_INVALID;
	}
	if (call->exchange.answered)
		return CKR_OK;
	/* What may have reached the agent is never said to be a session's fault:
	 * NSS would present the PIN again. */
	if (call->id == WIRE_WaitForSlotEvent && !library_is_initialized())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	return CKR_DEVICE_ERROR;
}

static bool is_next(struct call *call, const char *signature)
{
	size_t length;
	const unsigned char *sent = get_blob(call, &length);

	return sent != NULL && length == strlen(signature) && memcmp(sent, signature, length) == 0;
}

/* Reads up to the results: whether the answer is one to this call, or an error. */
static void open_answer(struct call *call)
{
	uint32_t id = get_uint32(call);
	CK_ULONG rv;

	if (!is_next(call, answer_signature(id == WIRE_ERROR ? WIRE_ERROR : call->id)) || (id != WIRE_ERROR && id != call->id)) {
		call_break(call);
		return;
	}
	if (id == WIRE_ERROR) {
		rv = get_ulong(call);
		if (rv == CKR_OK)
			call_break(call);
		call_fail(call, rv);
	}
}

bool call_run(struct call *call)
{
	if (call->rv != CKR_OK)
		return false;
	store32(call->bytes + 4, 0);
	store32(call->bytes + 8, (uint32_t)(call->length - WIRE_HEADER));
	call_fail(call, deliver(call));
	if (call->rv == CKR_OK)
		open_answer(call);
	return call->rv == CKR_OK && !call->broken;
}

CK_RV call_end(struct call *call)
{
	if (call->exchange.answered && call->at != call->exchange.length)
		call_break(call);
	if (call->broken) {
		call->rv = CKR_DEVICE_ERROR;
		connection_lose(call->connection);
	}
	if (call->bytes != NULL)
		wipe(call->bytes, call->room);
	free(call->bytes);
	if (call->exchange.answer != NULL)
		wipe(call->exchange.answer, call->exchange.length);
	free(call->exchange.answer);
	condition_destroy(&call->exchange.wake);
	if (!call->within)
		library_leave(call->connection);
	allow_cancelling(call);
	return call->rv;
}
