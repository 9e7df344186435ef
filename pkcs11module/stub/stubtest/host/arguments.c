/* What the library answers by itself, and how it hands over lengths. */
#include "host.h"

void lists(void)
{
	CK_RV (*get_list)(CK_INTERFACE *, CK_ULONG *);
	CK_RV (*get)(CK_UTF8CHAR *, CK_VERSION *, CK_INTERFACE **, CK_FLAGS);
	CK_RV (*get_functions)(CK_FUNCTION_LIST **);
	CK_INTERFACE offered[4], *one;
	CK_VERSION version = {2, 40};
	CK_ULONG count = 0;

	load();
	*(void **)&get_list = symbol("C_GetInterfaceList");
	*(void **)&get = symbol("C_GetInterface");
	*(void **)&get_functions = symbol("C_GetFunctionList");
	CHECK_RV(get_functions(NULL), CKR_ARGUMENTS_BAD);
	CHECK(p11->version.major == 2 && p11->version.minor == 40);
	CHECK((void *)p11->C_Sign == symbol("C_Sign") && (void *)p11->C_WaitForSlotEvent == symbol("C_WaitForSlotEvent"));

	CHECK_RV(get_list(NULL, NULL), CKR_ARGUMENTS_BAD);
	CHECK_OK(get_list(NULL, &count));
	CHECK(count == 2);
	count = 1;
	CHECK_RV(get_list(offered, &count), CKR_BUFFER_TOO_SMALL);
	CHECK(count == 2);
	count = 4;
	CHECK_OK(get_list(offered, &count));
	CHECK(count == 2 && offered[0].flags == 0);
	CHECK(strcmp((char *)offered[1].pInterfaceName, "PKCS 11") == 0 && offered[1].pFunctionList == p11);

	CHECK_RV(get(NULL, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
	CHECK_OK(get(NULL, NULL, &one, 0));
	CHECK(((CK_VERSION *)one->pFunctionList)->major == 3 && ((CK_VERSION *)one->pFunctionList)->minor == 0);
	CHECK_OK(get((CK_UTF8CHAR *)"PKCS 11", &version, &one, 0));
	CHECK(one->pFunctionList == p11);
	version.minor = 41;
	CHECK_RV(get((CK_UTF8CHAR *)"PKCS 11", &version, &one, 0), CKR_ARGUMENTS_BAD);
	CHECK_RV(get((CK_UTF8CHAR *)"PKCS 12", NULL, &one, 0), CKR_ARGUMENTS_BAD);
	CHECK_RV(get(NULL, NULL, &one, CKF_INTERFACE_FORK_SAFE), CKR_ARGUMENTS_BAD);

	/* The members after the 2.40 list, in the order of the standard. */
	CHECK_OK(get(NULL, NULL, &one, 0));
	{
		static const char *const added[] = {
			"C_GetInterfaceList", "C_GetInterface", "C_LoginUser", "C_SessionCancel", "C_MessageEncryptInit", "C_EncryptMessage",
			"C_EncryptMessageBegin", "C_EncryptMessageNext", "C_MessageEncryptFinal", "C_MessageDecryptInit", "C_DecryptMessage",
			"C_DecryptMessageBegin", "C_DecryptMessageNext", "C_MessageDecryptFinal", "C_MessageSignInit", "C_SignMessage",
			"C_SignMessageBegin", "C_SignMessageNext", "C_MessageSignFinal", "C_MessageVerifyInit", "C_VerifyMessage",
			"C_VerifyMessageBegin", "C_VerifyMessageNext", "C_MessageVerifyFinal",
		};
		void *const *members = (void *const *)((char *)one->pFunctionList + sizeof(CK_FUNCTION_LIST));
		size_t i;

		for (i = 0; i < sizeof added / sizeof *added; i++)
			if (members[i] != symbol(added[i]))
				fail(__FILE__, __LINE__, "%s is not where 3.0 wants it", added[i]);
	}
	unload();
}

/* Any function, called with zeros, which no function takes more of. */
typedef CK_RV (*any)(CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG);

static CK_RV call_with_zeros(any function)
{
	return function(0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/* The message functions, all 20, which this library answers by itself. */
static void check_message_functions(CK_RV expected)
{
	CK_RV (*get)(CK_UTF8CHAR *, CK_VERSION *, CK_INTERFACE **, CK_FLAGS);
	CK_INTERFACE *newest;
	any *functions;
	int i;

	*(void **)&get = symbol("C_GetInterface");
	CHECK_OK(get(NULL, NULL, &newest, 0));
	functions = (any *)((char *)newest->pFunctionList + sizeof(CK_FUNCTION_LIST));
	for (i = 4; i < 24; i++)
		CHECK_RV(call_with_zeros(functions[i]), expected);
}

/* Every function of the 2.40 list but the first four, called with zeros: each
 * looks at the state before anything else. */
void uninitialized(void)
{
	any *functions;
	size_t i, count;

	load();
	functions = (any *)((char *)p11 + sizeof(void *));
	count = sizeof(CK_FUNCTION_LIST) / sizeof(void *) - 1;
	CHECK(count == 68);
	for (i = 1; i < count; i++) {
		CK_RV rv;

		if (i == 3) /* C_GetFunctionList */
			continue;
		rv = call_with_zeros(functions[i]);
		if (rv != CKR_CRYPTOKI_NOT_INITIALIZED)
			fail(__FILE__, __LINE__, "function %zu is 0x%lx", i, rv);
	}
	check_message_functions(CKR_CRYPTOKI_NOT_INITIALIZED);
	CHECK_RV(((CK_RV (*)(CK_SESSION_HANDLE, CK_FLAGS))symbol("C_SessionCancel"))(1, 0), CKR_CRYPTOKI_NOT_INITIALIZED);
	unload();
}

static CK_RV mutex(void *any)
{
	(void)any;
	fail(__FILE__, __LINE__, "a callback was used");
}

static CK_RV create_mutex(void **any)
{
	return mutex(any);
}

void initialize(void)
{
	CK_C_INITIALIZE_ARGS arguments = {0};

	load();
	CHECK_RV(p11->C_Finalize(&arguments), CKR_ARGUMENTS_BAD);
	arguments.pReserved = &arguments;
	CHECK_RV(p11->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
	arguments.pReserved = NULL;
	arguments.CreateMutex = create_mutex;
	CHECK_RV(p11->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
	arguments.flags = CKF_OS_LOCKING_OK;
	CHECK_RV(p11->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
	arguments.DestroyMutex = arguments.LockMutex = mutex;
	CHECK_RV(p11->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
	arguments.UnlockMutex = mutex;
	arguments.flags = 0;
	CHECK_RV(p11->C_Initialize(&arguments), CKR_CANT_LOCK);

	/* As NSS does it. */
	arguments.flags = CKF_OS_LOCKING_OK | CKF_LIBRARY_CANT_CREATE_OS_THREADS;
	CHECK_OK(p11->C_Initialize(&arguments));
	CHECK_RV(p11->C_Initialize(&arguments), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	CHECK_RV(p11->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	first_token();
	CHECK_RV(p11->C_Finalize(&arguments), CKR_ARGUMENTS_BAD);
	CHECK_OK(p11->C_Finalize(NULL));
	CHECK_RV(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);

	memset(&arguments, 0, sizeof arguments);
	CHECK_OK(p11->C_Initialize(&arguments));
	CHECK_OK(p11->C_Finalize(NULL));
	arguments.flags = CKF_OS_LOCKING_OK;
	CHECK_OK(p11->C_Initialize(&arguments));
	CHECK_RV(p11->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	CHECK_OK(p11->C_Finalize(NULL));
	whole_life();
	unload();
}

/* Each NULL that a caller must not give, one at a time. */
void null_arguments(void)
{
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE bytes[64] = {0};
	CK_ULONG number = 1;
	CK_ATTRIBUTE hole = {CKA_LABEL, NULL, 4};
	CK_SESSION_HANDLE s;
	CK_SLOT_ID slot;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	slot = first_token();
	s = open_session();
#define BAD(call) CHECK_RV(p11->call, CKR_ARGUMENTS_BAD)
	BAD(C_GetInfo(NULL));
	BAD(C_GetSlotList(CK_FALSE, NULL, NULL));
	BAD(C_GetSlotInfo(slot, NULL));
	BAD(C_GetTokenInfo(slot, NULL));
	BAD(C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL));
	BAD(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, &slot));
	BAD(C_GetMechanismList(slot, NULL, NULL));
	BAD(C_GetMechanismInfo(slot, CKM_RSA_PKCS, NULL));
	BAD(C_InitToken(slot, (CK_UTF8CHAR *)PIN, 8, NULL));
	BAD(C_InitToken(slot, NULL, 8, bytes));
	BAD(C_InitPIN(s, NULL, 8));
	BAD(C_SetPIN(s, NULL, 8, (CK_UTF8CHAR *)PIN, 8));
	BAD(C_SetPIN(s, (CK_UTF8CHAR *)PIN, 8, NULL, 8));
	BAD(C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, NULL));
	BAD(C_GetSessionInfo(s, NULL));
	BAD(C_GetOperationState(s, bytes, NULL));
	BAD(C_SetOperationState(s, NULL, 3, 0, 0));
	BAD(C_Login(s, CKU_USER, NULL, 8));
	BAD(C_CreateObject(s, NULL, 1, &number));
	BAD(C_CreateObject(s, &hole, 1, &number));
	BAD(C_CreateObject(s, &hole, 1, NULL));
	BAD(C_CopyObject(s, 1, NULL, 1, &number));
	BAD(C_CopyObject(s, 1, NULL, 0, NULL));
	BAD(C_GetObjectSize(s, 1, NULL));
	BAD(C_GetAttributeValue(s, 1, NULL, 1));
	BAD(C_GetAttributeValue(s, 1, &hole, 0));
	BAD(C_SetAttributeValue(s, 1, NULL, 1));
	BAD(C_FindObjectsInit(s, NULL, 1));
	BAD(C_FindObjectsInit(s, &hole, 1));
	BAD(C_FindObjects(s, NULL, 1, &number));
	BAD(C_FindObjects(s, &number, 1, NULL));
	BAD(C_Encrypt(s, NULL, 1, bytes, &number));
	BAD(C_Encrypt(s, bytes, 1, bytes, NULL));
	BAD(C_EncryptUpdate(s, NULL, 1, bytes, &number));
	BAD(C_EncryptFinal(s, bytes, NULL));
	BAD(C_Decrypt(s, NULL, 1, bytes, &number));
	BAD(C_DecryptUpdate(s, bytes, 1, bytes, NULL));
	BAD(C_DecryptFinal(s, bytes, NULL));
	BAD(C_Digest(s, NULL, 1, bytes, &number));
	BAD(C_DigestUpdate(s, NULL, 1));
	BAD(C_DigestFinal(s, bytes, NULL));
	BAD(C_Sign(s, NULL, 1, bytes, &number));
	BAD(C_Sign(s, bytes, 1, bytes, NULL));
	BAD(C_SignUpdate(s, NULL, 1));
	BAD(C_SignFinal(s, bytes, NULL));
	BAD(C_SignRecover(s, NULL, 1, bytes, &number));
	BAD(C_Verify(s, NULL, 1, bytes, 1));
	BAD(C_Verify(s, bytes, 1, NULL, 1));
	BAD(C_VerifyUpdate(s, NULL, 1));
	BAD(C_VerifyFinal(s, NULL, 1));
	BAD(C_VerifyRecover(s, bytes, 1, bytes, NULL));
	BAD(C_DigestEncryptUpdate(s, bytes, 1, bytes, NULL));
	BAD(C_DecryptDigestUpdate(s, bytes, 1, bytes, NULL));
	BAD(C_SignEncryptUpdate(s, bytes, 1, bytes, NULL));
	BAD(C_DecryptVerifyUpdate(s, bytes, 1, bytes, NULL));
	BAD(C_GenerateKey(s, NULL, NULL, 0, &number));
	BAD(C_GenerateKey(s, &mechanism, NULL, 0, NULL));
	BAD(C_GenerateKeyPair(s, &mechanism, NULL, 0, NULL, 0, NULL, &number));
	BAD(C_GenerateKeyPair(s, &mechanism, NULL, 0, NULL, 0, &number, NULL));
	BAD(C_WrapKey(s, NULL, 1, 1, bytes, &number));
	BAD(C_WrapKey(s, &mechanism, 1, 1, bytes, NULL));
	BAD(C_UnwrapKey(s, &mechanism, 1, NULL, 1, NULL, 0, &number));
	BAD(C_UnwrapKey(s, &mechanism, 1, bytes, 1, NULL, 0, NULL));
	BAD(C_DeriveKey(s, NULL, 1, NULL, 0, &number));
	BAD(C_DeriveKey(s, &mechanism, 1, NULL, 0, NULL));
	BAD(C_SeedRandom(s, NULL, 1));
	BAD(C_GenerateRandom(s, NULL, 1));
#undef BAD
	CHECK_RV(p11->C_OpenSession(slot, 0, NULL, NULL, &s), CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	CHECK_RV(p11->C_GetFunctionStatus(s), CKR_FUNCTION_NOT_PARALLEL);
	CHECK_RV(p11->C_CancelFunction(s), CKR_FUNCTION_NOT_PARALLEL);
	CHECK_RV(p11->C_CloseSession(0), CKR_SESSION_HANDLE_INVALID);
	check_message_functions(CKR_FUNCTION_NOT_SUPPORTED);
	mechanism.mechanism = 0x80001234;
	CHECK_RV(p11->C_SignInit(s, &mechanism, 1), CKR_MECHANISM_INVALID);
	mechanism.mechanism = CKM_RSA_PKCS_PSS;
	CHECK_RV(p11->C_SignInit(s, &mechanism, 1), CKR_MECHANISM_PARAM_INVALID);
	mechanism = (CK_MECHANISM){CKM_RSA_PKCS, bytes, 4};
	CHECK_RV(p11->C_SignInit(s, &mechanism, 1), CKR_MECHANISM_PARAM_INVALID);
	CHECK_OK(p11->C_CloseSession(s));
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

/* Section 5.2 of the standard: no buffer, one too small, an exact one. */
void lengths(void)
{
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	CK_BYTE *data = (CK_BYTE *)"text", signature[1024];
	CK_SLOT_ID slots[16];
	CK_ULONG length, needed, found;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	CK_MECHANISM_TYPE mechanisms[256];

	load();
	CHECK_OK(p11->C_Initialize(NULL));

	CHECK_OK(p11->C_GetSlotList(CK_FALSE, NULL, &needed));
	CHECK(needed >= 1 && needed <= 16);
	length = 0;
	CHECK_RV(p11->C_GetSlotList(CK_FALSE, slots, &length), CKR_BUFFER_TOO_SMALL);
	CHECK(length == needed);
	length = needed;
	CHECK_OK(p11->C_GetSlotList(CK_FALSE, slots, &length));
	CHECK(length == needed);
	/* A count that was never set is not read where there is no list. */
	memset(&length, 0xa5, sizeof length);
	CHECK_OK(p11->C_GetSlotList(CK_FALSE, NULL, &length));
	CHECK(length == needed);

	CHECK_OK(p11->C_GetMechanismList(first_token(), NULL, &needed));
	CHECK(needed >= 1 && needed <= 256);
	length = needed - 1;
	CHECK_RV(p11->C_GetMechanismList(first_token(), mechanisms, &length), CKR_BUFFER_TOO_SMALL);
	CHECK(length == needed);
	CHECK_OK(p11->C_GetMechanismList(first_token(), mechanisms, &length));

	session = open_session();
	login(session);
	key = private_key(session);
	CHECK_OK(p11->C_SignInit(session, &mechanism, key));
	CHECK_OK(p11->C_Sign(session, data, 4, NULL, &needed));
	CHECK(needed > 1 && needed <= sizeof signature);
	length = 0;
	CHECK_RV(p11->C_Sign(session, data, 4, signature, &length), CKR_BUFFER_TOO_SMALL);
	CHECK(length == needed);
	length = needed - 1;
	memset(signature, 0x5a, sizeof signature);
	CHECK_RV(p11->C_Sign(session, data, 4, signature, &length), CKR_BUFFER_TOO_SMALL);
	CHECK(length == needed && signature[0] == 0x5a);
	CHECK_OK(p11->C_Sign(session, data, 4, signature, &length));
	CHECK(length == needed && signature[needed] == 0x5a);
	CHECK_RV(p11->C_Sign(session, data, 4, signature, &length), CKR_OPERATION_NOT_INITIALIZED);

	/* In parts, into a buffer whose length is absurd. */
	CHECK_OK(p11->C_SignInit(session, &mechanism, key));
	CHECK_OK(p11->C_SignUpdate(session, data, 2));
	CHECK_OK(p11->C_SignUpdate(session, data + 2, 2));
	CHECK_OK(p11->C_SignFinal(session, NULL, &length));
	CHECK(length == needed);
	length = (CK_ULONG)-1 / 2;
	CHECK_OK(p11->C_SignFinal(session, signature, &length));
	CHECK(length == needed);

	CHECK_OK(p11->C_FindObjectsInit(session, NULL, 0));
	CHECK_OK(p11->C_FindObjects(session, slots, 16, &found));
	CHECK(found >= 1 && found <= 16);
	CHECK_OK(p11->C_FindObjects(session, slots, 16, &found));
	CHECK(found == 0);
	CHECK_OK(p11->C_FindObjectsFinal(session));
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

void attributes(void)
{
	CK_OBJECT_CLASS class = 0xffff;
	CK_BBOOL token = 7;
	CK_BYTE id[64], *longer;
	CK_MECHANISM_TYPE allowed[16];
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	CK_ATTRIBUTE some[] = {
		{CKA_CLASS, &class, sizeof class}, {CKA_TOKEN, &token, sizeof token}, {CKA_ID, id, sizeof id}, {CKA_LABEL, NULL, 0},
	};
	CK_ATTRIBUTE one;
	CK_ULONG length;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	session = open_session();
	login(session);
	key = private_key(session);

	CHECK_OK(p11->C_GetAttributeValue(session, key, some, 4));
	CHECK(class == CKO_PRIVATE_KEY && token == CK_TRUE);
	CHECK(some[0].ulValueLen == sizeof class && some[1].ulValueLen == 1);
	length = some[2].ulValueLen;
	CHECK(length > 0 && length <= sizeof id);
	CHECK(some[3].ulValueLen > 0 && some[3].ulValueLen < 64);

	/* Exact, too small, none. */
	one = (CK_ATTRIBUTE){CKA_ID, id, length};
	CHECK_OK(p11->C_GetAttributeValue(session, key, &one, 1));
	one = (CK_ATTRIBUTE){CKA_ID, id, length - 1};
	CHECK_RV(p11->C_GetAttributeValue(session, key, &one, 1), CKR_BUFFER_TOO_SMALL);
	CHECK(one.ulValueLen == CK_UNAVAILABLE_INFORMATION);
	one = (CK_ATTRIBUTE){CKA_ID, id, 0};
	CHECK_RV(p11->C_GetAttributeValue(session, key, &one, 1), CKR_BUFFER_TOO_SMALL);
	one = (CK_ATTRIBUTE){CKA_CLASS, &class, 2};
	CHECK_RV(p11->C_GetAttributeValue(session, key, &one, 1), CKR_BUFFER_TOO_SMALL);
	one = (CK_ATTRIBUTE){CKA_CLASS, NULL, 0};
	CHECK_OK(p11->C_GetAttributeValue(session, key, &one, 1));
	CHECK(one.ulValueLen == sizeof(CK_ULONG));
	longer = calloc(1, 4 << 20);
	CHECK(longer != NULL);
	one = (CK_ATTRIBUTE){CKA_ID, longer, 4 << 20};
	CHECK_OK(p11->C_GetAttributeValue(session, key, &one, 1));
	CHECK(one.ulValueLen == length);
	free(longer);

	/* Sensitive, unknown, and templates, which are never asked for: the others
	 * are filled in all the same. */
	some[3] = (CK_ATTRIBUTE){CKA_PRIVATE_EXPONENT, id, sizeof id};
	class = 0xffff;
	CHECK_RV(p11->C_GetAttributeValue(session, key, some, 4), CKR_ATTRIBUTE_SENSITIVE);
	CHECK(class == CKO_PRIVATE_KEY && some[3].ulValueLen == CK_UNAVAILABLE_INFORMATION);
	some[0] = (CK_ATTRIBUTE){CKA_WRAP_TEMPLATE, NULL, 0};
	some[3] = (CK_ATTRIBUTE){CKA_CLASS, &class, sizeof class};
	class = 0xffff;
	CHECK_RV(p11->C_GetAttributeValue(session, key, some, 4), CKR_ATTRIBUTE_TYPE_INVALID);
	CHECK(class == CKO_PRIVATE_KEY && some[0].ulValueLen == CK_UNAVAILABLE_INFORMATION);
	one = (CK_ATTRIBUTE){CKA_CERTIFICATE_TYPE, &class, sizeof class};
	CHECK_RV(p11->C_GetAttributeValue(session, key, &one, 1), CKR_ATTRIBUTE_TYPE_INVALID);

	one = (CK_ATTRIBUTE){CKA_ALLOWED_MECHANISMS, allowed, sizeof allowed};
	if (p11->C_GetAttributeValue(session, key, &one, 1) == CKR_OK && one.ulValueLen > 0) {
		CHECK(one.ulValueLen % sizeof *allowed == 0);
		length = one.ulValueLen;
		one = (CK_ATTRIBUTE){CKA_ALLOWED_MECHANISMS, NULL, 0};
		CHECK_OK(p11->C_GetAttributeValue(session, key, &one, 1));
		CHECK(one.ulValueLen == length);
		one = (CK_ATTRIBUTE){CKA_ALLOWED_MECHANISMS, allowed, length - sizeof *allowed};
		CHECK_RV(p11->C_GetAttributeValue(session, key, &one, 1), CKR_BUFFER_TOO_SMALL);
	}

	/* Values that do not fit their type. */
	one = (CK_ATTRIBUTE){CKA_CLASS, &class, 2};
	CHECK_RV(p11->C_FindObjectsInit(session, &one, 1), CKR_ATTRIBUTE_VALUE_INVALID);
	one = (CK_ATTRIBUTE){CKA_TOKEN, &token, 0};
	CHECK_RV(p11->C_FindObjectsInit(session, &one, 1), CKR_ATTRIBUTE_VALUE_INVALID);
	one = (CK_ATTRIBUTE){CKA_START_DATE, id, 7};
	CHECK_RV(p11->C_FindObjectsInit(session, &one, 1), CKR_ATTRIBUTE_VALUE_INVALID);
	one = (CK_ATTRIBUTE){CKA_WRAP_TEMPLATE, NULL, 0};
	CHECK_RV(p11->C_FindObjectsInit(session, &one, 1), CKR_ATTRIBUTE_TYPE_INVALID);
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

void sessions(void)
{
	CK_SESSION_HANDLE a, b;
	CK_SESSION_INFO info;
	CK_TOKEN_INFO token;
	CK_SLOT_INFO slot;
	CK_INFO own;

	load();
	CHECK_OK(p11->C_Initialize(NULL));
	CHECK_RV(p11->C_GetSessionInfo(1, &info), CKR_SESSION_HANDLE_INVALID);
	CHECK_OK(p11->C_GetInfo(&own));
	CHECK(own.cryptokiVersion.major >= 2);
	a = open_session();
	b = open_session();
	CHECK(a != b);
	CHECK_OK(p11->C_GetSlotInfo(first_token(), &slot));
	CHECK((slot.flags & CKF_TOKEN_PRESENT) != 0 && slot.manufacturerID[31] != 0);
	CHECK_OK(p11->C_GetTokenInfo(first_token(), &token));
	CHECK((token.flags & CKF_TOKEN_INITIALIZED) != 0 && token.serialNumber[15] != 0);
	CHECK_OK(p11->C_GetSessionInfo(a, &info));
	CHECK(info.slotID == first_token() && info.state == CKS_RO_PUBLIC_SESSION && info.flags == CKF_SERIAL_SESSION);
	login(a);
	CHECK_OK(p11->C_GetSessionInfo(b, &info));
	CHECK(info.state == CKS_RO_USER_FUNCTIONS);
	CHECK_OK(p11->C_CloseSession(a));
	CHECK_RV(p11->C_GetSessionInfo(a, &info), CKR_SESSION_HANDLE_INVALID);
	CHECK_OK(p11->C_CloseAllSessions(first_token()));
	CHECK_RV(p11->C_GetSessionInfo(b, &info), CKR_SESSION_HANDLE_INVALID);
	CHECK_RV(p11->C_OpenSession(424242, CKF_SERIAL_SESSION, NULL, NULL, &a), CKR_SLOT_ID_INVALID);
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
}

/* More than a frame holds: in parts where the standard has parts. */
void bulk(void)
{
	CK_MECHANISM mechanism = {CKM_SHA256_RSA_PKCS, NULL, 0};
	const CK_ULONG size = 3 << 20;
	CK_BYTE *data = calloc(1, size), whole[512], parts[512];
	CK_ULONG whole_length = sizeof whole, parts_length = sizeof parts, i;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;

	CHECK(data != NULL);
	load();
	CHECK_OK(p11->C_Initialize(NULL));
	session = open_session();
	login(session);
	key = private_key(session);
	CHECK_OK(p11->C_SignInit(session, &mechanism, key));
	CHECK_OK(p11->C_SignUpdate(session, data, size));
	CHECK_OK(p11->C_SignFinal(session, whole, &whole_length));
	CHECK_OK(p11->C_SignInit(session, &mechanism, key));
	for (i = 0; i < size; i += 65536)
		CHECK_OK(p11->C_SignUpdate(session, data + i, 65536));
	CHECK_OK(p11->C_SignFinal(session, parts, &parts_length));
	CHECK(whole_length == parts_length && memcmp(whole, parts, parts_length) == 0);

	CHECK_OK(p11->C_SignInit(session, &mechanism, key));
	CHECK_RV(p11->C_Sign(session, data, size, whole, &whole_length), CKR_DATA_LEN_RANGE);
	CHECK_RV(p11->C_Sign(session, data, (CK_ULONG)-1, whole, &whole_length), CKR_DATA_LEN_RANGE);
	CHECK_OK(p11->C_Sign(session, data, 4, whole, &whole_length));
	CHECK_OK(p11->C_Finalize(NULL));
	unload();
	free(data);
}
