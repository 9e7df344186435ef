/* Stands in for the agent: writes down what it was started with, and ends. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void links(FILE *out)
{
	char path[64], target[256];
	ssize_t length;
	int fd;

	for (fd = 0; fd < 1024; fd++) {
		if (fd == fileno(out))
			continue;
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		length = readlink(path, target, sizeof target - 1);
		if (length > 0)
			fprintf(out, "fd %d %.*s\n", fd, (int)length, target);
	}
}

int main(int count, char **arguments)
{
	const char *home = getenv("CIENTRO_HOME");
	struct sigaction action;
	char path[4096];
	sigset_t mask;
	FILE *out;
	int i;

	snprintf(path, sizeof path, "%s/surroundings", home != NULL ? home : "/nowhere");
	out = fopen(path, "w");
	if (out == NULL)
		return 1;
	for (i = 0; i < count; i++)
		fprintf(out, "argument %s\n", arguments[i]);
	for (i = 0; environ[i] != NULL; i++)
		fprintf(out, "variable %.*s\n", (int)strcspn(environ[i], "="), environ[i]);
	fprintf(out, "directory %s\n", getcwd(path, sizeof path));
	fprintf(out, "leader %d\n", getsid(0) == getpid());
	fprintf(out, "orphan %d\n", getppid() == 1);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (i = 1; i <= 64; i++) {
		if (sigismember(&mask, i) == 1)
			fprintf(out, "blocked %d\n", i);
		if (sigaction(i, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
			fprintf(out, "disposed %d\n", i);
	}
	links(out);
	fclose(out);
	return 0;
}
