/*
 * A host program in the plainest form: it loads a PKCS#11 module, logs in and
 * signs, says how long each step took and what it added to this process.
 *
 * host MODULE: after each step a line "step NAME" goes out and one line is
 * awaited on the standard input, so that whoever listens can look at the card
 * meanwhile. The line after "step pin" is the PIN. Lines before a step are
 * "NAME VALUE" with values in nanoseconds, kilobytes or counts.
 *
 * It has no header of PKCS#11: the few types it needs stand here, and every
 * function is looked up by its name, as it must be exported.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <windows.h>
#else
#include <dirent.h>
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>
#endif

typedef unsigned long CK_ULONG;
typedef unsigned char CK_BYTE;
#ifdef _WIN32
#pragma pack(push, 1) /* PKCS #11 v2.40 section 2.1 */
#endif
struct attribute {
	CK_ULONG type;
	void *value;
	CK_ULONG length;
};
struct mechanism {
	CK_ULONG type;
	void *parameter;
	CK_ULONG length;
};
#ifdef _WIN32
#pragma pack(pop)
#endif

enum {
	CKF_RW_SESSION = 2,
	CKF_SERIAL_SESSION = 4,
	CKU_USER = 1,
	CKA_CLASS = 0,
	CKA_VALUE = 0x11,
	CKO_CERTIFICATE = 1,
	CKO_PRIVATE_KEY = 3,
	CKM_RSA_PKCS = 1,
	POLLS = 2000,
};

static void *library;

static void die(const char *what, CK_ULONG rv)
{
	printf("failed %s 0x%lx\n", what, rv);
	fflush(stdout);
	exit(1);
}

static void *symbol(const char *name)
{
#ifdef _WIN32
	void *found = (void *)(size_t)GetProcAddress(library, name);
#else
	void *found = dlsym(library, name);
#endif
	if (!found)
		die(name, 0);
	return found;
}

/* The function NAME, called with arguments of exactly these types. */
#define CALL(name, types, arguments)                                  \
	do {                                                          \
		CK_ULONG rv_ = ((CK_ULONG(*) types)symbol(#name))arguments; \
		if (rv_)                                              \
			die(#name, rv_);                              \
	} while (0)

static double now(void)
{
#ifdef _WIN32
	LARGE_INTEGER count, frequency;
	QueryPerformanceCounter(&count);
	QueryPerformanceFrequency(&frequency);
	return 1e9 * (double)count.QuadPart / (double)frequency.QuadPart;
#else
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
#endif
}

static void say(const char *name, double value)
{
	printf("%s %.0f\n", name, value);
}

/* Ends a step; the line that comes back goes into reply. */
static void step(const char *name, char *reply, int size)
{
	printf("step %s\n", name);
	fflush(stdout);
	if (!fgets(reply, size, stdin))
		die("input", 0);
	reply[strcspn(reply, "\r\n")] = 0;
}

/* Kilobytes of memory in use, and threads, of this process. */
static long resident(void)
{
	long pages = 0, all = 0;
#ifndef _WIN32
	FILE *statm = fopen("/proc/self/statm", "r");
	if (statm && fscanf(statm, "%ld %ld", &all, &pages) == 2)
		pages *= sysconf(_SC_PAGESIZE) / 1024;
	if (statm)
		fclose(statm);
#endif
	return all ? pages : 0;
}

static long threads(void)
{
	long count = 0;
#ifndef _WIN32
	DIR *tasks = opendir("/proc/self/task");
	while (tasks && readdir(tasks))
		count++;
	if (tasks)
		closedir(tasks);
#endif
	return count;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The first object of a class, or 0. */
static CK_ULONG find(CK_ULONG session, CK_ULONG class)
{
	struct attribute wanted = {CKA_CLASS, &class, sizeof class};
	CK_ULONG object = 0, count = 0;

	CALL(C_FindObjectsInit, (CK_ULONG, struct attribute *, CK_ULONG), (session, &wanted, 1));
	CALL(C_FindObjects, (CK_ULONG, CK_ULONG *, CK_ULONG, CK_ULONG *), (session, &object, 1, &count));
	CALL(C_FindObjectsFinal, (CK_ULONG), (session));
	return count ? object : 0;
}

static void hex(const char *name, const CK_BYTE *bytes, CK_ULONG length)
{
	CK_ULONG i;

	printf("%s ", name);
	for (i = 0; i < length; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

/* Says an object's CKA_VALUE. */
static void tell(CK_ULONG session, CK_ULONG object)
{
	CK_BYTE value[4096];
	struct attribute wanted = {CKA_VALUE, value, sizeof value};

	CALL(C_GetAttributeValue, (CK_ULONG, CK_ULONG, struct attribute *, CK_ULONG), (session, object, &wanted, 1));
	hex("certificate", value, wanted.length);
}

static void sign(CK_ULONG session, CK_ULONG key)
{
	/* DigestInfo of SHA-256 over a digest of 32 bytes 5A, RFC 8017 section 9.2. */
	static CK_BYTE text[51] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
				   0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
	struct mechanism mechanism = {CKM_RSA_PKCS, NULL, 0};
	CK_BYTE signature[512];
	CK_ULONG length = sizeof signature;
	double begun = now();

	memset(text + 19, 0x5a, 32);
	CALL(C_SignInit, (CK_ULONG, struct mechanism *, CK_ULONG), (session, &mechanism, key));
	CALL(C_Sign, (CK_ULONG, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *), (session, text, sizeof text, signature, &length));
	say("sign", now() - begun);
	hex("signature", signature, length);
}

int main(int argc, char **argv)
{
	static double polls[POLLS];
	CK_ULONG slots[64], count = 0, present = 64, session = 0, key, certificate, i;
	CK_ULONG information[8];
	char reply[64];
	void *list = NULL;
	long memory, tasks;
	double begun;

	if (argc != 2)
		die("usage: host MODULE", 0);
	now();
	memory = resident();
	tasks = threads();

	begun = now();
#ifdef _WIN32
	library = LoadLibraryA(argv[1]);
#else
	library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
#endif
	if (!library)
		die("load", 0);
	CALL(C_GetFunctionList, (void **), (&list));
	if (!list)
		die("C_GetFunctionList", 0);
	CALL(C_Initialize, (void *), (NULL));
	say("load", now() - begun);
	begun = now();
	CALL(C_GetSlotList, (CK_BYTE, CK_ULONG *, CK_ULONG *), (0, NULL, &count));
	say("first", now() - begun);
	begun = now();
	CALL(C_GetSlotList, (CK_BYTE, CK_ULONG *, CK_ULONG *), (1, slots, &present));
	say("tokens", now() - begun);
	say("memory", (double)(resident() - memory));
	say("threads", (double)(threads() - tasks));
	say("present", (double)present);
	if (!present)
		die("no token", 0);
	step("start", reply, sizeof reply);

	CALL(C_OpenSession, (CK_ULONG, CK_ULONG, void *, void *, CK_ULONG *),
	     (slots[0], CKF_SERIAL_SESSION, NULL, NULL, &session));
	say("known", find(session, CKO_CERTIFICATE) != 0);
	step("open", reply, sizeof reply);

	for (i = 0; i < POLLS; i++) {
		begun = now();
		CALL(C_GetSessionInfo, (CK_ULONG, void *), (session, information));
		polls[i] = now() - begun;
	}
	qsort(polls, POLLS, sizeof *polls, compare);
	say("roundtrip", polls[POLLS / 2]);
	step("pin", reply, sizeof reply);

	begun = now();
	CALL(C_Login, (CK_ULONG, CK_ULONG, char *, CK_ULONG), (session, CKU_USER, reply, strlen(reply)));
	memset(reply, 0, sizeof reply);
	say("login", now() - begun);
	key = find(session, CKO_PRIVATE_KEY);
	certificate = find(session, CKO_CERTIFICATE);
	if (!key || !certificate)
		die("no objects", 0);
	tell(session, certificate);
	step("login", reply, sizeof reply);
	sign(session, key);
	step("sign", reply, sizeof reply);
	sign(session, key);
	step("sign-again", reply, sizeof reply);
	CALL(C_Logout, (CK_ULONG), (session));
	CALL(C_CloseSession, (CK_ULONG), (session));
	CALL(C_Finalize, (void *), (NULL));
	step("end", reply, sizeof reply);
	return 0;
}
