#include "connection.h"

#include "bytes.h"
#include "call.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef _WIN32
#include <unistd.h>
#endif

/* How long an agent may take to begin, and to end. */
#define START_LIMIT 10000
#define END_LIMIT 3000

static struct {
	lock lock;
	/* Signalled when a connection becomes ready or lost, or a user leaves. */
	condition changed;
	bool prepared, initialized;
	struct connection *current;
	/* Every connection that still has users, the current one too. */
	struct connection *all;
	CK_SESSION_HANDLE highest_session;
	CK_SLOT_ID highest_slot;
#ifndef _WIN32
	pid_t owner;
#endif
} library = {
	.lock = LOCK_INITIALIZER,
#ifdef _WIN32
	.changed = CONDITION_INITIALIZER,
#endif
};

/* Connections. The library's lock is held where a comment says so. */

/* With the lock. */
static void lose(struct connection *c)
{
	struct exchange *e;

	if (c->lost)
		return;
	c->lost = true;
	agent_cut(&c->agent);
	for (e = c->waiting; e != NULL; e = e->next)
		condition_signal(&e->wake);
	if (library.current == c) {
		library.current = NULL;
		c->users--; /* the library's own hold; the caller has another */
	}
	condition_signal(&library.changed);
}

void connection_lost(struct connection *c)
{
	lock_take(&library.lock);
	lose(c);
	lock_drop(&library.lock);
}

/* With the lock. */
static void forget(struct connection *c)
{
	struct connection **at;

	for (at = &library.all; *at != c; at = &(*at)->next)
		;
	*at = c->next;
}

/* With the lock, which is dropped while the last user closes. */
static void leave(struct connection *c)
{
	c->users--;
	condition_signal(&library.changed);
	if (c->users > 0)
		return;
	forget(c);
	lock_drop(&library.lock);
	agent_cut(&c->agent);
	agent_close(&c->agent);
	lock_destroy(&c->writing);
	free(c);
	lock_take(&library.lock);
}

/* With the lock: puts an exchange on the list of those that wait. */
static void enlist(struct connection *c, struct exchange *exchange)
{
	exchange->code = c->next_code++;
	exchange->next = c->waiting;
	c->waiting = exchange;
}

/* With the lock: takes an exchange off the list of those that wait. */
static void unlist(struct connection *c, struct exchange *exchange)
{
	struct exchange **at;

	for (at = &c->waiting; *at != NULL; at = &(*at)->next)
		if (*at == exchange) {
			*at = exchange->next;
			return;
		}
}

struct frame {
	uint32_t code;
	unsigned char *body;
	size_t length;
};

static bool receive_frame(struct connection *c, struct frame *frame)
{
	unsigned char header[WIRE_HEADER], options[WIRE_OPTIONS_MAX];
	size_t skipped;

	if (!agent_receive(&c->agent, header, sizeof header))
		return false;
	frame->code = load32(header);
	skipped = load32(header + 4);
	frame->length = load32(header + 8);
	if (skipped > sizeof options || frame->length < 8 || frame->length > WIRE_ANSWER_MAX)
		return false;
	if (!agent_receive(&c->agent, options, skipped))
		return false;
	frame->body = malloc(frame->length);
	if (frame->body == NULL)
		return false;
	if (agent_receive(&c->agent, frame->body, frame->length))
		return true;
	wipe(frame->body, frame->length);
	free(frame->body);
	return false;
}

/* With the lock: hands an answer to the thread that waits for it. */
static bool deliver(struct connection *c, const struct frame *frame)
{
	struct exchange *e;

	for (e = c->waiting; e != NULL; e = e->next)
		if (e->code == frame->code) {
			e->answered = true;
			e->answer = frame->body;
			e->length = frame->length;
			unlist(c, e);
			condition_signal(&e->wake);
			return true;
		}
	wipe(frame->body, frame->length);
	free(frame->body);
	return false;
}

/* With the lock: waits until the exchange is answered, or the connection lost,
 * or the deadline passed. Whoever finds nobody reading reads, for all. */
static void await(struct connection *c, struct exchange *exchange, uint64_t deadline)
{
	struct frame frame;
	bool received;

	while (!exchange->answered && !c->lost && (deadline == 0 || clock_now() < deadline)) {
		if (c->reading) {
			condition_wait(&exchange->wake, &library.lock, deadline);
			continue;
		}
		c->reading = true;
		lock_drop(&library.lock);
		received = receive_frame(c, &frame);
		lock_take(&library.lock);
		c->reading = false;
		if (!received || !deliver(c, &frame))
			lose(c);
	}
	unlist(c, exchange);
	if (!c->reading && c->waiting != NULL)
		condition_signal(&c->waiting->wake);
}

static enum sent exchange_until(struct connection *c, unsigned char *frame, size_t length, struct exchange *exchange, uint64_t deadline)
{
	enum sent sent;

	lock_take(&library.lock);
	if (c->lost) {
		lock_drop(&library.lock);
		return SENT_NOTHING;
	}
	enlist(c, exchange);
	lock_drop(&library.lock);

	store32(frame, exchange->code);
	lock_take(&c->writing);
	sent = agent_send(&c->agent, frame, length);
	lock_drop(&c->writing);

	lock_take(&library.lock);
	if (sent != SENT)
		lose(c);
	await(c, exchange, deadline);
	lock_drop(&library.lock);
	return sent;
}

enum sent connection_exchange(struct connection *c, unsigned char *frame, size_t length, struct exchange *exchange)
{
	return exchange_until(c, frame, length, exchange, 0);
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
	put_bytes(&call, again, strlen(again) + 1);
	call_run(&call);
	return call_end(&call);
}

static bool greet(struct connection *c)
{
	const unsigned char offer = WIRE_VERSION;

	return agent_send(&c->agent, &offer, 1) == SENT
	    && agent_receive(&c->agent, &c->version, 1)
	    && c->version <= WIRE_VERSION;
}

/* With the lock: starts an agent, as the current connection, not yet ready. The
 * lock keeps other threads from forking while both ends are open here. */
static struct connection *start(void)
{
	struct connection *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	if (!agent_start(&c->agent)) {
		free(c);
		return NULL;
	}
	lock_init(&c->writing);
	c->next_code = 16;
	c->first_session = library.highest_session;
	c->users = 1;
	c->next = library.all;
	library.all = c;
	library.current = c;
	return c;
}

/* With the lock, which is dropped meanwhile: brings the current connection, that
 * this thread started, to its end or to readiness. */
static CK_RV make_ready(struct connection *c)
{
	CK_SLOT_ID slots = library.highest_slot;
	CK_RV rv = CKR_DEVICE_ERROR;

	c->users++;
	lock_drop(&library.lock);
	agent_limit(&c->agent, START_LIMIT);
	if (greet(c)) {
		rv = initialize_agent(c, slots);
		/* A token that does not take the hint must do without. */
		if (rv == CKR_ARGUMENTS_BAD && slots > 0)
			rv = initialize_agent(c, 0);
	}
	agent_limit(&c->agent, 0);
	lock_take(&library.lock);
	if (rv != CKR_OK)
		lose(c);
	else
		c->ready = true;
	condition_signal(&library.changed);
	leave(c);
	return rv;
}

CK_RV library_connect(struct connection **held)
{
	struct connection *c;
	CK_RV rv = CKR_OK;

	lock_take(&library.lock);
	for (;;) {
		c = library.current;
		if (!library.initialized)
			rv = CKR_CRYPTOKI_NOT_INITIALIZED;
		else if (c == NULL)
			rv = start() != NULL ? make_ready(library.current) : CKR_DEVICE_ERROR;
		else if (!c->ready)
			condition_wait(&library.changed, &library.lock, 0);
		else
			break;
		if (rv != CKR_OK)
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

static bool is_forked(void) { return false; }
static void after_fork(void) {}
static bool prepare(void) { return true; }

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
	while ((c = library.all) != NULL) {
		library.all = c->next;
		agent_close(&c->agent);
		free(c);
	}
	library.highest_slot = 0;
	library.owner = 0;
}

/* A process made by a bare clone(2) ran no handler; it is known by its number. */
static bool is_forked(void) { return library.owner != 0 && library.owner != getpid(); }

/* With the lock: what is done once in the life of the loaded library. */
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

/* dlclose without C_Finalize. At the end of the process threads may still be in
 * a call: then the kernel does better than we could. */
__attribute__((destructor)) static void unload(void)
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

#endif

/* The library's life. */

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
	struct exchange end = {.answered = false};
	struct call call;

	agent_limit(&c->agent, END_LIMIT);
	call_begin_within(&call, WIRE_Finalize, c);
	call_finish(&call);
	if (call.rv == CKR_OK)
		exchange_until(c, call.bytes, call.length, &call.exchange, deadline);
	call.at = call.exchange.length;
	call_end(&call);

	agent_dismiss(&c->agent);
	condition_init(&end.wake);
	lock_take(&library.lock);
	enlist(c, &end);
	await(c, &end, deadline);
	lose(c);
	lock_drop(&library.lock);
	condition_destroy(&end.wake);
}

CK_RV library_finalize(void)
{
	struct connection *c;

	if (is_forked())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	lock_take(&library.lock);
	if (!library.initialized) {
		lock_drop(&library.lock);
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	}
	library.initialized = false;
	library.highest_slot = 0;
	c = library.current;
	library.current = NULL;
	condition_signal(&library.changed);
	if (c != NULL && !c->ready)
		lose(c);
	lock_drop(&library.lock);
	if (c == NULL)
		return CKR_OK;
	if (c->ready)
		end_agent(c);
	/* Threads that were in a call are out before the library may be unloaded. */
	lock_take(&library.lock);
	while (c->users > 1)
		condition_wait(&library.changed, &library.lock, 0);
	leave(c);
	lock_drop(&library.lock);
	return CKR_OK;
}

CK_RV library_enter(struct connection **held)
{
	CK_RV rv = CKR_OK;

	*held = NULL;
	if (is_forked())
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	lock_take(&library.lock);
	if (!library.initialized)
		rv = CKR_CRYPTOKI_NOT_INITIALIZED;
	else if (library.current != NULL && library.current->ready) {
		*held = library.current;
		library.current->users++;
	}
	lock_drop(&library.lock);
	return rv;
}

bool library_is_initialized(void)
{
	bool initialized;

	lock_take(&library.lock);
	initialized = library.initialized;
	lock_drop(&library.lock);
	return initialized;
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
