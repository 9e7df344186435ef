/* A lock and a condition: POSIX threads, or Windows' slim ones. The library has
 * no thread of its own; these order the host's. */
#ifndef CIENTRO_LOCK_H
#define CIENTRO_LOCK_H

#include <stdint.h>

#ifdef _WIN32

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

typedef SRWLOCK lock;
typedef CONDITION_VARIABLE condition;

#define LOCK_INITIALIZER SRWLOCK_INIT
#define CONDITION_INITIALIZER CONDITION_VARIABLE_INIT

static inline void lock_init(lock *l) { InitializeSRWLock(l); }
static inline void lock_destroy(lock *l) { (void)l; }
static inline void lock_take(lock *l) { AcquireSRWLockExclusive(l); }
static inline void lock_drop(lock *l) { ReleaseSRWLockExclusive(l); }

static inline void condition_init(condition *c) { InitializeConditionVariable(c); }
static inline void condition_destroy(condition *c) { (void)c; }
static inline void condition_signal(condition *c) { WakeAllConditionVariable(c); }

/* Milliseconds on a clock that nobody sets. */
static inline uint64_t clock_now(void) { return GetTickCount64(); }

/* Waits for a signal, or until the deadline on that clock (0: for ever). May
 * return early: ask again. */
static inline void condition_wait(condition *c, lock *l, uint64_t deadline)
{
	DWORD wait = INFINITE;
	uint64_t now;

	if (deadline != 0) {
		now = clock_now();
		wait = deadline > now ? (DWORD)(deadline - now) : 0;
	}
	SleepConditionVariableSRW(c, l, wait, 0);
}

#else

#include <pthread.h>
#include <time.h>

typedef pthread_mutex_t lock;
typedef pthread_cond_t condition;

#define LOCK_INITIALIZER PTHREAD_MUTEX_INITIALIZER
#define CONDITION_INITIALIZER PTHREAD_COND_INITIALIZER

static inline void lock_init(lock *l) { pthread_mutex_init(l, NULL); }
static inline void lock_destroy(lock *l) { pthread_mutex_destroy(l); }
static inline void lock_take(lock *l) { pthread_mutex_lock(l); }
static inline void lock_drop(lock *l) { pthread_mutex_unlock(l); }

static inline void condition_init(condition *c)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
#ifndef __APPLE__
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
#endif
	pthread_cond_init(c, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static inline void condition_destroy(condition *c) { pthread_cond_destroy(c); }
static inline void condition_signal(condition *c) { pthread_cond_broadcast(c); }

/* Milliseconds on the clock that conditions wait by. */
static inline uint64_t clock_now(void)
{
	struct timespec now;

#ifdef __APPLE__
	clock_gettime(CLOCK_REALTIME, &now);
#else
	clock_gettime(CLOCK_MONOTONIC, &now);
#endif
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Waits for a signal, or until the deadline on that clock (0: for ever). May
 * return early: ask again. */
static inline void condition_wait(condition *c, lock *l, uint64_t deadline)
{
	struct timespec until;

	if (deadline == 0) {
		pthread_cond_wait(c, l);
		return;
	}
	until.tv_sec = (time_t)(deadline / 1000);
	until.tv_nsec = (long)(deadline % 1000) * 1000000;
	pthread_cond_timedwait(c, l, &until);
}

#endif
#endif
