/* What the host must not notice: processes, signals, descriptors, memory. And
 * what it must be told: that the agent died. */
#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t children_ended;

static void count_child(int number)
{
	(void)number;
	children_ended++;
}

static void no_children(void)
{
	CHECK(children_ended == 0);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	CHECK(waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD);
}

static volatile int stop_waiting;

static void *keep_waiting(void *unused)
{
	(void)unused;
	while (!stop_waiting) {
		pid_t ended = waitpid(-1, NULL, WNOHANG);

		CHECK(ended == -1 && errno == ECHILD);
	}
	return NULL;
}

/* A host that waits for any child, all the time, and counts SIGCHLD. */
void quiet_parent(void)
{
	struct sigaction action = {.sa_handler = count_child};
	pthread_t waiter;
	pid_t agent;
	int i;

	CHECK(sigaction(SIGCHLD, &action, NULL) == 0);
	CHECK(pthread_create(&waiter, NULL, keep_waiting, NULL) == 0);
	load();
	for (i = 0; i < 20; i++)
		whole_life();
	CHECK_OK(p11->C_Initialize(NULL));
	first_token();
	no_children();
	agent = agent_pid();
	CHECK(kill(agent, SIGKILL) == 0);
	wait_gone(agent);
	no_children();
	first_token();
	no_children();
	CHECK_OK(p11->C_Finalize(NULL));
	stop_waiting = 1;
	CHECK(pthread_join(waiter, NULL) == 0);
	no_children();
	unload();
}

static pid_t killed(void)
{
	pid_t agent = agent_pid();

	CHECK(kill(agent, SIGKILL) == 0);
	wait_gone(agent);
	return agent;
}

/* SIGPIPE ends a process that does not handle it. */
void sigpipe(void)
{
	CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
	load();
	CHECK_OK(p11->C_Initialize(NULL));
	first_token();
	killed();
	first_token();
	killed();
	CHECK_OK(p11->C_Finalize(NULL));
	CHECK_OK(p11->C_Initialize(NULL));
	open_session();
	killed();
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

static int same_slots(const CK_SLOT_ID *before, CK_ULONG count)
{
	CK_SLOT_ID after[16];
	CK_ULONG now = 16;

	CHECK_OK(p11->C_GetSlotList(CK_FALSE, after, &now));
	return now == count && memcmp(after, before, count * sizeof *before) == 0;
}

/* The agent dies while nothing is under way: sessions are over, all else goes on
 * with the next agent, without an error in between. */
void death_between(void)
{
	CK_SLOT_ID slots[16];
	CK_ULONG count = 16;
	CK_SESSION_HANDLE old, new;
	CK_SESSION_INFO info;
	CK_TOKEN_INFO token;
	CK_BYTE signature[512];
	CK_ULONG length = sizeof signature;
	int i;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	CHECK_OK(p11->C_GetSlotList(CK_FALSE, slots, &count));
	old = open_session();
	login(old);
	for (i = 0; i < 5; i++) {
		killed();
		CHECK_RV(p11->C_Login(old, CKU_USER, (CK_UTF8CHAR *)PIN, 8), CKR_SESSION_HANDLE_INVALID);
		CHECK_RV(p11->C_Sign(old, (CK_BYTE *)"text", 4, signature, &length), CKR_SESSION_HANDLE_INVALID);
		CHECK_OK(p11->C_GetTokenInfo(slots[0], &token));
		CHECK(same_slots(slots, count));
		new = open_session();
		CHECK(new != old);
		CHECK_RV(p11->C_GetSessionInfo(old, &info), CKR_SESSION_HANDLE_INVALID);
		CHECK_RV(p11->C_CloseSession(old), CKR_SESSION_HANDLE_INVALID);
		CHECK_OK(p11->C_GetSessionInfo(new, &info));
		CHECK(info.state == CKS_RO_PUBLIC_SESSION);
		login(new);
		sign(new, private_key(new));
		old = new;
	}
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

/* Kills an agent that is stopped in a call, some time later. */
static void *kill_soon(void *agent)
{
	nap(50);
	kill((pid_t)(intptr_t)agent, SIGKILL);
	return NULL;
}

static pthread_t stop_then_kill(void)
{
	pid_t agent = agent_pid();
	pthread_t killer;

	stop(agent);
	CHECK(pthread_create(&killer, NULL, kill_soon, (void *)(intptr_t)agent) == 0);
	return killer;
}

void death_in_flight(void)
{
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE signature[512];
	CK_ULONG length = sizeof signature, count = 16;
	CK_SLOT_ID slots[16];
	CK_SESSION_HANDLE session;
	pthread_t killer;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	CHECK_OK(p11->C_GetSlotList(CK_FALSE, slots, &count));
	session = open_session();
	login(session);
	CHECK_OK(p11->C_SignInit(session, &mechanism, private_key(session)));
	killer = stop_then_kill();
	CHECK_RV(p11->C_Sign(session, (CK_BYTE *)"text", 4, signature, &length), CKR_DEVICE_ERROR);
	CHECK(pthread_join(killer, NULL) == 0);
	CHECK_RV(p11->C_Sign(session, (CK_BYTE *)"text", 4, signature, &length), CKR_SESSION_HANDLE_INVALID);
	CHECK(same_slots(slots, count));
	session = open_session();
	login(session);
	sign(session, private_key(session));

	/* Nothing is said twice that may have been heard. */
	killer = stop_then_kill();
	CHECK_RV(p11->C_GetSlotList(CK_FALSE, slots, &count), CKR_DEVICE_ERROR);
	CHECK(pthread_join(killer, NULL) == 0);
	CHECK_OK(p11->C_GetSlotList(CK_FALSE, slots, &count));
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

/* A PIN that may have been presented is not presented again: the answer is none
 * after which NSS would. */
void death_in_login(void)
{
	CK_SESSION_HANDLE session;
	pthread_t killer;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	session = open_session();
	killer = stop_then_kill();
	CHECK_RV(p11->C_Login(session, CKU_USER, (CK_UTF8CHAR *)PIN, 8), CKR_DEVICE_ERROR);
	CHECK(pthread_join(killer, NULL) == 0);
	CHECK_RV(p11->C_Login(session, CKU_USER, (CK_UTF8CHAR *)PIN, 8), CKR_SESSION_HANDLE_INVALID);
	session = open_session();
	login(session);
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* C_Finalize does not wait for ever. */
void hung_agent(void)
{
	long begun;
	pid_t agent;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	open_session();
	agent = agent_pid();
	stop(agent);
	begun = milliseconds();
	CHECK_OK(p11->C_Finalize(NULL));
	CHECK(milliseconds() - begun < 5000);
	CHECK(kill(agent, SIGCONT) == 0);
	wait_gone(agent);
	whole_life();
	unload();
}

/* No agent, or one that is none: an error, each time, and nothing left behind. */
void missing_agent(void)
{
	CK_ULONG count;
	int before, i;

	CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR && signal(SIGUSR2, SIG_IGN) != SIG_ERR);
	load();
	CHECK_OK(p11->C_Initialize(NULL));
	before = open_descriptors();
	for (i = 0; i < 10; i++)
		CHECK_RV(p11->C_GetSlotList(CK_FALSE, NULL, &count), CKR_DEVICE_ERROR);
	CHECK(open_descriptors() == before);
	no_children();
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

static void some_handler(int number)
{
	(void)number;
}

/* Signal handlers, signal mask, threads and directory of the host. */
void untouched(void)
{
	struct sigaction before[65], after;
	struct sigaction own = {.sa_handler = some_handler};
	sigset_t mask, now;
	char here[4096], there[4096];
	int number, i;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	CHECK(sigprocmask(SIG_SETMASK, &mask, NULL) == 0);
	CHECK(sigaction(SIGUSR1, &own, NULL) == 0 && sigaction(SIGPIPE, &own, NULL) == 0);
	CHECK(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	memset(before, 0, sizeof before);
	for (number = 1; number <= 64; number++)
		sigaction(number, NULL, &before[number]);
	CHECK(getcwd(here, sizeof here) != NULL);

	load();
	for (i = 0; i < 3; i++) {
		CHECK_OK(p11->C_Initialize(NULL));
		login(open_session());
		CHECK(threads() == 1);
		if (i > 0)
			killed();
		first_token();
		CHECK_OK(p11->C_Finalize(NULL));
	}
	unload();

	CHECK(threads() == 1);
	for (number = 1; number <= 64; number++) {
		memset(&after, 0, sizeof after);
		sigaction(number, NULL, &after);
		CHECK(after.sa_handler == before[number].sa_handler && after.sa_flags == before[number].sa_flags);
	}
	CHECK(sigprocmask(SIG_SETMASK, NULL, &now) == 0);
	CHECK(memcmp(&now, &mask, sizeof(unsigned long)) == 0);
	CHECK(getcwd(there, sizeof there) != NULL && strcmp(here, there) == 0);
	CHECK(sigpending(&now) == 0 && sigismember(&now, SIGUSR2) == 0);
}

static void one_cycle(int i)
{
	load();
	CHECK_OK(p11->C_Initialize(NULL));
	/* The agent is not started before it is needed, and must go either way. */
	if (i % 2 == 0)
		first_token();
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

void cycles(void)
{
	int descriptors, i, count = rounds(1000);
	long memory;

	for (i = 0; i < 10; i++)
		one_cycle(i);
	descriptors = open_descriptors();
	memory = resident_kilobytes();
	for (i = 0; i < count; i++)
		one_cycle(i);
	CHECK(open_descriptors() == descriptors);
	CHECK(threads() == 1);
	if (resident_kilobytes() - memory > 2048)
		fail(__FILE__, __LINE__, "%ld kB more", resident_kilobytes() - memory);
	wait_gone(agent_pid());
	no_children();
}

/* Unloaded without C_Finalize: the agent ends, nothing stays. */
void dropped(void)
{
	int before, i;
	pid_t agent;

	before = open_descriptors();
	for (i = 0; i < 3; i++) {
		load();
		CHECK_OK(p11->C_Initialize(NULL));
		login(open_session());
		agent = agent_pid();
		unload();
		wait_gone(agent);
		CHECK(open_descriptors() == before);
	}
}

/* A host without standard streams: the socket gets their numbers. */
void closed_standard(void)
{
	int hidden = fcntl(2, F_DUPFD_CLOEXEC, 10);

	CHECK(hidden >= 10);
	close(0);
	close(1);
	close(2);
	load();
	whole_life();
	CHECK(fcntl(0, F_GETFD) == -1 && fcntl(1, F_GETFD) == -1 && fcntl(2, F_GETFD) == -1);
	unload();
	CHECK(dup2(hidden, 2) == 2);
}

/* Ends without C_Finalize, logged in; prints the agent, which must not outlive
 * it. */
void left_behind(void)
{
	load();
	CHECK_OK(p11->C_Initialize(NULL));
	login(open_session());
	printf("%d\n", (int)agent_pid());
	fflush(stdout);
	_exit(0);
}

/* Ends while a child that knows nothing of the library, made by a bare clone,
 * holds every descriptor of it. */
static int sleep_on(void *unused)
{
	(void)unused;
	close(1);
	close(2);
	nap(5000);
	_exit(0);
}

void child_sleeps(void)
{
	static char stack[64 * 1024] __attribute__((aligned(16)));

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	login(open_session());
	CHECK(clone(sleep_on, stack + sizeof stack, SIGCHLD, NULL) > 0);
	printf("%d\n", (int)agent_pid());
	fflush(stdout);
	_exit(0);
}

/* Prints how long the first calls take, and the round trip, in microseconds. */
void latency(void)
{
	struct timespec times[4001];
	long steps[4000];
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	CK_ULONG count;
	int i, j;

	clock_gettime(CLOCK_MONOTONIC, &times[0]);
	load();
	CHECK_OK(p11->C_Initialize(NULL));
	clock_gettime(CLOCK_MONOTONIC, &times[1]);
	CHECK_OK(p11->C_GetSlotList(CK_FALSE, NULL, &count));
	clock_gettime(CLOCK_MONOTONIC, &times[2]);
	for (i = 0; i < 2; i++)
		printf("%ld ", (times[i + 1].tv_sec - times[i].tv_sec) * 1000000 + (times[i + 1].tv_nsec - times[i].tv_nsec) / 1000);
	session = open_session();
	for (i = 0; i <= 4000; i++) {
		CHECK_OK(p11->C_GetSessionInfo(session, &info));
		clock_gettime(CLOCK_MONOTONIC, &times[i]);
	}
	for (i = 0; i < 4000; i++) {
		long step = (times[i + 1].tv_sec - times[i].tv_sec) * 1000000 + (times[i + 1].tv_nsec - times[i].tv_nsec) / 1000;

		for (j = i; j > 0 && steps[j - 1] > step; j--)
			steps[j] = steps[j - 1];
		steps[j] = step;
	}
	printf("%ld %ld\n", steps[2000], steps[3960]);
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}
