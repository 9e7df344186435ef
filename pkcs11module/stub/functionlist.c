/* The function lists, which need no C_Initialize: PKCS#11 2.40, and 3.0 with its
 * interfaces (section 5.4.4 to 5.4.6 of 3.0). */
#include "cryptoki.h"

#include <string.h>

/* In no particular order: the lists name their members. */
#define FUNCTIONS_2_40(F) \
	F(C_Initialize) F(C_Finalize) F(C_GetInfo) F(C_GetFunctionList) F(C_GetSlotList) F(C_GetSlotInfo) \
	F(C_GetTokenInfo) F(C_GetMechanismList) F(C_GetMechanismInfo) F(C_InitToken) F(C_InitPIN) F(C_SetPIN) \
	F(C_OpenSession) F(C_CloseSession) F(C_CloseAllSessions) F(C_GetSessionInfo) F(C_GetOperationState) \
	F(C_SetOperationState) F(C_Login) F(C_Logout) F(C_CreateObject) F(C_CopyObject) F(C_DestroyObject) \
	F(C_GetObjectSize) F(C_GetAttributeValue) F(C_SetAttributeValue) F(C_FindObjectsInit) F(C_FindObjects) \
	F(C_FindObjectsFinal) F(C_EncryptInit) F(C_Encrypt) F(C_EncryptUpdate) F(C_EncryptFinal) F(C_DecryptInit) \
	F(C_Decrypt) F(C_DecryptUpdate) F(C_DecryptFinal) F(C_DigestInit) F(C_Digest) F(C_DigestUpdate) \
	F(C_DigestKey) F(C_DigestFinal) F(C_SignInit) F(C_Sign) F(C_SignUpdate) F(C_SignFinal) F(C_SignRecoverInit) \
	F(C_SignRecover) F(C_VerifyInit) F(C_Verify) F(C_VerifyUpdate) F(C_VerifyFinal) F(C_VerifyRecoverInit) \
	F(C_VerifyRecover) F(C_DigestEncryptUpdate) F(C_DecryptDigestUpdate) F(C_SignEncryptUpdate) \
	F(C_DecryptVerifyUpdate) F(C_GenerateKey) F(C_GenerateKeyPair) F(C_WrapKey) F(C_UnwrapKey) F(C_DeriveKey) \
	F(C_SeedRandom) F(C_GenerateRandom) F(C_GetFunctionStatus) F(C_CancelFunction) F(C_WaitForSlotEvent)

/* In the order of the 3.0 list, which begins with the 2.40 list. */
#define FUNCTIONS_3_0(F) \
	F(C_GetInterfaceList) F(C_GetInterface) F(C_LoginUser) F(C_SessionCancel) F(C_MessageEncryptInit) \
	F(C_EncryptMessage) F(C_EncryptMessageBegin) F(C_EncryptMessageNext) F(C_MessageEncryptFinal) \
	F(C_MessageDecryptInit) F(C_DecryptMessage) F(C_DecryptMessageBegin) F(C_DecryptMessageNext) \
	F(C_MessageDecryptFinal) F(C_MessageSignInit) F(C_SignMessage) F(C_SignMessageBegin) F(C_SignMessageNext) \
	F(C_MessageSignFinal) F(C_MessageVerifyInit) F(C_VerifyMessage) F(C_VerifyMessageBegin) \
	F(C_VerifyMessageNext) F(C_MessageVerifyFinal)

#ifdef _WIN32
#pragma pack(push, 1)
#endif
#define MEMBER(name) __typeof__(name) *name;
struct list_3_0 {
	CK_FUNCTION_LIST list_2_40;
	FUNCTIONS_3_0(MEMBER)
};
#ifdef _WIN32
#pragma pack(pop)
#endif

#define ENTRY(name) .name = name,

/* The standard hands out pointers that are not const; nobody writes there, and
 * in the read-only part of the library nobody can. */
static const CK_FUNCTION_LIST list_2_40 = {.version = {2, 40}, FUNCTIONS_2_40(ENTRY)};
static const struct list_3_0 list_3_0 = {.list_2_40 = {.version = {3, 0}, FUNCTIONS_2_40(ENTRY)}, FUNCTIONS_3_0(ENTRY)};

/* Newest first: the first that fits is the one that is meant. A fork leaves
 * nothing initialized, so none is CKF_INTERFACE_FORK_SAFE. */
static const CK_INTERFACE interfaces[] = {
	{(char *)"PKCS 11", (void *)&list_3_0, 0},
	{(char *)"PKCS 11", (void *)&list_2_40, 0},
};

#define INTERFACES (sizeof interfaces / sizeof *interfaces)

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	if (list == NULL)
		return CKR_ARGUMENTS_BAD;
	*list = (CK_FUNCTION_LIST *)&list_2_40;
	return CKR_OK;
}

CK_RV C_GetInterfaceList(CK_INTERFACE *list, CK_ULONG *count)
{
	CK_ULONG room;

	if (count == NULL)
		return CKR_ARGUMENTS_BAD;
	room = *count;
	*count = INTERFACES;
	if (list == NULL)
		return CKR_OK;
	if (room < INTERFACES)
		return CKR_BUFFER_TOO_SMALL;
	memcpy(list, interfaces, sizeof interfaces);
	return CKR_OK;
}

static bool is_wanted(const CK_INTERFACE *offered, const CK_UTF8CHAR *name, const CK_VERSION *version, CK_FLAGS flags)
{
	const CK_VERSION *own = offered->pFunctionList;

	return (name == NULL || strcmp((const char *)name, offered->pInterfaceName) == 0)
	    && (version == NULL || (version->major == own->major && version->minor == own->minor))
	    && (flags & ~offered->flags) == 0;
}

CK_RV C_GetInterface(CK_UTF8CHAR *name, CK_VERSION *version, CK_INTERFACE **interface, CK_FLAGS flags)
{
	size_t i;

	if (interface == NULL)
		return CKR_ARGUMENTS_BAD;
	for (i = 0; i < INTERFACES; i++)
		if (is_wanted(&interfaces[i], name, version, flags)) {
			*interface = (CK_INTERFACE *)&interfaces[i];
			return CKR_OK;
		}
	return CKR_ARGUMENTS_BAD;
}
