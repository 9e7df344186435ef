/* Keeps the first reader to itself until standard input ends: "exclusive" by the
 * way it connects, "transaction" by one that it does not end. Says "held" when
 * it has it. For tests of the check-up. */
#include <stdio.h>
#include <string.h>
#include <winscard.h>

int main(int argc, char **argv)
{
	SCARDCONTEXT context;
	SCARDHANDLE card;
	char readers[512];
	DWORD length = sizeof readers, protocol;
	int exclusive = argc > 1 && strcmp(argv[1], "exclusive") == 0;

	if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
		return 1;
	if (SCardListReaders(context, NULL, readers, &length) != SCARD_S_SUCCESS)
		return 2;
	if (SCardConnect(context, readers, exclusive ? SCARD_SHARE_EXCLUSIVE : SCARD_SHARE_SHARED,
			 SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &card, &protocol) != SCARD_S_SUCCESS)
		return 3;
	if (!exclusive && SCardBeginTransaction(card) != SCARD_S_SUCCESS)
		return 4;
	puts("held");
	fflush(stdout);
	while (getchar() != EOF)
		;
	SCardDisconnect(card, SCARD_LEAVE_CARD);
	return 0;
}
