/* PKCS#11 section 5.4, general-purpose functions, but for the function lists. */
#include "call.h"

/* Section 5.4.1: all or none of the callbacks, and no locking but by callbacks
 * only if the library can do so. This one locks with the system's primitives. */
CK_RV C_Initialize(void *arguments)
{
	const CK_C_INITIALIZE_ARGS *given = arguments;
	int callbacks;

	if (given == NULL)
		return library_initialize();
	callbacks = (given->CreateMutex != NULL) + (given->DestroyMutex != NULL) + (given->LockMutex != NULL) + (given->UnlockMutex != NULL);
	if (given->pReserved != NULL || (callbacks != 0 && callbacks != 4))
		return CKR_ARGUMENTS_BAD;
	if (callbacks == 4 && (given->flags & CKF_OS_LOCKING_OK) == 0)
		return CKR_CANT_LOCK;
	return library_initialize();
}

CK_RV C_Finalize(void *reserved)
{
	if (reserved != NULL)
		return CKR_ARGUMENTS_BAD;
	return library_finalize();
}

CK_RV C_GetInfo(CK_INFO *info)
{
	struct call call;

	call_begin(&call, WIRE_GetInfo);
	require(&call, info != NULL);
	if (call_run(&call)) {
		get_version(&call, &info->cryptokiVersion);
		get_text(&call, info->manufacturerID, sizeof info->manufacturerID);
		info->flags = get_ulong(&call);
		get_text(&call, info->libraryDescription, sizeof info->libraryDescription);
		get_version(&call, &info->libraryVersion);
	}
	return call_end(&call);
}
