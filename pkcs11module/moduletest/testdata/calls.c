/* Calls that the Go bindings cannot make: calls LIBRARY PIN. */
#include <dlfcn.h>
#include "../../stub/cryptoki.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void check(int line, CK_RV rv, CK_RV want)
{
	if (rv == want)
		return;
	fprintf(stderr, "line %d: 0x%lx, want 0x%lx\n", line, rv, want);
	_exit(1);
}
#define IS(call, want) check(__LINE__, call, want)
#define OK(call) check(__LINE__, call, CKR_OK)
#define HOLDS(condition) check(__LINE__, (condition) ? CKR_OK : CKR_GENERAL_ERROR, CKR_OK)

/* CKF_FIND_OBJECTS of version 3.0. */
#define FIND_OBJECTS 0x40UL

int main(int count, char **arguments)
{
	CK_RV (*get)(CK_UTF8CHAR *, CK_VERSION *, CK_INTERFACE **, CK_FLAGS);
	CK_UTF8CHAR *pin;
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
	CK_BYTE signature[512];
	CK_RV (*login_user)(CK_SESSION_HANDLE, CK_USER_TYPE, CK_UTF8CHAR *, CK_ULONG, CK_UTF8CHAR *, CK_ULONG);
	CK_RV (*session_cancel)(CK_SESSION_HANDLE, CK_FLAGS);
	CK_FUNCTION_LIST *p11; /* the beginning of the later list */
	CK_SESSION_HANDLE session;
	CK_SESSION_INFO info;
	CK_OBJECT_HANDLE key;
	CK_INTERFACE *interface;
	CK_SLOT_ID slot;
	CK_ULONG number = 1, length;
	void *library;

	if (count != 3)
		return 2;
	pin = (CK_UTF8CHAR *)arguments[2];
	library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
	HOLDS(library != NULL);
	*(void **)&get = dlsym(library, "C_GetInterface");
	HOLDS(get != NULL);
	*(void **)&login_user = dlsym(library, "C_LoginUser");
	*(void **)&session_cancel = dlsym(library, "C_SessionCancel");
	HOLDS(login_user != NULL && session_cancel != NULL);
	OK(get(NULL, NULL, &interface, 0));
	p11 = interface->pFunctionList;
	HOLDS(p11->version.major == 3);
	OK(p11->C_Initialize(NULL));
	OK(p11->C_GetSlotList(CK_TRUE, &slot, &number));
	HOLDS(number == 1);
	OK(p11->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session));

	/* No PIN at all: a reader's own keypad, which a CIE's has not. */
	IS(p11->C_Login(session, CKU_USER, NULL, 0), CKR_PIN_INCORRECT);
	IS(login_user(session, CKU_USER, NULL, 0, NULL, 0), CKR_PIN_INCORRECT);
	IS(login_user(session, CKU_SO, pin, 8, NULL, 0), CKR_USER_TYPE_INVALID);
	IS(session_cancel(session, CKF_SIGN | FIND_OBJECTS), CKR_OK);
	IS(session_cancel(session + 1000, CKF_SIGN), CKR_SESSION_HANDLE_INVALID);

	/* EXT-M-1: C_LoginUser as C_Login, without a name. */
	OK(login_user(session, CKU_USER, pin, 8, NULL, 0));
	OK(p11->C_GetSessionInfo(session, &info));
	HOLDS(info.state == CKS_RO_USER_FUNCTIONS);
	IS(login_user(session, CKU_USER, pin, 8, NULL, 0), CKR_USER_ALREADY_LOGGED_IN);

	OK(p11->C_FindObjectsInit(session, &wanted, 1));
	OK(p11->C_FindObjects(session, &key, 1, &number));
	HOLDS(number == 1);
	OK(session_cancel(session, FIND_OBJECTS));
	IS(p11->C_FindObjects(session, &key, 1, &number), CKR_OPERATION_NOT_INITIALIZED);
	OK(p11->C_SignInit(session, &mechanism, key));
	OK(session_cancel(session, CKF_SIGN));
	length = sizeof signature;
	IS(p11->C_Sign(session, (CK_BYTE *)"text", 4, signature, &length), CKR_OPERATION_NOT_INITIALIZED);
	OK(p11->C_SignInit(session, &mechanism, key));
	OK(p11->C_SignInit(session, NULL, key)); /* 3.0: the same */
	IS(p11->C_SignFinal(session, signature, &length), CKR_OPERATION_NOT_INITIALIZED);

	/* Buffers: to ask for the length costs the card nothing and ends nothing. */
	OK(p11->C_SignInit(session, &mechanism, key));
	OK(p11->C_Sign(session, (CK_BYTE *)"text", 4, NULL, &length));
	HOLDS(length == 256);
	length = 255;
	IS(p11->C_Sign(session, (CK_BYTE *)"text", 4, signature, &length), CKR_BUFFER_TOO_SMALL);
	HOLDS(length == 256);
	OK(p11->C_Sign(session, (CK_BYTE *)"text", 4, signature, &length));
	HOLDS(length == 256);
	IS(p11->C_Sign(session, (CK_BYTE *)"text", 4, signature, &length), CKR_OPERATION_NOT_INITIALIZED);
	OK(p11->C_Logout(session));
	OK(p11->C_Finalize(NULL));
	HOLDS(dlclose(library) == 0);
	return 0;
}
