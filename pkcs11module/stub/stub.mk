# The PKCS#11 library. Included by the Makefile; needs p11-kit's pkcs11.h.
STUB := pkcs11module/stub
STUB_SOURCES := $(filter-out %_windows.c,$(wildcard $(STUB)/*.c))
STUB_HEADERS := $(wildcard $(STUB)/*.h) $(STUB)/export.map $(STUB)/stub.mk
STUB_WARNINGS := -std=gnu11 -Wall -Wextra -Werror -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
# Where the agent is looked for if it is not beside the library.
STUB_AGENT ?= /usr/bin/cientro
STUB_HEADER_DIR = $(shell pkg-config --variable=includedir p11-kit-1 2>/dev/null || echo /usr/include)/p11-kit-1
STUB_CFLAGS = $(STUB_WARNINGS) -O2 -D_GNU_SOURCE -isystem $(STUB_HEADER_DIR) -DCIENTRO_AGENT='"$(STUB_AGENT)"'

# Hardening: a stack that notices overflow, targets of jumps marked (x86, ARM),
# relocations read-only after start, nothing exported but C_*.
STUB_BRANCHES = $(if $(findstring x86_64,$(shell $(CC) -dumpmachine)),-fcf-protection=full)$(if $(findstring aarch64,$(shell $(CC) -dumpmachine)),-mbranch-protection=standard)
STUB_HARDENING = -fPIC -fvisibility=hidden -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 $(STUB_BRANCHES)
STUB_LINK = -shared -pthread -Wl,-soname,libcientro-pkcs11.so -Wl,-z,relro,-z,now,-z,noexecstack,-z,defs,--as-needed -Wl,--version-script=$(STUB)/export.map

build/libcientro-pkcs11.so: $(STUB_SOURCES) $(STUB_HEADERS)
	@mkdir -p build
	$(CC) $(STUB_CFLAGS) $(STUB_HARDENING) $(STUB_LINK) -o $@ $(STUB_SOURCES)
