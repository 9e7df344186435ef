/* Stands in for clone(2) under sanitizers, which lose track of threads when a
 * child runs in the parent's memory. No pthread_atfork handler runs. */
#include <sys/types.h>
#include <unistd.h>

int plain_fork(int (*run)(void *), void *stack, int flags, void *data);

int plain_fork(int (*run)(void *), void *stack, int flags, void *data)
{
	pid_t child = _Fork();

	(void)stack;
	(void)flags;
	if (child == 0)
		_exit(run(data));
	return child;
}
