/* A host that forks in each state it can be in: forks LIBRARY PIN CHILDREN.
 * Each child begins anew, logs in and signs; each signature is printed with its
 * text, for whoever can check it. The parent must not notice. */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static CK_FUNCTION_LIST *p11;
static const char *pin;
static int children, made;

static void check(int line, CK_RV rv, CK_RV want)
{
	if (rv == want)
		return;
	fprintf(stderr, "line %d: 0x%lx, want 0x%lx, child %d\n", line, rv, want, made);
	_exit(1);
}
#define IS(call, want) check(__LINE__, call, want)
#define OK(call) check(__LINE__, call, CKR_OK)
#define HOLDS(condition) check(__LINE__, (condition) ? CKR_OK : CKR_GENERAL_ERROR, CKR_OK)

static CK_SESSION_HANDLE open_session(void)
{
	CK_SESSION_HANDLE session;
	CK_SLOT_ID slots[16];
	CK_ULONG count;
	CK_RV rv = CKR_TOKEN_NOT_PRESENT;
	int tries;

	/* A busy machine may show its readers later, and another program have the
	 * card for longer, than a caller waits. */
	for (tries = 0; tries < 200 && (rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_FUNCTION_FAILED); tries++) {
		count = 16;
		OK(p11->C_GetSlotList(CK_TRUE, slots, &count));
		if (count == 1)
			rv = p11->C_OpenSession(slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session);
		else
			usleep(20000);
	}
	OK(rv);
	return session;
}

static CK_OBJECT_HANDLE private_key(CK_SESSION_HANDLE session)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
	CK_OBJECT_HANDLE key;
	CK_ULONG count;

	OK(p11->C_FindObjectsInit(session, &wanted, 1));
	OK(p11->C_FindObjects(session, &key, 1, &count));
	HOLDS(count == 1);
	OK(p11->C_FindObjectsFinal(session));
	return key;
}

static void begin(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, const char *text)
{
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};

	OK(p11->C_SignInit(session, &mechanism, key));
	OK(p11->C_SignUpdate(session, (CK_BYTE *)text, strlen(text)));
}

static void end(CK_SESSION_HANDLE session, const char *text)
{
	CK_BYTE signature[512];
	CK_ULONG length = sizeof signature, i;

	OK(p11->C_SignFinal(session, signature, &length));
	printf("%s ", text);
	for (i = 0; i < length; i++)
		printf("%02x", signature[i]);
	putchar('\n');
	fflush(stdout);
}

static void login(CK_SESSION_HANDLE session)
{
	OK(p11->C_Login(session, CKU_USER, (CK_UTF8CHAR *)pin, strlen(pin)));
}

static void life_of_child(const char *state)
{
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	char text[64];

	IS(p11->C_GetSessionInfo(1, &info), CKR_CRYPTOKI_NOT_INITIALIZED);
	OK(p11->C_Initialize(NULL));
	session = open_session();
	OK(p11->C_GetSessionInfo(session, &info));
	HOLDS(info.state == CKS_RO_PUBLIC_SESSION);
	login(session);
	snprintf(text, sizeof text, "child-%d-%s", made, state);
	begin(session, private_key(session), text);
	end(session, text);
	OK(p11->C_Finalize(NULL));
	_exit(0);
}

static void fork_here(const char *state)
{
	const int states = 8;
	int i, status;
	pid_t child;

	for (i = 0; i < (children + states - 1) / states; i++) {
		made++;
		fflush(stdout);
		child = fork();
		HOLDS(child >= 0);
		if (child == 0)
			life_of_child(state);
		HOLDS(waitpid(child, &status, 0) == child);
		HOLDS(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

int main(int count, char **arguments)
{
	CK_RV (*get)(CK_FUNCTION_LIST **);
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key, found;
	CK_ULONG number;
	void *library;

	if (count != 4)
		return 2;
	library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
	HOLDS(library != NULL);
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	HOLDS(get != NULL);
	OK(get(&p11));
	pin = arguments[2];
	children = atoi(arguments[3]);

	fork_here("loaded");
	OK(p11->C_Initialize(NULL));
	fork_here("initialized");
	OK(p11->C_GetSlotList(CK_FALSE, NULL, &number));
	fork_here("listed");
	session = open_session();
	fork_here("session");
	login(session);
	fork_here("logged-in");
	OK(p11->C_FindObjectsInit(session, NULL, 0));
	OK(p11->C_FindObjects(session, &found, 1, &number));
	fork_here("searching");
	OK(p11->C_FindObjects(session, &found, 1, &number));
	HOLDS(number == 1);
	OK(p11->C_FindObjectsFinal(session));
	key = private_key(session);
	begin(session, key, "parent");
	fork_here("signing");
	end(session, "parent");
	OK(p11->C_Finalize(NULL));
	fork_here("finalized");
	HOLDS(dlclose(library) == 0);
	return 0;
}
