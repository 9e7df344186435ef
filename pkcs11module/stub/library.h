/* The state of the library in its host: whether it is initialized, the
 * connection to the agent, and what an agent that follows must know. */
#ifndef CIENTRO_LIBRARY_H
#define CIENTRO_LIBRARY_H

#include "connection.h"

/* C_Initialize and C_Finalize. */
CK_RV library_initialize(void);
CK_RV library_finalize(void);
bool library_is_initialized(void);

/* Every other call begins here: CKR_CRYPTOKI_NOT_INITIALIZED, or CKR_OK and the
 * connection if there is one, which the call then holds. */
CK_RV library_enter(struct connection **held);

/* Exchanges the held connection, if it is none or lost, for one that is ready:
 * starts an agent where there is none. */
CK_RV library_connect(struct connection **held);

/* Gives a held connection back; NULL is none. */
void library_leave(struct connection *held);

/* Notes what was given out. */
void library_saw_session(CK_SESSION_HANDLE session);
void library_saw_slot(CK_SLOT_ID slot);

#endif
