/* PKCS#11 section 5.6, session management functions. */
#include "call.h"

/* A call about a session alone, without results. */
static CK_RV about_session(enum wire_call id, CK_SESSION_HANDLE session)
{
	struct call call;

	call_begin(&call, id);
	put_session(&call, session);
	call_run(&call);
	return call_end(&call);
}

/* The notification callback would have to come from the agent; no version of
 * the wire has one, and the standard lets a token never call it. */
CK_RV C_OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
	struct call call;

	(void)application;
	(void)notify;
	call_begin(&call, WIRE_OpenSession);
	require(&call, session != NULL);
	if ((flags & CKF_SERIAL_SESSION) == 0)
		call_fail(&call, CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	put_ulong(&call, slot);
	put_ulong(&call, flags);
	if (call_run(&call))
		*session = get_session(&call);
	return call_end(&call);
}

CK_RV C_CloseSession(CK_SESSION_HANDLE session)
{
	return about_session(WIRE_CloseSession, session);
}

CK_RV C_CloseAllSessions(CK_SLOT_ID slot)
{
	struct call call;

	call_begin(&call, WIRE_CloseAllSessions);
	put_ulong(&call, slot);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_GetSessionInfo(CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
	struct call call;

	call_begin(&call, WIRE_GetSessionInfo);
	require(&call, info != NULL);
	put_session(&call, session);
	if (call_run(&call)) {
		info->slotID = get_ulong(&call);
		info->state = get_ulong(&call);
		info->flags = get_ulong(&call);
		info->ulDeviceError = get_ulong(&call);
	}
	return call_end(&call);
}

CK_RV C_GetOperationState(CK_SESSION_HANDLE session, CK_BYTE *state, CK_ULONG *length)
{
	struct call call;

	call_begin(&call, WIRE_GetOperationState);
	put_session(&call, session);
	put_room(&call, state, length);
	if (call_run(&call))
		get_buffer(&call, state, length);
	return call_end(&call);
}

CK_RV C_SetOperationState(CK_SESSION_HANDLE session, CK_BYTE *state, CK_ULONG length, CK_OBJECT_HANDLE encryption, CK_OBJECT_HANDLE authentication)
{
	struct call call;

	call_begin(&call, WIRE_SetOperationState);
	require(&call, state != NULL);
	put_session(&call, session);
	put_bytes(&call, state, length);
	put_ulong(&call, encryption);
	put_ulong(&call, authentication);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG length)
{
	struct call call;

	call_begin(&call, WIRE_Login);
	put_session(&call, session);
	put_ulong(&call, user);
	put_bytes(&call, pin, length);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_LoginUser(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG length, CK_UTF8CHAR *name, CK_ULONG name_length)
{
	struct call call;

	call_begin(&call, WIRE_LoginUser);
	put_session(&call, session);
	put_ulong(&call, user);
	put_bytes(&call, pin, length);
	put_bytes(&call, name, name_length);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_Logout(CK_SESSION_HANDLE session)
{
	return about_session(WIRE_Logout, session);
}

CK_RV C_SessionCancel(CK_SESSION_HANDLE session, CK_FLAGS flags)
{
	struct call call;

	call_begin(&call, WIRE_SessionCancel);
	put_session(&call, session);
	put_ulong(&call, flags);
	call_run(&call);
	return call_end(&call);
}

/* Section 5.21: nothing runs in parallel with the application any more. */
static CK_RV not_parallel(void)
{
	return library_is_initialized() ? CKR_FUNCTION_NOT_PARALLEL : CKR_CRYPTOKI_NOT_INITIALIZED;
}

CK_RV C_GetFunctionStatus(CK_SESSION_HANDLE session)
{
	(void)session;
	return not_parallel();
}

CK_RV C_CancelFunction(CK_SESSION_HANDLE session)
{
	(void)session;
	return not_parallel();
}
