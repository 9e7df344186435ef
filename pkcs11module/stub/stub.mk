# The PKCS#11 library. Included by the Makefile; needs p11-kit's pkcs11.h.
STUB := pkcs11module/stub
STUB_SOURCES := $(filter-out %_windows.c,$(wildcard $(STUB)/*.c))
STUB_PARTS := $(wildcard $(STUB)/*.h) $(STUB)/export.map $(STUB)/stub.mk
# The agent that is started where none lies beside the library.
STUB_AGENT ?= /usr/bin/cientro
STUB_LIBRARY ?= build/libcientro-pkcs11.so

STUB_WARNINGS := -Wall -Wextra -Werror -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
STUB_HEADERS = -isystem $(shell pkg-config --variable=includedir p11-kit-1 2>/dev/null || echo /usr/include)/p11-kit-1
STUB_CFLAGS = -std=gnu11 $(STUB_WARNINGS) -O2 -D_GNU_SOURCE $(STUB_HEADERS) -DCIENTRO_AGENT='"$(STUB_AGENT)"'

# A stack that notices overflow, targets of jumps marked (x86, ARM), relocations
# read-only once loaded, nothing exported but C_*.
STUB_MACHINE = $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
STUB_BRANCHES_x86_64 := -fcf-protection=full
STUB_BRANCHES_aarch64 := -mbranch-protection=standard
STUB_HARDENING = -fPIC -fvisibility=hidden -fstack-protector-strong -fstack-clash-protection \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 $(STUB_BRANCHES_$(STUB_MACHINE))
STUB_LINK = -shared -pthread -Wl,-soname,libcientro-pkcs11.so -Wl,-z,relro,-z,now,-z,noexecstack,-z,defs,--as-needed \
	-Wl,--version-script=$(STUB)/export.map

$(STUB_LIBRARY): $(STUB_SOURCES) $(STUB_PARTS)
	@mkdir -p $(@D)
	$(CC) $(STUB_CFLAGS) $(STUB_HARDENING) $(STUB_LINK) -o $@ $(STUB_SOURCES)

# The same for Windows, with mingw-w64. What it exports says dllexport.
STUB_WINDOWS_SOURCES := $(filter-out %_unix.c,$(wildcard $(STUB)/*.c))
STUB_DLL ?= build/windows-amd64/cientro-pkcs11.dll
# What Windows shows of the file, where packaging/windows/package.sh made it.
STUB_RESOURCE ?=
STUB_MINGW ?= x86_64-w64-mingw32-gcc
STUB_MINGW_CFLAGS = -std=gnu11 $(STUB_WARNINGS) -O2 $(STUB_HEADERS) -fstack-protector-strong
# By itself the linker takes a base from the name of the file it writes, so that each
# folder has bytes of its own. Windows puts the library elsewhere anyway.
STUB_MINGW_LINK = -shared -s -static-libgcc \
	-Wl,--no-insert-timestamp,--nxcompat,--dynamicbase,--high-entropy-va,--image-base,0x180000000

$(STUB_DLL): $(STUB_WINDOWS_SOURCES) $(STUB_RESOURCE) $(STUB_PARTS)
	@mkdir -p $(@D)
	$(STUB_MINGW) $(STUB_MINGW_CFLAGS) $(STUB_MINGW_LINK) -o $@ $(STUB_WINDOWS_SOURCES) $(STUB_RESOURCE) -Wl,-Bstatic -lssp -Wl,-Bdynamic
