/* The agent: `cientro agent`, a process of its own in which the card is used,
 * so that neither its crash nor the PIN is the host's. Here are its start and
 * the bytes to and from it; agent_unix.c and agent_windows.c do it.
 *
 * The agent is the program beside this library, else the one whose path was
 * compiled in. Neither PATH nor the environment has a say in it. */
#ifndef CIENTRO_AGENT_H
#define CIENTRO_AGENT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef _WIN32
#include "lock.h"
#else
#include <sys/types.h>
#endif

struct agent {
#ifdef _WIN32
	HANDLE to, from, process;
	unsigned limit;
#else
	int socket;
	pid_t process;
#endif
};

enum sent {
	SENT,
	SENT_NOTHING, /* the agent was gone before the first byte */
	SENT_IN_PART,
};

/* Finds out where the library lies, while the host's working directory is still
 * what it was when it named the library. */
void agent_locate(void);

/* Starts an agent; false where that cannot be done. */
bool agent_start(struct agent *agent);

enum sent agent_send(struct agent *agent, const void *bytes, size_t length);

/* Receives exactly length bytes; false at the end, on failure or out of time. */
bool agent_receive(struct agent *agent, void *bytes, size_t length);

/* Limits every wait that begins from now on; 0 is no limit. */
void agent_limit(struct agent *agent, unsigned milliseconds);

/* Tells the agent that nothing more will come: it then ends. Nobody sends. */
void agent_dismiss(struct agent *agent);

/* Cuts the connection: whoever receives, in any thread, is woken and fails. */
void agent_cut(struct agent *agent);

/* Gives back what is held here. The connection is cut, nobody uses it. */
void agent_close(struct agent *agent);

#endif
