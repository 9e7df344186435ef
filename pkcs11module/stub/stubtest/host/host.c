#include "host.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *library_path;
CK_FUNCTION_LIST *p11;
static void *library;

void fail(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s:%d: ", file, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	_exit(1);
}

void *symbol(const char *name)
{
	void *found = dlsym(library, name);

	if (found == NULL)
		fail(__FILE__, __LINE__, "%s", dlerror());
	return found;
}

void load(void)
{
	CK_RV (*get)(CK_FUNCTION_LIST **);

	library = dlopen(library_path, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		fail(__FILE__, __LINE__, "%s", dlerror());
	*(void **)&get = symbol("C_GetFunctionList");
	CHECK_OK(get(&p11));
}

void unload(void)
{
	CHECK(dlclose(library) == 0);
}

CK_SLOT_ID first_token(void)
{
	CK_SLOT_ID slots[16];
	CK_ULONG count = 16;

	CHECK_OK(p11->C_GetSlotList(CK_TRUE, slots, &count));
	CHECK(count >= 1);
	return slots[0];
}

CK_SESSION_HANDLE open_session(void)
{
	CK_SESSION_HANDLE session;

	CHECK_OK(p11->C_OpenSession(first_token(), CKF_SERIAL_SESSION, NULL, NULL, &session));
	CHECK(session != CK_INVALID_HANDLE);
	return session;
}

void login(CK_SESSION_HANDLE session)
{
	CK_RV rv = p11->C_Login(session, CKU_USER, (CK_UTF8CHAR *)PIN, sizeof PIN - 1);

	if (rv != CKR_USER_ALREADY_LOGGED_IN)
		CHECK_OK(rv);
}

CK_OBJECT_HANDLE private_key(CK_SESSION_HANDLE session)
{
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
	CK_OBJECT_HANDLE key;
	CK_ULONG count;

	CHECK_OK(p11->C_FindObjectsInit(session, &wanted, 1));
	CHECK_OK(p11->C_FindObjects(session, &key, 1, &count));
	CHECK_OK(p11->C_FindObjectsFinal(session));
	CHECK(count == 1);
	return key;
}

void sign(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE signature[512];
	CK_ULONG length = sizeof signature;

	CHECK_OK(p11->C_SignInit(session, &mechanism, key));
	CHECK_OK(p11->C_Sign(session, (CK_BYTE *)"text", 4, signature, &length));
	CHECK(length > 0 && length <= sizeof signature);
}

void whole_life(void)
{
	CK_SESSION_HANDLE session;

	CHECK_OK(p11->C_Initialize(NULL));
	session = open_session();
	login(session);
	sign(session, private_key(session));
	CHECK_OK(p11->C_Logout(session));
	CHECK_OK(p11->C_CloseSession(session));
	CHECK_OK(p11->C_Finalize(NULL));
}

static FILE *open_at_home(const char *name)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", getenv("CIENTRO_HOME"), name);
	return fopen(path, "r");
}

pid_t agent_pid(void)
{
	FILE *file = open_at_home("agent.pid");
	int process = 0;

	CHECK(file != NULL);
	CHECK(fscanf(file, "%d", &process) == 1 && process > 1);
	fclose(file);
	return process;
}

/* A zombie, which init has yet to see, is dead once its last thread is: only
 * then its descriptors are closed. */
int is_alive(pid_t process)
{
	char path[64], state = 0;
	long threads = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%*d (%*[^)]) %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld", &state, &threads) != 2)
		state = 'X';
	fclose(file);
	return (state != 'Z' && state != 'X') || threads > 1;
}

void nap(int milliseconds)
{
	struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};

	while (nanosleep(&time, &time) != 0 && errno == EINTR)
		;
}

void wait_gone(pid_t process)
{
	int i;

	for (i = 0; i < 2000 && is_alive(process); i++)
		nap(1);
	CHECK(!is_alive(process));
}

/* SIGSTOP reaches a thread when it next leaves the kernel. */
static int is_stopped(pid_t process)
{
	char path[300], state = 0;
	struct dirent *entry;
	int running = 0;
	DIR *tasks;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/task", (int)process);
	tasks = opendir(path);
	CHECK(tasks != NULL);
	while ((entry = readdir(tasks)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/proc/%d/task/%.16s/stat", (int)process, entry->d_name);
		file = fopen(path, "r");
		if (file == NULL)
			continue;
		running += fscanf(file, "%*d (%*[^)]) %c", &state) == 1 && state != 'T';
		fclose(file);
	}
	closedir(tasks);
	return !running;
}

void stop(pid_t process)
{
	CHECK(kill(process, SIGSTOP) == 0);
	while (!is_stopped(process))
		nap(1);
}

int rounds(int most)
{
	const char *wanted = getenv("ROUNDS");

	return wanted != NULL ? atoi(wanted) : most;
}

static int entries(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int count = 0;

	CHECK(directory != NULL);
	while ((entry = readdir(directory)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(directory);
	return count;
}

int open_descriptors(void)
{
	return entries("/proc/self/fd");
}

int open_sockets(void)
{
	char path[64], target[16];
	int number, count = 0;

	for (number = 0; number < 1024; number++) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", number);
		count += readlink(path, target, sizeof target) > 7 && memcmp(target, "socket:", 7) == 0;
	}
	return count;
}

int threads(void)
{
	return entries("/proc/self/task");
}

long resident_kilobytes(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	CHECK(file != NULL && fscanf(file, "%*d %ld", &pages) == 1);
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

pid_t in_child(void (*what)(void))
{
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		what();
		exit(0);
	}
	return child;
}

void join(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail(__FILE__, __LINE__, "child ended with status 0x%x", (unsigned)status);
}

#define SCENARIOS(S) \
	S(lists) S(uninitialized) S(initialize) S(null_arguments) S(lengths) S(attributes) S(sessions) S(bulk) \
	S(forks) S(fork_storm) S(bare_clone) \
	S(quiet_parent) S(sigpipe) S(death_between) S(death_in_flight) S(death_in_login) S(hung_agent) S(missing_agent) \
	S(untouched) S(cycles) S(dropped) S(closed_standard) S(left_behind) S(child_sleeps) \
	S(slot_event) S(slot_event_death) S(parallel) S(one_initialize) S(finalize_races) S(signals) S(latency)

#define DECLARE(name) void name(void);
SCENARIOS(DECLARE)

static const struct {
	const char *name;
	void (*run)(void);
} scenarios[] = {
#define ROW(name) {#name, name},
	SCENARIOS(ROW)
};

int main(int count, char **arguments)
{
	size_t i;

	if (count != 3)
		fail(__FILE__, __LINE__, "usage: host LIBRARY SCENARIO");
	library_path = arguments[1];
	for (i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
		if (strcmp(arguments[2], scenarios[i].name) == 0) {
			scenarios[i].run();
			return 0;
		}
	fail(__FILE__, __LINE__, "no scenario %s", arguments[2]);
}
