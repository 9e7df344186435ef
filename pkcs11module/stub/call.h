/* One call over the wire, from its arguments to its results:
 *
 *     call_begin(&call, WIRE_OpenSession);
 *     put_ulong(&call, slot);
 *     if (call_run(&call))
 *             get_ulong(&call, &result);
 *     return call_end(&call);
 *
 * The first failure is kept, whatever comes after it does nothing. Whatever the
 * agent answers is checked: what cannot be right is CKR_DEVICE_ERROR and ends
 * the connection. */
#ifndef CIENTRO_CALL_H
#define CIENTRO_CALL_H

#include "library.h"
#include "wire.h"

struct call {
	CK_RV rv;
	enum wire_call id;
	struct connection *connection;
	/* The connection is the caller's, who sees to it. */
	bool within;
	/* When the caller stops waiting (clock_now); 0: never. */
	uint64_t deadline;
	/* A session belongs to its connection: without it there is none. */
	bool of_session;
	/* The answer breaks the protocol. */
	bool broken;

	/* The request, a whole frame. */
	unsigned char *bytes;
	size_t length, room;

	struct exchange exchange;
	size_t at;
#ifndef _WIN32
	int cancel_state;
#endif
};

void call_begin(struct call *call, enum wire_call id);
void call_begin_within(struct call *call, enum wire_call id, struct connection *connection);

/* Sends the request and takes the answer; true where there are results. */
bool call_run(struct call *call);

/* Wipes and frees; the return value of the whole. */
CK_RV call_end(struct call *call);

/* Fails with CKR_ARGUMENTS_BAD unless the condition holds. */
void require(struct call *call, bool holds);
void call_fail(struct call *call, CK_RV rv);

/* Whether the peer speaks at least this version. */
bool call_speaks(const struct call *call, unsigned version);

/* Arguments. encode.c */
void put_byte(struct call *call, unsigned char byte);
void put_uint32(struct call *call, uint32_t number);
void put_ulong(struct call *call, CK_ULONG number);
void put_session(struct call *call, CK_SESSION_HANDLE session);
/* Bytes with their length; NULL only with length 0. */
void put_bytes(struct call *call, const void *bytes, CK_ULONG length);
/* A length, then the bytes; also the text forms s and z. */
void put_blob(struct call *call, const void *bytes, CK_ULONG length);
/* The room in a caller's buffer, for get_buffer. */
void put_room(struct call *call, const void *buffer, const CK_ULONG *length);
/* The room in a caller's list, for get_list. */
void put_list_room(struct call *call, const void *list, CK_ULONG count);
void put_mechanism(struct call *call, const CK_MECHANISM *mechanism);
/* attributes.c */
void put_template(struct call *call, const CK_ATTRIBUTE *attributes, CK_ULONG count);
void put_attribute_rooms(struct call *call, const CK_ATTRIBUTE *attributes, CK_ULONG count);

/* Results. decode.c */
unsigned char get_byte(struct call *call);
uint32_t get_uint32(struct call *call);
CK_ULONG get_ulong(struct call *call);
CK_SESSION_HANDLE get_session(struct call *call);
void get_version(struct call *call, CK_VERSION *version);
/* A text of exactly this length, padded with spaces. */
void get_text(struct call *call, unsigned char *text, size_t length);
/* A length and that many bytes, in place; NULL where the peer sent a NULL. */
const unsigned char *get_blob(struct call *call, size_t *length);
/* The bytes or only their number (section 5.2 of PKCS#11). */
void get_buffer(struct call *call, CK_BYTE *buffer, CK_ULONG *length);
void get_list(struct call *call, CK_ULONG *list, CK_ULONG *count);
/* attributes.c */
void get_attributes(struct call *call, CK_ATTRIBUTE *attributes, CK_ULONG count);

/* The answer breaks the protocol. */
void call_break(struct call *call);

#endif
