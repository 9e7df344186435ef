/* The agent under Linux.
 *
 * A library must not change the process it is loaded into: the agent is not the
 * host's child, because the host may wait for any child (waitpid(-1)) or handle
 * SIGCHLD. A first process without an exit signal, which waitpid(-1) does not
 * see, starts the agent and ends; the agent is then init's (or the nearest
 * subreaper's). clone(2) with exit signal 0 would not do alone: execve(2) sets
 * the signal back to SIGCHLD.
 *
 * Both share the host's memory and stop it until the agent's program is loaded,
 * as vfork does: no page of a large host is copied, no pthread_atfork handler
 * runs. So between clone and execve nothing but system calls. */
#include "agent.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef CIENTRO_AGENT
#define CIENTRO_AGENT "/usr/bin/cientro"
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

#define STACK ((size_t)64 * 1024)
#define VARIABLES 64

extern char **environ;

/* Where the agent would lie beside the library; empty: unknown. */
static char beside[PATH_MAX];

void agent_locate(void)
{
	static const char name[] = "/cientro";
	Dl_info library;
	char *slash;

	if (beside[0] != 0)
		return;
	/* The path of any object of this library names the library. */
	if (dladdr(beside, &library) == 0 || library.dli_fname == NULL || realpath(library.dli_fname, beside) == NULL) {
		beside[0] = 0;
		return;
	}
	slash = strrchr(beside, '/');
	if (slash == NULL || (size_t)(slash - beside) + sizeof name > sizeof beside)
		beside[0] = 0;
	else
		memcpy(slash, name, sizeof name);
}

static const char *agent_path(void)
{
	struct stat file;

	if (beside[0] != 0 && stat(beside, &file) == 0 && S_ISREG(file.st_mode) && access(beside, X_OK) == 0)
		return beside;
	return CIENTRO_AGENT;
}

/* The variables that the agent gets; one that ends in _ stands for all that
 * begin so. Whatever changes how programs load or run stays out. */
static const char *const inherited[] = {
	"HOME", "XDG_", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
	"LANG", "LC_ALL", "LC_MESSAGES", "CIENTRO_HOME", "PCSCLITE_CSOCK_NAME",
};

static bool is_inherited(const char *variable)
{
	size_t i, length;

	for (i = 0; i < sizeof inherited / sizeof *inherited; i++) {
		length = strlen(inherited[i]);
		if (strncmp(variable, inherited[i], length) == 0
		    && (variable[length] == '=' || inherited[i][length - 1] == '_'))
			return true;
	}
	return false;
}

/* A host that runs with more rights than its caller hands nothing on. */
static void choose_environment(char *chosen[VARIABLES + 1])
{
	size_t count = 0;
	char **variable;

	if (environ != NULL && getauxval(AT_SECURE) == 0)
		for (variable = environ; *variable != NULL && count < VARIABLES; variable++)
			if (is_inherited(*variable))
				chosen[count++] = *variable;
	chosen[count] = NULL;
}

struct launch {
	const char *path;
	char **environment;
	int socket;
	int descriptors;
	char *stack;
	/* Written by a process that shares this memory. */
	volatile pid_t agent;
};

static void close_from(int first, int limit)
{
	if (syscall(SYS_close_range, first, ~0U, 0) != 0)
		for (; first < limit; first++)
			close(first);
}

/* Ends this process, and nothing else: no library that sits between the host and
 * its libc (a thread sanitizer does) may take a lock here that a thread of the
 * host holds, for that thread is not in this process. */
static void leave(int status)
{
	for (;;)
		syscall(SYS_exit_group, status);
}

/* In the agent's process, until its program is loaded. */
static int become_agent(void *data)
{
	const struct launch *launch = data;
	char *arguments[] = {(char *)"cientro", (char *)"agent", NULL};
	struct sigaction standard;
	sigset_t none;
	int number, socket;

	/* The handlers are the host's code: none may run here. */
	memset(&standard, 0, sizeof standard);
	standard.sa_handler = SIG_DFL;
	for (number = 1; number < NSIG; number++)
		sigaction(number, &standard, NULL);

	/* The socket may be 0, 1 or 2 where the host closed those. */
	socket = fcntl(launch->socket, F_DUPFD, 3);
	if (socket < 0 || dup2(socket, 0) != 0 || dup2(socket, 1) != 1)
		leave(126);
	close(2);
	if (open("/dev/null", O_RDWR) != 2)
		leave(126);
	close_from(3, launch->descriptors);

	/* A session of its own: Ctrl-C is meant for the host. */
	setsid();
	if (chdir("/") != 0)
		leave(126);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(launch->path, arguments, launch->environment);
	leave(127);
	return 127;
}

static int start_agent(void *data)
{
	struct launch *launch = data;

	launch->agent = clone(become_agent, launch->stack + STACK, CLONE_VM | CLONE_VFORK, launch);
	leave(launch->agent < 0);
	return 1;
}

static int descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > 1 << 20)
		return 1 << 20;
	return (int)limit.rlim_cur;
}

/* The agent's process id, or 0 where it is not known, or -1. */
static pid_t launch_agent(int socket)
{
	char *environment[VARIABLES + 1];
	struct launch launch = {.path = agent_path(), .environment = environment, .socket = socket, .descriptors = descriptor_limit()};
	sigset_t all, before;
	pid_t first, ended;
	int status = 0, failure;

	choose_environment(environment);
	launch.stack = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (launch.stack == MAP_FAILED)
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	first = clone(start_agent, launch.stack + 2 * STACK, CLONE_VM | CLONE_VFORK, &launch);
	failure = errno;
	if (first > 0)
		do
			ended = waitpid(first, &status, __WALL);
		while (ended < 0 && errno == EINTR);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	munmap(launch.stack, 2 * STACK);
	if (first < 0) {
		errno = failure;
		return -1;
	}
	return launch.agent;
}

bool agent_start(struct agent *agent)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	agent->socket = pair[0];
	agent->process = launch_agent(pair[1]);
	close(pair[1]);
	if (agent->process < 0) {
		close(pair[0]);
		return false;
	}
	return true;
}

enum sent agent_send(struct agent *agent, const void *bytes, size_t length)
{
	const char *at = bytes, *end = at + length;
	ssize_t n;

	while (at < end) {
		n = send(agent->socket, at, (size_t)(end - at), MSG_NOSIGNAL);
		if (n > 0)
			at += n;
		else if (errno != EINTR)
			return at == (const char *)bytes ? SENT_NOTHING : SENT_IN_PART;
	}
	return SENT;
}

bool agent_receive(struct agent *agent, void *bytes, size_t length)
{
	char *at = bytes, *end = at + length;
	ssize_t n;

	while (at < end) {
		n = recv(agent->socket, at, (size_t)(end - at), 0);
		if (n > 0)
			at += n;
		else if (n == 0 || errno != EINTR)
			return false;
	}
	return true;
}

void agent_limit(struct agent *agent, unsigned milliseconds)
{
	struct timeval limit = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};

	setsockopt(agent->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(agent->socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void agent_dismiss(struct agent *agent)
{
	shutdown(agent->socket, SHUT_WR);
}

void agent_cut(struct agent *agent)
{
	shutdown(agent->socket, SHUT_RDWR);
}

/* Where the host is init of its container, or a subreaper, orphans become its
 * children: this one it did not make, so it is taken from it while it ends. */
static void reap_adopted(pid_t process)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	int tries = 20;

	while (process > 0 && waitpid(process, NULL, WNOHANG | __WALL) == 0 && tries-- > 0)
		nanosleep(&moment, NULL);
}

void agent_close(struct agent *agent)
{
	close(agent->socket);
	reap_adopted(agent->process);
}
