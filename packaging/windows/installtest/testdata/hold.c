/* hold FILE: has FILE open and shares it with nobody, as Firefox its parent.lock,
 * until there is a file FILE.end. Makes FILE.held when it has it. */
#include <stdio.h>
#include <windows.h>

int main(int count, char **arguments)
{
	char name[MAX_PATH];
	HANDLE file, held;

	if (count != 2)
		return 2;
	file = CreateFileA(arguments[1], GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
	if (file == INVALID_HANDLE_VALUE)
		return 1;
	snprintf(name, sizeof name, "%s.held", arguments[1]);
	held = CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
	if (held == INVALID_HANDLE_VALUE)
		return 1;
	CloseHandle(held);
	snprintf(name, sizeof name, "%s.end", arguments[1]);
	while (GetFileAttributesA(name) == INVALID_FILE_ATTRIBUTES)
		Sleep(50);
	return 0;
}
