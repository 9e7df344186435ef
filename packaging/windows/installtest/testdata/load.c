/* load LIBRARY: loads a PKCS#11 library as a browser does, has it start its agent,
 * and prints how many slots it has. */
#include <stdio.h>
#include <windows.h>

typedef unsigned long (*initialize)(void *);
typedef unsigned long (*slots)(unsigned char, unsigned long *, unsigned long *);

int main(int arguments, char **argument)
{
	HMODULE library = arguments == 2 ? LoadLibraryA(argument[1]) : NULL;
	initialize begin, end;
	slots list;
	unsigned long count = 0, answer;

	if (library == NULL)
		return 2;
	begin = (initialize)(void *)GetProcAddress(library, "C_Initialize");
	end = (initialize)(void *)GetProcAddress(library, "C_Finalize");
	list = (slots)(void *)GetProcAddress(library, "C_GetSlotList");
	if (GetProcAddress(library, "C_GetFunctionList") == NULL || begin == NULL || end == NULL || list == NULL)
		return 3;
	answer = begin(NULL);
	if (answer == 0)
		answer = list(0, NULL, &count);
	printf("answer %lu slots %lu\n", answer, count);
	return answer == 0 && end(NULL) == 0 ? 0 : 4;
}
