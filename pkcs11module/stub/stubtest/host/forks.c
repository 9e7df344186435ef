/* A host that forks, in whatever state it is. */
#include "host.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Sockets of this process, before there was an agent. */
static int without_agent;

/* What the standard wants of a child: nothing is initialized there, and once it
 * is, everything works. The parent must not notice. */
static void life_of_child(void)
{
	CK_INFO info;

	/* The socket to the parent's agent was closed at once. */
	CHECK(open_sockets() == without_agent);
	CHECK_RV(p11->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
	CHECK_RV(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	whole_life();
}

static void life_of_child_begun(void)
{
	CK_SESSION_INFO info;

	CHECK_OK(p11->C_Initialize(NULL));
	/* The parent's session is none of the child's. */
	CHECK_RV(p11->C_GetSessionInfo(1, &info), CKR_SESSION_HANDLE_INVALID);
	CHECK_OK(p11->C_Finalize(NULL));
}

/* Ends without having used the library, which must not disturb the parent. */
static void idle_child(void)
{
}

static void in_each_kind_of_child(void)
{
	join(in_child(life_of_child));
	join(in_child(life_of_child_begun));
	join(in_child(idle_child));
}

void forks(void)
{
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE signature[512];
	CK_ULONG length = sizeof signature;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	int descriptors;

	load();
	without_agent = open_sockets();
	join(in_child(whole_life));
	CHECK_OK(p11->C_Initialize(NULL));
	in_each_kind_of_child();
	first_token();
	descriptors = open_descriptors();
	in_each_kind_of_child();
	session = open_session();
	in_each_kind_of_child();
	login(session);
	in_each_kind_of_child();
	key = private_key(session);
	CHECK_OK(p11->C_FindObjectsInit(session, NULL, 0));
	in_each_kind_of_child();
	CHECK_OK(p11->C_FindObjectsFinal(session));
	CHECK_OK(p11->C_SignInit(session, &mechanism, key));
	CHECK_OK(p11->C_SignUpdate(session, (CK_BYTE *)"te", 2));
	in_each_kind_of_child();
	CHECK_OK(p11->C_SignUpdate(session, (CK_BYTE *)"xt", 2));
	CHECK_OK(p11->C_SignFinal(session, signature, &length));
	CHECK(open_descriptors() == descriptors);
	CHECK_OK(p11->C_Finalize(NULL));
	join(in_child(whole_life));
	unload();
}

static volatile int over;

static void *keep_signing(void *unused)
{
	CK_SESSION_HANDLE session = open_session();
	CK_OBJECT_HANDLE key;

	(void)unused;
	login(session);
	key = private_key(session);
	while (!over)
		sign(session, key);
	CHECK_OK(p11->C_CloseSession(session));
	return NULL;
}

/* Forks while other threads are in the middle of calls. */
void fork_storm(void)
{
	CK_SESSION_HANDLE session;
	pthread_t signers[2];
	int i, count = rounds(100);

	load();
	without_agent = open_sockets();
	CHECK_OK(p11->C_Initialize(NULL));
	session = open_session();
	login(session);
	for (i = 0; i < 2; i++)
		CHECK(pthread_create(&signers[i], NULL, keep_signing, NULL) == 0);
	for (i = 0; i < count; i++)
		join(in_child(life_of_child));
	over = 1;
	for (i = 0; i < 2; i++)
		CHECK(pthread_join(signers[i], NULL) == 0);
	sign(session, private_key(session));
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

static int bare_child(void *unused)
{
	CK_INFO info;

	(void)unused;
	if (p11->C_GetInfo(&info) != CKR_CRYPTOKI_NOT_INITIALIZED)
		_exit(1);
	if (p11->C_Initialize(NULL) != CKR_OK || p11->C_GetInfo(&info) != CKR_OK || p11->C_Finalize(NULL) != CKR_OK)
		_exit(2);
	_exit(0);
}

/* A child made without fork runs no handler of pthread_atfork. */
void bare_clone(void)
{
	static char stack[256 * 1024] __attribute__((aligned(16)));
	CK_SESSION_HANDLE session;
	pid_t child;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	session = open_session();
	child = clone(bare_child, stack + sizeof stack, SIGCHLD, NULL);
	CHECK(child > 0);
	join(child);
	login(session);
	sign(session, private_key(session));
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}
