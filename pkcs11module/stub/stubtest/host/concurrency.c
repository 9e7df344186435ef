/* Threads of the host, all at once. */
#include "host.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static atomic_int returned;
static CK_RV event_rv[4];

static void *wait_for_event(void *where)
{
	CK_SLOT_ID slot;

	*(CK_RV *)where = p11->C_WaitForSlotEvent(0, &slot, NULL);
	returned++;
	return NULL;
}

/* Two threads wait for a slot event: others work meanwhile, C_Finalize wakes
 * both. */
void slot_event(void)
{
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	pthread_t waiters[2];
	CK_SLOT_ID slot;
	int i, cycle;

	load();
	for (cycle = 0; cycle < 20; cycle++) {
		CHECK_OK(p11->C_Initialize(NULL));
		returned = 0;
		for (i = 0; i < 2; i++)
			CHECK(pthread_create(&waiters[i], NULL, wait_for_event, &event_rv[i]) == 0);
		session = open_session();
		login(session);
		key = private_key(session);
		for (i = 0; i < 20; i++)
			sign(session, key);
		CHECK_RV(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_NO_EVENT);
		CHECK(returned == 0);
		CHECK_OK(p11->C_Finalize(NULL));
		for (i = 0; i < 2; i++) {
			CHECK(pthread_join(waiters[i], NULL) == 0);
			CHECK_RV(event_rv[i], CKR_CRYPTOKI_NOT_INITIALIZED);
		}
	}
	unload();
}

/* The agent dies under a thread that waits: it is told, and may wait again. */
void slot_event_death(void)
{
	pthread_t waiter;
	int i;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	first_token();
	for (i = 0; i < 3; i++) {
		CHECK(pthread_create(&waiter, NULL, wait_for_event, &event_rv[0]) == 0);
		nap(50);
		CHECK(kill(agent_pid(), SIGKILL) == 0);
		CHECK(pthread_join(waiter, NULL) == 0);
		CHECK_RV(event_rv[0], CKR_DEVICE_ERROR);
		first_token();
	}
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

static void *work(void *unused)
{
	CK_SESSION_HANDLE session = open_session();
	CK_OBJECT_HANDLE key;
	int i;

	(void)unused;
	login(session);
	key = private_key(session);
	for (i = 0; i < 50; i++)
		sign(session, key);
	CHECK_OK(p11->C_CloseSession(session));
	return NULL;
}

/* The first calls come from all threads at once: one agent is started. */
void parallel(void)
{
	pthread_t workers[8];
	CK_SESSION_HANDLE session;
	int i;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	for (i = 0; i < 8; i++)
		CHECK(pthread_create(&workers[i], NULL, work, NULL) == 0);
	for (i = 0; i < 8; i++)
		CHECK(pthread_join(workers[i], NULL) == 0);
	session = open_session();
	login(session);
	sign(session, private_key(session));
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

static void *initialize_once(void *rv)
{
	*(CK_RV *)rv = p11->C_Initialize(NULL);
	return NULL;
}

void one_initialize(void)
{
	pthread_t threads[8];
	CK_RV rv[8];
	int i, round, first;

	load();
	for (round = 0; round < 50; round++) {
		first = 0;
		for (i = 0; i < 8; i++)
			CHECK(pthread_create(&threads[i], NULL, initialize_once, &rv[i]) == 0);
		for (i = 0; i < 8; i++) {
			CHECK(pthread_join(threads[i], NULL) == 0);
			CHECK(rv[i] == CKR_OK || rv[i] == CKR_CRYPTOKI_ALREADY_INITIALIZED);
			first += rv[i] == CKR_OK;
		}
		CHECK(first == 1);
		CHECK_OK(p11->C_Finalize(NULL));
	}
	unload();
}

static atomic_int over;

/* Any answer is right that the state allows; a crash or a hang is not. */
static void *call_on(void *unused)
{
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	CK_SLOT_ID slots[16];
	CK_ULONG count;
	CK_RV rv;

	(void)unused;
	while (!over) {
		count = 16;
		rv = p11->C_GetSlotList(CK_TRUE, slots, &count);
		CHECK(rv == CKR_OK || rv == CKR_CRYPTOKI_NOT_INITIALIZED || rv == CKR_DEVICE_ERROR);
		/* Between two lives: room for the thread that begins the next. */
		if (rv == CKR_CRYPTOKI_NOT_INITIALIZED)
			nap(1);
		if (rv != CKR_OK || count == 0 || p11->C_OpenSession(slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session) != CKR_OK)
			continue;
		rv = p11->C_GetSessionInfo(session, &info);
		CHECK(rv == CKR_OK || rv == CKR_CRYPTOKI_NOT_INITIALIZED || rv == CKR_DEVICE_ERROR || rv == CKR_SESSION_HANDLE_INVALID);
	}
	return NULL;
}

/* C_Initialize and C_Finalize over and over, under the feet of other threads. */
void finalize_races(void)
{
	pthread_t callers[3];
	int i;

	load();
	for (i = 0; i < 3; i++)
		CHECK(pthread_create(&callers[i], NULL, call_on, NULL) == 0);
	for (i = 0; i < 30; i++) {
		CHECK_OK(p11->C_Initialize(NULL));
		nap(i % 7 * 5);
		CHECK_OK(p11->C_Finalize(NULL));
	}
	over = 1;
	for (i = 0; i < 3; i++)
		CHECK(pthread_join(callers[i], NULL) == 0);
	unload();
}

static atomic_int alarms;

static void count_alarm(int number)
{
	(void)number;
	alarms++;
}

static void *send_signals(void *target)
{
	while (!over) {
		pthread_kill(*(pthread_t *)target, SIGALRM);
		usleep(200);
	}
	return NULL;
}

/* Calls that are interrupted by signals, handled without SA_RESTART. */
void signals(void)
{
	struct sigaction action = {.sa_handler = count_alarm};
	pthread_t self = pthread_self(), sender;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	int i;

	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	load();
	over = 0;
	CHECK(pthread_create(&sender, NULL, send_signals, &self) == 0);
	for (i = 0; i < 10; i++)
		whole_life();
	CHECK_OK(p11->C_Initialize(NULL));
	session = open_session();
	login(session);
	key = private_key(session);
	for (i = 0; i < 500; i++)
		sign(session, key);
	over = 1;
	CHECK(pthread_join(sender, NULL) == 0);
	CHECK(alarms > 0);
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}
