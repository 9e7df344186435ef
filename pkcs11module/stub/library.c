#include "library.h"

#include "call.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef _WIN32
#include <unistd.h>
#endif

/* How long an agent may take to begin, and to end, in milliseconds. */
#define START_LIMIT 10000
#define END_LIMIT 3000

static struct {
	lock lock;
	/* Signalled when a connection becomes ready, or fails to, or loses a user. */
	condition changed;
	bool prepared, initialized;
	struct connection *current;
	/* Every connection that still has users, the current one too. */
	struct connection *all;
	CK_SESSION_HANDLE highest_session;
	CK_SLOT_ID highest_slot;
#ifndef _WIN32
	/* The process that initialized; read without the lock, which a process
	 * that is another may have inherited taken. */
	_Atomic(pid_t) owner;
#endif
} library = {
	.lock = LOCK_INITIALIZER,
	.changed = CONDITION_INITIALIZER,
};

/* With the lock, which is dropped while the last user closes. */
static void leave(struct connection *c)
{
	struct connection **at;

	c->users--;
	condition_signal(&library.changed);
	if (c->users > 0)
		return;
	for (at = &library.all; *at != c; at = &(*at)->next)
		;
	*at = c->next;
	lock_drop(&library.lock);
	connection_lose(c);
	connection_close(c);
	lock_take(&library.lock);
}

/* Beginning. */

/* C_Initialize of the agent. A text as its reserved argument tells an agent that
 * follows one that died up to which number the host knows slots. */
static CK_RV initialize_agent(struct connection *c, CK_SLOT_ID slots)
{
	char again[48] = "";
	struct call call;

	if (slots > 0)
		snprintf(again, sizeof again, "cientro-restart:%lu", (unsigned long)slots);
	call_begin_within(&call, WIRE_Initialize, c);
	put_bytes(&call, WIRE_HANDSHAKE, sizeof WIRE_HANDSHAKE - 1);
	put_byte(&call, slots > 0);
	put_bytes(&call, again, (CK_ULONG)strlen(again) + 1);
	call_run(&call);
	return call_end(&call);
}

/* With the lock: starts an agent, as the current connection, not yet ready. The
 * lock keeps other threads from forking while both ends are open here. */
static struct connection *start(void)
{
	struct connection *c = connection_open(library.highest_session);

	if (c == NULL)
		return NULL;
	c->users = 1;
	c->next = library.all;
	library.all = c;
	library.current = c;
	return c;
}

/* With the lock, which is dropped meanwhile: brings the connection that this
 * thread started to readiness, or to its end. */
static CK_RV make_ready(struct connection *c)
{
	CK_SLOT_ID slots = library.highest_slot;
	CK_RV rv = CKR_DEVICE_ERROR;

	c->users++;
	lock_drop(&library.lock);
	agent_limit(&c->agent, START_LIMIT);
	if (connection_greet(c)) {
		rv = initialize_agent(c, slots);
		/* A token that does not take the hint must do without. */
		if (rv == CKR_ARGUMENTS_BAD && slots > 0)
			rv = initialize_agent(c, 0);
	}
	agent_limit(&c->agent, 0);
	lock_take(&library.lock);
	c->ready = rv == CKR_OK;
	if (!c->ready && library.current == c) {
		library.current = NULL;
		c->users--;
	}
	condition_signal(&library.changed);
	leave(c);
	return rv;
}

/* With the lock: the current connection, unless it is lost. */
static struct connection *current(void)
{
	struct connection *c = library.current;

	if (c == NULL || !c->ready || !connection_is_lost(c))
		return c;
	library.current = NULL;
	leave(c);
	return library.current;
}

CK_RV library_connect(struct connection **held)
{
	struct connection *c;
	CK_RV rv = CKR_OK;

	lock_take(&library.lock);
	while (rv == CKR_OK) {
		c = current();
		if (!library.initialized)
			rv = CKR_CRYPTOKI_NOT_INITIALIZED;
		else if (c == NULL)
			rv = (c = start()) != NULL ? make_ready(c) : CKR_DEVICE_ERROR;
		else if (!c->ready)
			condition_wait(&library.changed, &library.lock, 0);
		else
			break;
	}
	if (rv == CKR_OK && c != *held) {
		c->users++;
		if (*held != NULL)
			leave(*held);
		*held = c;
	}
	lock_drop(&library.lock);
	return rv;
}

/* Forks. A child has a copy of everything but of the threads, and of the agent
 * only a descriptor, which is closed unused: for the child nothing was
 * initialized, and it gets an agent of its own. */

#ifdef _WIN32

static bool is_forked(void)
{
	return false;
}

static void after_fork(void)
{
}

static bool prepare(void)
{
	return true;
}

static void unload(void);

BOOL WINAPI DllMain(HINSTANCE library_handle, DWORD reason, void *process_ends);

/* FreeLibrary; at the end of the process the system does better. */
BOOL WINAPI DllMain(HINSTANCE library_handle, DWORD reason, void *process_ends)
{
	(void)library_handle;
	if (reason == DLL_PROCESS_DETACH && process_ends == NULL)
		unload();
	return TRUE;
}

#else

static void before_fork(void) { lock_take(&library.lock); }
static void after_fork_parent(void) { lock_drop(&library.lock); }

static void after_fork(void)
{
	struct connection *c;

	lock_init(&library.lock);
	condition_init(&library.changed);
	library.initialized = false;
	library.current = NULL;
	library.highest_slot = 0;
	library.owner = 0;
	while ((c = library.all) != NULL) {
		library.all = c->next;
		agent_close(&c->agent);
		free(c);
	}
}

/* A process made by a bare clone(2) ran no handler; it is known by its number. */
static bool is_forked(void)
{
	pid_t owner = library.owner;

	return owner != 0 && owner != getpid();
}

/* With the lock. */
static bool prepare(void)
{
	if (!library.prepared) {
		if (pthread_atfork(before_fork, after_fork_parent, after_fork) != 0)
			return false;
		condition_init(&library.changed);
		library.prepared = true;
	}
	library.owner = getpid();
	return true;
}

__attribute__((destructor)) static void unload(void);

#endif

/* The library is unloaded without C_Finalize. At the end of the process threads
 * may still be in a call: then the system does better than we could. */
static void unload(void)
{
	struct connection *c = library.current;

	if (c == NULL || c->users > 1 || is_forked())
		return;
	library.initialized = false;
	library.current = NULL;
	lock_take(&library.lock);
	leave(c);
	lock_drop(&library.lock);
}

CK_RV library_initialize(void)
{
	CK_RV rv = CKR_OK;

	if (is_forked())
		after_fork();
	lock_take(&library.lock);
	if (library.initialized)
		rv = CKR_CRYPTOKI_ALREADY_INITIALIZED;
	else if (!prepare())
		rv = CKR_HOST_MEMORY;
	else {
		agent_locate();
		library.initialized = true;
	}
	lock_drop(&library.lock);
	return rv;
}

/* Sends C_Finalize, which wakes whoever waits for a slot event, and sees the
 * agent off: it has put the card in order when it answers, and is gone when the
 * connection ends. One that takes too long is left to find that out itself. */
static void end_agent(struct connection *c)
{
	uint64_t deadline = clock_now() + END_LIMIT;
	struct call call;

	agent_limit(&c->agent, END_LIMIT);
	call_begin_within(&call, WIRE_Finalize, c);
	call.deadline = deadline;
	call_run(&call);
	call_end(&call);
	connection_dismiss(c, deadline);
}

CK_RV library_finalize(void)
{
	struct connection *c;
	bool initialized, ready;

	if (is_forked())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	lock_take(&library.lock);
	initialized = library.initialized;
	c = library.current;
	ready = c != NULL && c->ready;
	library.initialized = false;
	library.current = NULL;
	library.highest_slot = 0;
	condition_signal(&library.changed);
	lock_drop(&library.lock);
	if (!initialized)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	if (c == NULL)
		return CKR_OK;
	if (ready)
		end_agent(c);
	else
		connection_lose(c);
	/* Threads that were in a call are out before the library may be unloaded. */
	lock_take(&library.lock);
	while (c->users > 1)
		condition_wait(&library.changed, &library.lock, 0);
	leave(c);
	lock_drop(&library.lock);
	return CKR_OK;
}

bool library_is_initialized(void)
{
	bool initialized;

	if (is_forked())
		return false;
	lock_take(&library.lock);
	initialized = library.initialized;
	lock_drop(&library.lock);
	return initialized;
}

CK_RV library_enter(struct connection **held)
{
	struct connection *c;
	CK_RV rv = CKR_OK;

	*held = NULL;
	if (is_forked())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	lock_take(&library.lock);
	if (!library.initialized)
		rv = CKR_CRYPTOKI_NOT_INITIALIZED;
	else if ((c = current()) != NULL && c->ready) {
		c->users++;
		*held = c;
	}
	lock_drop(&library.lock);
	return rv;
}

void library_leave(struct connection *held)
{
	if (held == NULL)
		return;
	lock_take(&library.lock);
	leave(held);
	lock_drop(&library.lock);
}

void library_saw_session(CK_SESSION_HANDLE session)
{
	lock_take(&library.lock);
	if (session > library.highest_session)
		library.highest_session = session;
	lock_drop(&library.lock);
}

void library_saw_slot(CK_SLOT_ID slot)
{
	lock_take(&library.lock);
	if (slot > library.highest_slot)
		library.highest_slot = slot;
	lock_drop(&library.lock);
}
