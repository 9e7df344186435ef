/* PKCS#11 3.0, message-based functions. Their parameters are structures with
 * pointers, which no version of the wire carries to another process, and the
 * card has no such mechanism: the library answers by itself. */
#include "library.h"

static CK_RV unsupported(void)
{
	return library_is_initialized() ? CKR_FUNCTION_NOT_SUPPORTED : CKR_CRYPTOKI_NOT_INITIALIZED;
}

#pragma GCC diagnostic ignored "-Wunused-parameter"

CK_RV C_MessageEncryptInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported();
}

CK_RV C_EncryptMessage(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *associated, CK_ULONG associated_length,
	CK_BYTE *plain, CK_ULONG plain_length, CK_BYTE *cipher, CK_ULONG *cipher_length)
{
	return unsupported();
}

CK_RV C_EncryptMessageBegin(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *associated, CK_ULONG associated_length)
{
	return unsupported();
}

CK_RV C_EncryptMessageNext(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *plain, CK_ULONG plain_length,
	CK_BYTE *cipher, CK_ULONG *cipher_length, CK_FLAGS flags)
{
	return unsupported();
}

CK_RV C_MessageEncryptFinal(CK_SESSION_HANDLE session)
{
	return unsupported();
}

CK_RV C_MessageDecryptInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported();
}

CK_RV C_DecryptMessage(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *associated, CK_ULONG associated_length,
	CK_BYTE *cipher, CK_ULONG cipher_length, CK_BYTE *plain, CK_ULONG *plain_length)
{
	return unsupported();
}

CK_RV C_DecryptMessageBegin(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *associated, CK_ULONG associated_length)
{
	return unsupported();
}

CK_RV C_DecryptMessageNext(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *cipher, CK_ULONG cipher_length,
	CK_BYTE *plain, CK_ULONG *plain_length, CK_FLAGS flags)
{
	return unsupported();
}

CK_RV C_MessageDecryptFinal(CK_SESSION_HANDLE session)
{
	return unsupported();
}

CK_RV C_MessageSignInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported();
}

CK_RV C_SignMessage(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *data, CK_ULONG data_length,
	CK_BYTE *signature, CK_ULONG *signature_length)
{
	return unsupported();
}

CK_RV C_SignMessageBegin(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length)
{
	return unsupported();
}

CK_RV C_SignMessageNext(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *data, CK_ULONG data_length,
	CK_BYTE *signature, CK_ULONG *signature_length)
{
	return unsupported();
}

CK_RV C_MessageSignFinal(CK_SESSION_HANDLE session)
{
	return unsupported();
}

CK_RV C_MessageVerifyInit(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key)
{
	return unsupported();
}

CK_RV C_VerifyMessage(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *data, CK_ULONG data_length,
	CK_BYTE *signature, CK_ULONG signature_length)
{
	return unsupported();
}

CK_RV C_VerifyMessageBegin(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length)
{
	return unsupported();
}

CK_RV C_VerifyMessageNext(CK_SESSION_HANDLE session, void *parameter, CK_ULONG parameter_length, CK_BYTE *data, CK_ULONG data_length,
	CK_BYTE *signature, CK_ULONG signature_length)
{
	return unsupported();
}

CK_RV C_MessageVerifyFinal(CK_SESSION_HANDLE session)
{
	return unsupported();
}
