#include "connection.h"

#include "bytes.h"
#include "wire.h"

#include <stdlib.h>

struct connection *connection_open(CK_SESSION_HANDLE first_session)
{
	struct connection *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	if (!agent_start(&c->agent)) {
		free(c);
		return NULL;
	}
	lock_init(&c->writing);
	lock_init(&c->state);
	c->first_session = first_session;
	c->next_code = 16;
	return c;
}

void connection_close(struct connection *c)
{
	agent_close(&c->agent);
	lock_destroy(&c->writing);
	lock_destroy(&c->state);
	free(c);
}

bool connection_greet(struct connection *c)
{
	const unsigned char offer = WIRE_VERSION;

	return agent_send(&c->agent, &offer, 1) == SENT
	    && agent_receive(&c->agent, &c->version, 1)
	    && c->version <= WIRE_VERSION;
}

/* The functions from here to exchange are called with the state's lock. */

static void lose(struct connection *c)
{
	struct exchange *e;

	if (c->lost)
		return;
	c->lost = true;
	agent_cut(&c->agent);
	for (e = c->waiting; e != NULL; e = e->next)
		condition_signal(&e->wake);
}

static void enlist(struct connection *c, struct exchange *exchange)
{
	exchange->code = c->next_code++;
	exchange->next = c->waiting;
	c->waiting = exchange;
}

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

static void drop_frame(struct frame *frame)
{
	wipe(frame->body, frame->length);
	free(frame->body);
}

/* Without the lock. Nothing is allocated before its length is known to be fair. */
static bool receive_frame(struct connection *c, struct frame *frame)
{
	unsigned char header[WIRE_HEADER], options[WIRE_OPTIONS_MAX];
	size_t skipped;

	if (!agent_receive(&c->agent, header, sizeof header))
		return false;
	frame->code = load32(header);
	skipped = load32(header + 4);
	frame->length = load32(header + 8);
	if (skipped > sizeof options || frame->length < WIRE_BODY_MIN || frame->length > WIRE_BODY_MAX)
		return false;
	if (!agent_receive(&c->agent, options, skipped))
		return false;
	frame->body = malloc(frame->length);
	if (frame->body == NULL)
		return false;
	if (agent_receive(&c->agent, frame->body, frame->length))
		return true;
	drop_frame(frame);
	return false;
}

/* Hands an answer to the thread that waits for it; false where there is none. */
static bool deliver(struct connection *c, struct frame *frame)
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
	drop_frame(frame);
	return false;
}

/* Waits until the exchange is answered, or the connection lost, or the deadline
 * passed. Whoever finds nobody reading reads, for all. */
static void await(struct connection *c, struct exchange *exchange, uint64_t deadline)
{
	struct frame frame;
	bool received;

	while (!exchange->answered && !c->lost && (deadline == 0 || clock_now() < deadline)) {
		if (c->reading) {
			condition_wait(&exchange->wake, &c->state, deadline);
			continue;
		}
		c->reading = true;
		lock_drop(&c->state);
		received = receive_frame(c, &frame);
		lock_take(&c->state);
		c->reading = false;
		if (!received || !deliver(c, &frame))
			lose(c);
	}
	unlist(c, exchange);
	if (!c->reading && c->waiting != NULL)
		condition_signal(&c->waiting->wake);
}

enum sent connection_exchange(struct connection *c, unsigned char *frame, size_t length, struct exchange *exchange, uint64_t deadline)
{
	enum sent sent;

	lock_take(&c->state);
	if (c->lost) {
		lock_drop(&c->state);
		return SENT_NOTHING;
	}
	enlist(c, exchange);
	lock_drop(&c->state);

	store32(frame, exchange->code);
	lock_take(&c->writing);
	sent = agent_send(&c->agent, frame, length);
	lock_drop(&c->writing);

	lock_take(&c->state);
	if (sent != SENT)
		lose(c);
	await(c, exchange, deadline);
	lock_drop(&c->state);
	return sent;
}

void connection_dismiss(struct connection *c, uint64_t deadline)
{
	struct exchange end = {.answered = false};

	lock_take(&c->writing);
	agent_dismiss(&c->agent);
	lock_drop(&c->writing);
	condition_init(&end.wake);
	lock_take(&c->state);
	enlist(c, &end);
	await(c, &end, deadline);
	lose(c);
	lock_drop(&c->state);
	condition_destroy(&end.wake);
}

void connection_lose(struct connection *c)
{
	lock_take(&c->state);
	lose(c);
	lock_drop(&c->state);
}

bool connection_is_lost(struct connection *c)
{
	bool lost;

	lock_take(&c->state);
	lost = c->lost;
	lock_drop(&c->state);
	return lost;
}
