/* The PKCS#11 vocabulary: p11-kit's header, and what PKCS#11 3.0 added to it,
 * which that header has only since p11-kit 0.25. Source: OASIS PKCS#11 3.0,
 * sections 3.6 and 5. Only what is declared here leaves the library. */
#ifndef CIENTRO_CRYPTOKI_H
#define CIENTRO_CRYPTOKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#define CRYPTOKI_EXPORTS 1
#else
#pragma GCC visibility push(default)
#endif

#include <p11-kit/pkcs11.h>

#if CRYPTOKI_VERSION_MAJOR < 3

#ifdef _WIN32
#pragma pack(push, 1)
#endif

#define CKF_INTERFACE_FORK_SAFE 1UL
#define CKR_OPERATION_CANCEL_FAILED 0x202UL

typedef struct CK_INTERFACE {
	char *pInterfaceName; /* CK_UTF8CHAR in the standard, as p11-kit has it */
	void *pFunctionList;
	CK_FLAGS flags;
} CK_INTERFACE;

CK_RV CK_SPEC C_GetInterfaceList(CK_INTERFACE *list, CK_ULONG *count);
CK_RV CK_SPEC C_GetInterface(CK_UTF8CHAR *name, CK_VERSION *version, CK_INTERFACE **interface, CK_FLAGS flags);
CK_RV CK_SPEC C_LoginUser(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG pin_length, CK_UTF8CHAR *name, CK_ULONG name_length);
CK_RV CK_SPEC C_SessionCancel(CK_SESSION_HANDLE session, CK_FLAGS flags);
CK_RV CK_SPEC C_MessageEncryptInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV CK_SPEC C_EncryptMessage(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *associated, CK_ULONG associated_length, CK_BYTE *plain, CK_ULONG plain_length, CK_BYTE *cipher, CK_ULONG *cipher_length);
CK_RV CK_SPEC C_EncryptMessageBegin(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *associated, CK_ULONG associated_length);
CK_RV CK_SPEC C_EncryptMessageNext(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *plain, CK_ULONG plain_length, CK_BYTE *cipher, CK_ULONG *cipher_length, CK_FLAGS flags);
CK_RV CK_SPEC C_MessageEncryptFinal(CK_SESSION_HANDLE session);
CK_RV CK_SPEC C_MessageDecryptInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV CK_SPEC C_DecryptMessage(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *associated, CK_ULONG associated_length, CK_BYTE *cipher, CK_ULONG cipher_length, CK_BYTE *plain, CK_ULONG *plain_length);
CK_RV CK_SPEC C_DecryptMessageBegin(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *associated, CK_ULONG associated_length);
CK_RV CK_SPEC C_DecryptMessageNext(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *cipher, CK_ULONG cipher_length, CK_BYTE *plain, CK_ULONG *plain_length, CK_FLAGS flags);
CK_RV CK_SPEC C_MessageDecryptFinal(CK_SESSION_HANDLE session);
CK_RV CK_SPEC C_MessageSignInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV CK_SPEC C_SignMessage(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *data, CK_ULONG data_length, CK_BYTE *signature, CK_ULONG *signature_length);
CK_RV CK_SPEC C_SignMessageBegin(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length);
CK_RV CK_SPEC C_SignMessageNext(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *data, CK_ULONG data_length, CK_BYTE *signature, CK_ULONG *signature_length);
CK_RV CK_SPEC C_MessageSignFinal(CK_SESSION_HANDLE session);
CK_RV CK_SPEC C_MessageVerifyInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key);
CK_RV CK_SPEC C_VerifyMessage(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *data, CK_ULONG data_length, CK_BYTE *signature, CK_ULONG signature_length);
CK_RV CK_SPEC C_VerifyMessageBegin(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length);
CK_RV CK_SPEC C_VerifyMessageNext(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *data, CK_ULONG data_length, CK_BYTE *signature, CK_ULONG signature_length);
CK_RV CK_SPEC C_MessageVerifyFinal(CK_SESSION_HANDLE session);

#ifdef _WIN32
#pragma pack(pop)
#endif
#endif /* CRYPTOKI_VERSION_MAJOR < 3 */

#ifndef _WIN32
#pragma GCC visibility pop
#endif

#endif
