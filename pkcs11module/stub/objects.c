/* PKCS#11 section 5.7, object management functions. */
#include "call.h"

CK_RV C_CreateObject(CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_HANDLE *object)
{
	struct call call;

	call_begin(&call, WIRE_CreateObject);
	require(&call, attributes != NULL && object != NULL);
	put_session(&call, session);
	put_template(&call, attributes, count);
	if (call_run(&call))
		*object = get_ulong(&call);
	return call_end(&call);
}

CK_RV C_CopyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes, CK_ULONG count, CK_OBJECT_HANDLE *copy)
{
	struct call call;

	call_begin(&call, WIRE_CopyObject);
	require(&call, copy != NULL);
	put_session(&call, session);
	put_ulong(&call, object);
	put_template(&call, attributes, count);
	if (call_run(&call))
		*copy = get_ulong(&call);
	return call_end(&call);
}

CK_RV C_DestroyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	struct call call;

	call_begin(&call, WIRE_DestroyObject);
	put_session(&call, session);
	put_ulong(&call, object);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_GetObjectSize(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ULONG *size)
{
	struct call call;

	call_begin(&call, WIRE_GetObjectSize);
	require(&call, size != NULL);
	put_session(&call, session);
	put_ulong(&call, object);
	if (call_run(&call))
		*size = get_ulong(&call);
	return call_end(&call);
}

CK_RV C_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	struct call call;

	call_begin(&call, WIRE_GetAttributeValue);
	put_session(&call, session);
	put_ulong(&call, object);
	put_attribute_rooms(&call, attributes, count);
	if (call_run(&call))
		get_attributes(&call, attributes, count);
	return call_end(&call);
}

CK_RV C_SetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	struct call call;

	call_begin(&call, WIRE_SetAttributeValue);
	require(&call, attributes != NULL);
	put_session(&call, session);
	put_ulong(&call, object);
	put_template(&call, attributes, count);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
	struct call call;

	call_begin(&call, WIRE_FindObjectsInit);
	put_session(&call, session);
	put_template(&call, attributes, count);
	call_run(&call);
	return call_end(&call);
}

CK_RV C_FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG most, CK_ULONG *count)
{
	CK_ULONG found = most;
	struct call call;

	call_begin(&call, WIRE_FindObjects);
	require(&call, count != NULL && (objects != NULL || most == 0));
	put_session(&call, session);
	put_list_room(&call, objects, most);
	if (call_run(&call)) {
		get_list(&call, objects, &found);
		/* There is no asking for the number of objects. */
		if (call.rv == CKR_BUFFER_TOO_SMALL || found > most)
			call_break(&call);
		if (!call.broken)
			*count = found;
	}
	return call_end(&call);
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE session)
{
	struct call call;

	call_begin(&call, WIRE_FindObjectsFinal);
	put_session(&call, session);
	call_run(&call);
	return call_end(&call);
}
