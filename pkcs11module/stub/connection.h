/* One connection to one agent, shared by all threads of the host, and the state
 * of the library that holds it. Several calls may be under way: each is written
 * whole, and whichever waiting thread has the reading hands every answer to the
 * thread it belongs to. */
#ifndef CIENTRO_CONNECTION_H
#define CIENTRO_CONNECTION_H

#include "agent.h"
#include "cryptoki.h"
#include "lock.h"

/* A request that was sent and the answer it waits for. */
struct exchange {
	uint32_t code;
	bool answered;
	/* The body, malloc'ed; the owner of the exchange frees it. */
	unsigned char *answer;
	size_t length;
	condition wake;
	struct exchange *next;
};

struct connection {
	struct agent agent;
	lock writing;
	/* Known once the connection is ready, never changed then. */
	unsigned char version;
	/* Sessions of this agent are given out as its own numbers plus this, so
	 * that those of an agent that died are not valid by accident. */
	CK_SESSION_HANDLE first_session;

	/* Below: under the library's lock. */
	unsigned users;
	bool ready, lost, reading;
	uint32_t next_code;
	struct exchange *waiting;
	struct connection *next;
};

/* C_Initialize and C_Finalize. */
CK_RV library_initialize(void);
CK_RV library_finalize(void);

/* For a call that was under way when another thread finalized. */
bool library_is_initialized(void);

/* Every other call begins here: CKR_CRYPTOKI_NOT_INITIALIZED, or CKR_OK and the
 * connection if there is one, which the call then holds. */
CK_RV library_enter(struct connection **held);

/* Exchanges the held connection, if it is none or lost, for one that is ready:
 * starts an agent where there is none. */
CK_RV library_connect(struct connection **held);

/* Gives a held connection back. */
void library_leave(struct connection *held);

/* Notes what was given out, for the agent that may follow. */
void library_saw_session(CK_SESSION_HANDLE session);
void library_saw_slot(CK_SLOT_ID slot);

/* Sends a whole frame, whose code it writes, and waits for the answer. */
enum sent connection_exchange(struct connection *connection, unsigned char *frame, size_t length, struct exchange *exchange);

/* Gives the connection up: the agent is gone or not to be believed. */
void connection_lost(struct connection *connection);

#endif
