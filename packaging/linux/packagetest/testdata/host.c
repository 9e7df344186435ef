/* Loads a PKCS#11 library as a browser does and prints the labels of its tokens. */
#include <dlfcn.h>
#include <stdio.h>
#include <p11-kit/pkcs11.h>

#define WANT(call) \
	do { \
		CK_RV rv = (call); \
		if (rv != CKR_OK) { \
			fprintf(stderr, "%s: 0x%lx\n", #call, rv); \
			return 1; \
		} \
	} while (0)

int main(int argc, char **argv)
{
	CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
	CK_SLOT_ID slots[16];
	CK_ULONG count = 16, i;
	CK_TOKEN_INFO token;
	CK_FUNCTION_LIST *functions;
	CK_C_GetFunctionList list;
	void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;

	if (library == NULL || (list = (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList")) == NULL) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	WANT(list(&functions));
	WANT(functions->C_Initialize(&arguments));
	WANT(functions->C_GetSlotList(CK_TRUE, slots, &count));
	for (i = 0; i < count; i++) {
		WANT(functions->C_GetTokenInfo(slots[i], &token));
		printf("%.32s\n", token.label);
	}
	WANT(functions->C_Finalize(NULL));
	return 0;
}
