/* Feeds answers of an agent, right or hostile, to the library's own code, built
 * with sanitizers. The agent is played here: it greets and begins properly, then
 * answers as it is told.
 *
 * Standard input is a row of cases: a length of 4 bytes, then the case. Its first
 * byte is the version of the wire, then follow records: which call to make, how
 * to frame its answer, the length of the answer (2 bytes), and the answer.
 * For each case the return values go out, 8 bytes each, after their number.
 *
 * library.c is included, not linked, so that each case begins afresh. */
#include "../../library.c"

#include "../../bytes.h"

#include <stdint.h>

enum framing {
	FRAME_RIGHT = 0,     /* header, call and signature are right, the values follow */
	FRAME_HEADER = 1,    /* only the header is right */
	FRAME_NOTHING = 2,   /* the answer is what comes over the wire */
	FRAME_OPTIONS = 3,   /* as FRAME_RIGHT, after options, which are read over */
	FRAME_ERROR = 4,     /* an error, whose value follows */
	FRAMINGS
};

static struct {
	unsigned char version;
	bool properly;
	enum framing framing;
	const unsigned char *answer;
	size_t length;
	/* On its way to the library. */
	unsigned char wire[1 << 18];
	size_t at, end;
} agent;

static void emit(const void *bytes, size_t length)
{
	if (length > sizeof agent.wire - agent.end)
		abort();
	if (length > 0)
		memcpy(agent.wire + agent.end, bytes, length);
	agent.end += length;
}

static void emit32(size_t number)
{
	unsigned char bytes[4];

	store32(bytes, (uint32_t)number);
	emit(bytes, 4);
}

static const char *signature_of(uint32_t call)
{
	switch (call) {
#define ANSWER(name, number, request, answer) case number: return answer;
	WIRE_CALLS(ANSWER)
#undef ANSWER
	default: return "u";
	}
}

static void answer(const unsigned char *request)
{
	static const unsigned char no_slots[] = {0, 0, 0, 0, 0};
	const unsigned char *values = agent.properly ? no_slots : agent.answer;
	uint32_t call = load32(request + 12);
	size_t length = agent.properly ? (call == WIRE_GetSlotList ? 5 : 0) : agent.length;
	enum framing framing = agent.properly ? FRAME_RIGHT : agent.framing;
	const char *signature = framing == FRAME_ERROR ? "u" : signature_of(call);

	if (framing == FRAME_NOTHING) {
		emit(values, length);
		return;
	}
	emit(request, 4);
	emit32(framing == FRAME_OPTIONS ? 3 : 0);
	emit32(framing == FRAME_HEADER ? length : 8 + strlen(signature) + length);
	if (framing == FRAME_OPTIONS)
		emit("abc", 3);
	if (framing != FRAME_HEADER) {
		emit32(framing == FRAME_ERROR ? 0 : call);
		emit32(strlen(signature));
		emit(signature, strlen(signature));
	}
	emit(values, length);
}

void agent_locate(void) {}
void agent_limit(struct agent *a, unsigned limit) { (void)a; (void)limit; }
void agent_dismiss(struct agent *a) { (void)a; }
void agent_cut(struct agent *a) { (void)a; }
void agent_close(struct agent *a) { (void)a; }

bool agent_start(struct agent *a)
{
	(void)a;
	agent.at = agent.end = 0;
	return true;
}

enum sent agent_send(struct agent *a, const void *bytes, size_t length)
{
	bool properly = agent.properly;

	(void)a;
	agent.at = agent.end = 0;
	if (length == 1) {
		emit(&agent.version, 1);
		return SENT;
	}
	/* Every request is whole. */
	if (length < WIRE_HEADER + WIRE_BODY_MIN || load32((const unsigned char *)bytes + 8) != length - WIRE_HEADER)
		abort();
	agent.properly = properly || load32((const unsigned char *)bytes + 12) <= WIRE_Finalize;
	answer(bytes);
	agent.properly = properly;
	return SENT;
}

bool agent_receive(struct agent *a, void *bytes, size_t length)
{
	(void)a;
	if (length > agent.end - agent.at)
		return false;
	memcpy(bytes, agent.wire + agent.at, length);
	agent.at += length;
	return true;
}

/* A buffer of exactly this size, so that one byte too many is noticed. */
static void *exact(size_t size)
{
	void *room = malloc(size > 0 ? size : 1);

	if (room == NULL)
		abort();
	memset(room, 0xee, size);
	return room;
}

static const CK_SESSION_HANDLE session = (CK_ULONG)-2;

static CK_RV sign(CK_BYTE *room, CK_ULONG size)
{
	CK_ULONG length = size;
	CK_RV rv = C_Sign(session, (CK_BYTE *)"data", 4, room, &length);

	if (rv == CKR_OK && room != NULL && length > size)
		abort();
	return rv;
}

static CK_RV attributes(CK_ULONG room)
{
	const CK_ATTRIBUTE_TYPE types[] = {CKA_CLASS, CKA_TOKEN, CKA_VALUE, CKA_START_DATE, CKA_ALLOWED_MECHANISMS, CKA_WRAP_TEMPLATE};
	CK_ATTRIBUTE list[6];
	CK_RV rv;
	size_t i;

	for (i = 0; i < 6; i++)
		list[i] = (CK_ATTRIBUTE){types[i], room > 0 ? exact(room) : NULL, room};
	rv = C_GetAttributeValue(session, 1, list, 6);
	for (i = 0; i < 6; i++) {
		if (room > 0 && list[i].ulValueLen > room && list[i].ulValueLen != CK_UNAVAILABLE_INFORMATION)
			abort();
		free(list[i].pValue);
	}
	return rv;
}

/* The number itself, where it comes. */
static CK_RV profile(void)
{
	CK_ULONG number = 0;
	CK_ATTRIBUTE one = {0x601UL /* CKA_PROFILE_ID */, &number, sizeof number};
	CK_RV rv = C_GetAttributeValue(session, 1, &one, 1);

	return rv == CKR_OK && one.ulValueLen == sizeof number ? number : rv;
}

static CK_RV slot_list(CK_ULONG room)
{
	CK_SLOT_ID *list = room > 0 ? exact(room * sizeof *list) : NULL;
	CK_ULONG count = room;
	CK_RV rv = C_GetSlotList(CK_TRUE, list, &count);

	if (rv == CKR_OK && list != NULL && count > room)
		abort();
	free(list);
	return rv;
}

static CK_RV find(CK_ULONG room)
{
	CK_OBJECT_HANDLE *list = exact(room * sizeof *list);
	CK_ULONG count = 0;
	CK_RV rv = C_FindObjects(session, list, room, &count);

	if (rv == CKR_OK && count > room)
		abort();
	free(list);
	return rv;
}

static CK_RV make(unsigned char which)
{
	CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
	CK_MECHANISM_INFO mechanism_info;
	CK_SESSION_INFO session_info;
	CK_TOKEN_INFO token_info;
	CK_SLOT_INFO slot_info;
	CK_ULONG number, other;
	CK_BYTE *buffer;
	CK_INFO info;
	CK_RV rv;

	switch (which) {
	case 0: return C_GetInfo(&info);
	case 1: return slot_list(0);
	case 2: return slot_list(4);
	case 3: return C_GetSlotInfo(1, &slot_info);
	case 4: return C_GetTokenInfo(1, &token_info);
	case 5: return C_GetMechanismInfo(1, CKM_RSA_PKCS, &mechanism_info);
	case 6: return C_OpenSession(1, CKF_SERIAL_SESSION, NULL, NULL, &number);
	case 7: return C_GetSessionInfo(session, &session_info);
	case 8: return C_Login(session, CKU_USER, (CK_UTF8CHAR *)"41739628", 8);
	case 9: return attributes(0);
	case 10: return attributes(16);
	case 11: return find(4);
	case 12: return sign(NULL, 0);
	case 13:
	case 14:
		buffer = exact(which == 13 ? 16 : 0);
		rv = sign(buffer, which == 13 ? 16 : 0);
		free(buffer);
		return rv;
	case 15:
		buffer = exact(8);
		rv = C_GenerateRandom(session, buffer, 8);
		free(buffer);
		return rv;
	case 16: return C_WaitForSlotEvent(0, &number, NULL);
	case 17: return C_GenerateKeyPair(session, &mechanism, NULL, 0, NULL, 0, &number, &other);
	case 18: return C_GetObjectSize(session, 1, &number);
	case 19: return C_CloseSession(session);
	case 20: return profile();
	default: return CKR_FUNCTION_NOT_SUPPORTED;
	}
}

/* Answers properly, so that there is a connection for calls about sessions. */
static void connect_properly(void)
{
	CK_ULONG count;

	agent.properly = true;
	if (C_GetSlotList(CK_FALSE, NULL, &count) != CKR_OK)
		abort();
	agent.properly = false;
}

static uint32_t play(const unsigned char *at, size_t length, uint64_t *values, uint32_t most)
{
	const unsigned char *end = at + length;
	uint32_t count = 0;

	library.highest_session = 0;
	agent.version = *at++ % 3;
	if (C_Initialize(NULL) != CKR_OK)
		abort();
	while (end - at >= 4 && count < most) {
		unsigned char which = *at++;

		agent.framing = *at++ % FRAMINGS;
		agent.length = (size_t)at[0] << 8 | at[1];
		at += 2;
		if (agent.length > (size_t)(end - at))
			agent.length = (size_t)(end - at);
		agent.answer = at;
		at += agent.length;
		connect_properly();
		values[count++] = make(which);
		library.highest_session = 0;
	}
	if (C_Finalize(NULL) != CKR_OK)
		abort();
	return count;
}

int main(void)
{
	static unsigned char input[1 << 16];
	unsigned char header[4], number[8];
	uint64_t values[64];
	uint32_t count, i;
	size_t length;

	while (fread(header, 4, 1, stdin) == 1) {
		length = load32(header);
		if (length == 0 || length > sizeof input || fread(input, length, 1, stdin) != 1)
			return 1;
		count = play(input, length, values, 64);
		store32(number, count);
		fwrite(number, 4, 1, stdout);
		for (i = 0; i < count; i++) {
			store64(number, values[i]);
			fwrite(number, 8, 1, stdout);
		}
		fflush(stdout);
	}
	return 0;
}
