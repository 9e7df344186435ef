/* A host of the PKCS#11 library: a program that loads it as a browser does and
 * judges what it sees. Used with any agent whose token takes PIN and can sign
 * with CKM_SHA256_RSA_PKCS; the agent writes its process id to
 * $CIENTRO_HOME/agent.pid when it starts. */
#ifndef HOST_H
#define HOST_H

#include "../../cryptoki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define PIN "41739628"

/* Says where and what, and ends the program. */
void fail(const char *file, int line, const char *format, ...) __attribute__((noreturn, format(printf, 3, 4)));

#define CHECK(holds) \
	do { \
		if (!(holds)) \
			fail(__FILE__, __LINE__, "%s", #holds); \
	} while (0)

#define CHECK_RV(call, expected) \
	do { \
		CK_RV rv_ = (call); \
		if (rv_ != (expected)) \
			fail(__FILE__, __LINE__, "%s is 0x%lx, not 0x%lx", #call, rv_, (CK_RV)(expected)); \
	} while (0)

#define CHECK_OK(call) CHECK_RV(call, CKR_OK)

/* The library under test and its functions. */
extern const char *library_path;
extern CK_FUNCTION_LIST *p11;
void load(void);
void unload(void);
void *symbol(const char *name);

CK_SLOT_ID first_token(void);
CK_SESSION_HANDLE open_session(void);
void login(CK_SESSION_HANDLE session);
CK_OBJECT_HANDLE private_key(CK_SESSION_HANDLE session);
void sign(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key);

/* From C_Initialize to C_Finalize, with a login and a signature. */
void whole_life(void);

/* Of the agent last started. */
pid_t agent_pid(void);
int is_alive(pid_t process);
void wait_gone(pid_t process);
/* Stops each of its threads. */
void stop(pid_t process);
void nap(int milliseconds);

/* How often a scenario repeats itself: $ROUNDS, or so many times. */
int rounds(int most);

/* What a library may leave behind. */
int open_descriptors(void);
int open_sockets(void);
int threads(void);
long resident_kilobytes(void);

/* A process that runs a function; its failure is the caller's. */
pid_t in_child(void (*what)(void));
void join(pid_t child);

#endif
