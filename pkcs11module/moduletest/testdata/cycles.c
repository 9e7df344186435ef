/* A host that loads, uses and unloads the library over and over: cycles LIBRARY
 * PIN COUNT. Every tenth time it logs in. Prints by how many kilobytes its
 * memory grew. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int cycle;

static void check(int line, CK_RV rv)
{
	if (rv == CKR_OK)
		return;
	fprintf(stderr, "line %d: 0x%lx, cycle %d\n", line, rv, cycle);
	_exit(1);
}
#define OK(call) check(__LINE__, call)
#define HOLDS(condition) check(__LINE__, (condition) ? CKR_OK : CKR_GENERAL_ERROR)

static int entries(const char *path)
{
	DIR *directory = opendir(path);
	int count = 0;

	HOLDS(directory != NULL);
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

static long resident(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	HOLDS(file != NULL && fscanf(file, "%*d %ld", &pages) == 1);
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* A busy machine may show its readers later than at the first call. */
static void log_in(CK_FUNCTION_LIST *p11, const char *pin)
{
	struct timespec pause = {0, 20000000};
	CK_SESSION_HANDLE session;
	CK_ULONG number = 0;
	CK_SLOT_ID slot;
	int i;

	for (i = 0; number == 0 && i < 1000; i++) {
		number = 1;
		OK(p11->C_GetSlotList(CK_TRUE, &slot, &number));
		if (number == 0)
			nanosleep(&pause, NULL);
	}
	HOLDS(number == 1);
	OK(p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session));
	OK(p11->C_Login(session, CKU_USER, (CK_UTF8CHAR *)pin, strlen(pin)));
}

static void once(const char *path, const char *pin)
{
	CK_RV (*get)(CK_FUNCTION_LIST **);
	CK_FUNCTION_LIST *p11;
	CK_ULONG count;
	void *library;

	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	HOLDS(library != NULL);
	*(void **)&get = dlsym(library, "C_GetFunctionList");
	HOLDS(get != NULL);
	OK(get(&p11));
	OK(p11->C_Initialize(NULL));
	if (cycle % 2 == 0) /* else no agent is needed */
		OK(p11->C_GetSlotList(CK_FALSE, NULL, &count));
	if (cycle % 10 == 0)
		log_in(p11, pin);
	if (cycle % 20 != 0) /* else it just unloads */
		OK(p11->C_Finalize(NULL));
	HOLDS(dlclose(library) == 0);
}

int main(int count, char **arguments)
{
	int cycles, descriptors = 0, threads = 0;
	long memory = 0;

	if (count != 4)
		return 2;
	cycles = atoi(arguments[3]);
	for (cycle = -20; cycle < cycles; cycle++) {
		if (cycle == 0) {
			descriptors = entries("/proc/self/fd");
			threads = entries("/proc/self/task");
			memory = resident();
		}
		once(arguments[1], arguments[2]);
	}
	HOLDS(entries("/proc/self/fd") == descriptors);
	HOLDS(entries("/proc/self/task") == threads);
	HOLDS(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	printf("%ld\n", resident() - memory);
	return 0;
}
