/*
 * Go's runtime asks Windows for random numbers in bcryptprimitives.dll, which
 * wine has from version 9 on. For older ones this stands in for it, in a prefix
 * made for the tests and nowhere else.
 */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
	return RtlGenRandom(data, (ULONG)size);
}
