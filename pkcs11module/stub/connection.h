/* One connection to one agent, shared by all threads of the host. Several calls
 * may be under way: each is written whole, and whichever waiting thread has the
 * reading hands every answer to the thread it belongs to. */
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
	/* What the agent speaks. */
	unsigned char version;
	/* Sessions of this agent are given out as its own numbers plus this, so
	 * that those of an agent that died are not valid by accident. */
	CK_SESSION_HANDLE first_session;

	lock writing;
	lock state; /* of what follows */
	bool lost, reading;
	uint32_t next_code;
	struct exchange *waiting;

	/* The library's, under its lock. */
	unsigned users;
	bool ready;
	struct connection *next;
};

/* Starts an agent; NULL where that cannot be done. */
struct connection *connection_open(CK_SESSION_HANDLE first_session);

/* Agrees on the version of the wire. Nothing else may go on meanwhile. */
bool connection_greet(struct connection *connection);

/* Sends a whole frame, whose code it writes, and waits for the answer, or until
 * the deadline (clock_now; 0: none). Not answered: the connection is lost, or
 * time is up. */
enum sent connection_exchange(struct connection *connection, unsigned char *frame, size_t length, struct exchange *exchange, uint64_t deadline);

/* Tells the agent to end and waits until it did, or until the deadline. */
void connection_dismiss(struct connection *connection, uint64_t deadline);

/* Gives the connection up: the agent is gone or not to be believed. Whoever
 * waits is woken. */
void connection_lose(struct connection *connection);
bool connection_is_lost(struct connection *connection);

/* Frees a connection that nobody uses. */
void connection_close(struct connection *connection);

#endif
