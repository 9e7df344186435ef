/* PKCS#11 section 5.5, slot and token management functions. */
#include "call.h"

CK_RV C_GetSlotList(CK_BBOOL token_present, CK_SLOT_ID *list, CK_ULONG *count)
{
	struct call call;
	CK_ULONG i;

	call_begin(&call, WIRE_GetSlotList);
	require(&call, count != NULL);
	put_byte(&call, token_present != CK_FALSE);
	if (call.rv == CKR_OK)
		put_list_room(&call, list, *count);
	if (call_run(&call)) {
		get_list(&call, list, count);
		for (i = 0; list != NULL && call.rv == CKR_OK && !call.broken && i < *count; i++)
			library_saw_slot(list[i]);
	}
	return call_end(&call);
}

CK_RV C_GetSlotInfo(CK_SLOT_ID slot, CK_SLOT_INFO *info)
{
	struct call call;

	call_begin(&call, WIRE_GetSlotInfo);
	require(&call, info != NULL);
	put_ulong(&call, slot);
	if (call_run(&call)) {
		get_text(&call, info->slotDescription, sizeof info->slotDescription);
		get_text(&call, info->manufacturerID, sizeof info->manufacturerID);
		info->flags = get_ulong(&call);
		get_version(&call, &info->hardwareVersion);
		get_version(&call, &info->firmwareVersion);
	}
	return call_end(&call);
}

CK_RV C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	struct call call;

	call_begin(&call, WIRE_GetTokenInfo);
	require(&call, info != NULL);
	put_ulong(&call, slot);
	if (call_run(&call)) {
		get_text(&call, info->label, sizeof info->label);
		get_text(&call, info->manufacturerID, sizeof info->manufacturerID);
		get_text(&call, info->model, sizeof info->model);
		get_text(&call, info->serialNumber, sizeof info->serialNumber);
		info->flags = get_ulong(&call);
		info->ulMaxSessionCount = get_ulong(&call);
		info->ulSessionCount = get_ulong(&call);
		info->ulMaxRwSessionCount = get_ulong(&call);
		info->ulRwSessionCount = get_ulong(&call);
		info->ulMaxPinLen = get_ulong(&call);
		info->ulMinPinLen = get_ulong(&call);
		info->ulTotalPublicMemory = get_ulong(&call);
		info->ulFreePublicMemory = get_ulong(&call);
		info->ulTotalPrivateMemory = get_ulong(&call);
		info->ulFreePrivateMemory = get_ulong(&call);
		get_version(&call, &info->hardwareVersion);
		get_version(&call, &info->firmwareVersion);
		get_text(&call, info->utcTime, sizeof info->utcTime);
	}
	return call_end(&call);
}

CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved)
{
	struct call call;

	call_begin(&call, WIRE_WaitForSlotEvent);
	require(&call, slot != NULL && reserved == NULL);
	put_ulong(&call, flags);
	if (call_run(&call)) {
		*slot = get_ulong(&call);
		if (!call.broken)
			library_saw_slot(*slot);
	}
	return call_end(&call);
}

CK_RV C_GetMechanismList(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
	struct call call;

	call_begin(&call, WIRE_GetMechanismList);
	require(&call, count != NULL);
	put_ulong(&call, slot);
	if (call.rv == CKR_OK)
		put_list_room(&call, list, *count);
	if (call_run(&call))
		get_list(&call, list, count);
	return call_end(&call);
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	struct call call;

	call_begin(&call, WIRE_GetMechanismInfo);
	require(&call, info != NULL);
	put_ulong(&call, slot);
	put_ulong(&call, type);
	if (call_run(&call)) {
		info->ulMinKeySize = get_ulong(&call);
		info->ulMaxKeySize = get_ulong(&call);
		info->flags = get_ulong(&call);
	}
	return call_end(&call);
}

CK_RV C_InitToken(CK_SLOT_ID slot, CK_UTF8CHAR *pin, CK_ULONG pin_length, CK_UTF8CHAR *label)
{
	struct call call;

	call_begin(&call, WIRE_InitToken);
	require(&call, label != NULL);
	put_ulong(&call, slot);
	put_bytes(&call, pin, pin_length);
	if (call.rv == CKR_OK)
		put_blob(&call, label, sizeof((CK_TOKEN_INFO *)0)->label);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_InitPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR *pin, CK_ULONG pin_length)
{
	struct call call;

	call_begin(&call, WIRE_InitPIN);
	put_session(&call, session);
	put_bytes(&call, pin, pin_length);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_SetPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR *old, CK_ULONG old_length, CK_UTF8CHAR *pin, CK_ULONG pin_length)
{
	struct call call;

	call_begin(&call, WIRE_SetPIN);
	put_session(&call, session);
	put_bytes(&call, old, old_length);
	put_bytes(&call, pin, pin_length);
	call_run(&call);
	return call_end(&call);
}
