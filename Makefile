# CIEntro. `make` alone lists what can be asked; CI on Debian asks for `make test`.
# Debian packages are known in one place only: packaging/linux/setup.sh.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

SETUP := packaging/linux/setup.sh
# Looked up when used, not when read: `make setup` may have to fetch Go first.
GO = $(shell $(SETUP) which-go)
# go.mod names the Go version; an older Go (1.21+) fetches it by itself.
export GOTOOLCHAIN ?= auto
# Two versions of tools on purpose outside go.mod: they are not dependencies.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# As many digits everywhere: by itself git takes more of them in a larger clone.
VERSION := $(shell git describe --tags --always --abbrev=12 --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)
# No path of whoever builds, and the version only: docs/release.md.
BUILDFLAGS := -trimpath -buildvcs=false -ldflags '$(LDFLAGS)'
# Programs for Linux lie at a random address, and nothing that is resolved when they
# are loaded can be written afterwards; packaging/release/inspect looks.
LINUXCOMPILED := -buildmode=pie -trimpath
LINUXFLAGS := $(LINUXCOMPILED) -buildvcs=false -ldflags '$(LDFLAGS) -bindnow'

# Linux draws through OpenGL ES 2, which every driver there has: the bindings to
# all of OpenGL 2.1 alone compile for three minutes (docs/decisions/0008). Empty
# takes those: make build DRAW=
# Fyne's font of emoji is left out: no window of ours shows one, and it takes four
# megabytes for each style of letters.
DRAW := -tags gles,no_emoji

# The floors of the house.
FLOORS := $(foreach floor,card app assets packaging pkcs11module ui,$(if $(wildcard $(floor)/.),./$(floor)/...))
# The programs with windows stand apart: Fyne with its window systems and OpenGL
# compiles for minutes, and with cgo. Under the tag ci it has neither, draws into
# memory and compiles in a quarter of the time, so this is what is tested and
# linted, once, without cgo and without the race detector; `make build` compiles
# the rest, and the step `windows` looks at what came out on a real screen.
WINDOWS := ./ui/... ./app/cientro-desktop/...
HEADLESS := -tags ci
OTHERS = $(shell $(GO) list $(HEADLESS) $(FLOORS) | grep -v -e '^cientro/ui/' -e '^cientro/app/cientro-desktop')
# Code whose coverage is promised: card/ without the test doubles and tools.
COVERED = $(shell $(GO) list ./card/... | grep -v /cardtest | paste -sd,)
COVERAGE_MINIMUM := 90
COVERFLAGS = -timeout 8m -covermode=atomic -coverpkg=$(COVERED)

# How long each fuzz target runs, and which: in `make test` those that read what
# a card or a program sends, as building the others alone takes minutes. Their
# seeds are ordinary tests, and the long form runs them all.
FUZZTIME ?= 10s
TIME ?= $(FUZZTIME)
FUZZED = $(if $(filter 10s,$(TIME)),./card/... ./pkcs11module/...,$(FLOORS))
# What `make run` hands to the program; without it the app opens. With it the
# command line answers: make run ARGS='card --virtual'.
ARGS ?=
OUT := build/test

include pkcs11module/stub/stub.mk

.PHONY: help setup build release sbom run demo demo-browser test test-all lint mutants fuzz bench cover screenshots clean
.PHONY: build-command build-desktop show-compiled reproducible setup-build setup-test setup-demo setup-wine setup-winpackage setup-package setup-browser format vet staticcheck no-cgo other-systems unit ui faults pcscd module browsers packages windows wine windows-packages coverage

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install what is missing to build, test and play the demo (says what, first)
	@$(SETUP) all && echo 'setup: everything needed is here'

build: setup-build ## build/cientro, build/cientro-desktop and build/libcientro-pkcs11.so, which browsers load
	@$(MAKE) build-command build-desktop build/libcientro-pkcs11.so

run: build ## open the app; without a reader it offers a virtual card (command line: make run ARGS='card --virtual')
	@$(if $(ARGS),build/cientro $(ARGS),build/cientro-desktop)

demo: setup-demo build ## the whole story on a virtual card, through a real PC/SC daemon
	@build/cientro demo $(ARGS_DEMO)

demo-browser: setup-browser build ## the login in a browser, with a virtual card (ARGS_DEMO=--self-test: with nobody there)
	@build/cientro demo browser $(ARGS_DEMO)

test: setup-test ## everything CI runs
	@.ci/steps format vet staticcheck no-cgo unit 'fuzz&' ui faults pcscd 'mutants&' 'packages&' module browsers windows reproducible coverage

test-all: setup-test ## the long form: every matrix through pcscd, long fuzzing, other systems, lint
	@CIENTRO_TEST_ALL=1 .ci/steps format vet staticcheck no-cgo other-systems unit 'FUZZTIME=60s:fuzz&' ui faults pcscd module browsers packages windows reproducible wine windows-packages coverage mutants lint

lint: ## golangci-lint with the set chosen in .golangci.yml
	$(GO) run $(GOLANGCI) run --build-tags ci $(FLOORS)

mutants: ## plant each listed fault and demand a red test
	@mkdir -p $(OUT)
	$(GO) run ./card/cardtest/mutants -counts $(OUT)/counts

fuzz: ## run each fuzz target for TIME (make fuzz TIME=5m)
	@GO='$(GO)' .ci/fuzz $(TIME) $(FUZZED)

bench: build ## APDUs, bytes and modelled milliseconds; allocations of the hot paths; the module in a host
	CIENTRO_TEST_MODULE=1 $(GO) test -run '^$$' -bench . -benchmem $$(grep -rlE --include='*_test.go' '^func Benchmark' card app pkcs11module ui/screentest | xargs -rn1 dirname | sort -u | sed 's|^|./|')

cover: setup-test unit ## coverage of card/, with build/test/coverage.html to look at
	@.ci/coverage $(COVERAGE_MINIMUM) $(OUT)/card.cover $(OUT)/unit.cover
	@$(GO) tool cover -html $(OUT)/card.cover -o $(OUT)/coverage.html

screenshots: setup-test build ## docs/screenshots anew, from the built program on a screen of its own
	CIENTRO_TEST_MODULE=1 CIENTRO_SCREENSHOTS=1 CGO_ENABLED=0 $(GO) test -count=1 -timeout 60m $(HEADLESS) -run '^TestScreenshots$$' ./ui/screentest

release: ## packages, lists of what is in them and checksums of this commit, in build/release (docs/release.md)
	@packaging/release/release.sh

sbom: build ## build/cientro.cdx.json: what the built programs are made of (CycloneDX)
	@$(GO) run ./packaging/release/sbom -version '$(VERSION)' -revision "$$(git rev-parse HEAD)" -time "$$(git log -1 --format=%ct)" \
		-o build/cientro.cdx.json build/cientro build/cientro-desktop build/libcientro-pkcs11.so
	@echo build/cientro.cdx.json

clean: ## remove build/
	rm -rf build

# What `make build` is made of, for whoever has what they need, and where it goes.
BUILT ?= build

build-command:
	$(GO) build $(LINUXFLAGS) -o $(BUILT)/cientro ./app/cientro

# For tests: with which flags packages are compiled.
show-compiled:
	@echo '$(LINUXCOMPILED)'

build-desktop:
	$(GO) build $(LINUXFLAGS) $(DRAW) -o $(BUILT)/cientro-desktop ./app/cientro-desktop

# Steps of `make test`, each of which can be asked for alone.

setup-build setup-test setup-demo setup-wine setup-winpackage setup-package setup-browser: setup-%:
	@$(SETUP) $*

format:
	@unformatted=$$($$($(GO) env GOROOT)/bin/gofmt -l $(patsubst ./%/...,%,$(FLOORS))); \
	if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi

vet:
	$(GO) vet $(OTHERS)
	CGO_ENABLED=0 $(GO) vet $(HEADLESS) $(WINDOWS)

staticcheck:
	$(GO) run $(STATICCHECK) $(OTHERS)
	$(GO) run -exec 'env CGO_ENABLED=0' $(STATICCHECK) $(HEADLESS) $(WINDOWS)

# Proves that cgo stays at the edges: everything of ours builds without it,
# windows included. That they need it in the end is Fyne's way to a screen.
no-cgo:
	CGO_ENABLED=0 $(GO) build $(HEADLESS) $(FLOORS)

# Cross-compiled only; running there is said to be unproved until it is done.
# Without the windows, which want cgo on each system.
PORTABLE = $(filter cientro/card/% cientro/card cientro/app/% cientro/app,$(OTHERS))
other-systems:
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) vet $(PORTABLE)
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) build $(BUILDFLAGS) -o build/windows-amd64/cientro.exe ./app/cientro
	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 $(GO) build $(PORTABLE)
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 $(GO) build $(PORTABLE)

# Under the race detector, but for the tests that start our programs by the
# hundred, or look at a hundred made-up computers one after the other: in the
# short form those run without it, five times as fast.
STARTERS := ^(TestScripts|TestTheTable|TestCausesComeFirst)$$
unit:
	@mkdir -p $(OUT)
	CIENTRO_TEST_ALL= $(GO) test -json -race $(if $(CIENTRO_TEST_ALL),,-skip '$(STARTERS)') $(COVERFLAGS) -coverprofile=$(OUT)/unit.cover $(OTHERS) \
		| $(GO) run ./card/cardtest/testreport -name unit -counts $(OUT)/counts
	$(if $(CIENTRO_TEST_ALL),,$(GO) test -json -run '$(STARTERS)' ./app/cientro ./app/doctor | $(GO) run ./card/cardtest/testreport -name unit -counts $(OUT)/counts)

# Widgets, windows and what they say, drawn into memory; the pictures are in
# build/test/screens.
ui:
	@mkdir -p $(OUT)
	CGO_ENABLED=0 $(GO) test -json $(HEADLESS) ./ui/... | $(GO) run ./card/cardtest/testreport -name ui -counts $(OUT)/counts

# The built program on a screen of its own, keys and pointer included; all of it
# in test-all.
windows: build
	@mkdir -p $(OUT)
	CIENTRO_TEST_MODULE=1 CGO_ENABLED=0 $(GO) test -json -count=1 -p 1 -timeout 60m $(HEADLESS) ./app/cientro-desktop/... ./ui/screentest \
		| $(GO) run ./card/cardtest/testreport -name windows -counts $(OUT)/counts

# The fault table and its leaks, without the race detector, under which unit
# samples them: some 2,400 cases, or all 55,000 (ten minutes) in test-all.
faults:
	@mkdir -p $(OUT)
	$(GO) test -json -count=1 -run '^(TestFaultTable|TestErrorsLeakNothing|TestLoginUnderFaults)$$' -timeout 90m ./card \
		| $(GO) run ./card/cardtest/testreport -name faults -counts $(OUT)/counts

# The tests that want a PC/SC daemon, one package at a time; each starts its own.
# Under the race detector in test-all only: most of them start programs, and a
# program built with it is slow to start.
pcscd:
	@mkdir -p $(OUT)
	CIENTRO_TEST_PCSCD=1 $(GO) test -json -count=1 -p 1 $(if $(CIENTRO_TEST_ALL),-race) $(COVERFLAGS) -coverprofile=$(OUT)/pcscd.cover \
		$$(.ci/pcscd-tests $(FLOORS)) | $(GO) run ./card/cardtest/testreport -name pcscd -counts $(OUT)/counts

# The built module in the hands of other programs, and its conformance.
module: build
	@mkdir -p $(OUT)
	CIENTRO_TEST_MODULE=1 $(GO) test -json -count=1 -p 1 -timeout 30m \
		$(foreach tests,rpc stub moduletest clienttest,$(if $(wildcard pkcs11module/$(tests)/.),./pkcs11module/$(tests)/...)) \
		| $(GO) run ./card/cardtest/testreport -name module -counts $(OUT)/counts
	CIENTRO_TEST_MODULE=1 $(GO) test -count=1 -run '^TestNSSSeesIt$$' ./app/browsers

# Firefox and Chromium with the built module: six scenarios and the demo's login;
# all in test-all.
browsers: build
	@mkdir -p $(OUT)
	CIENTRO_TEST_MODULE=1 $(GO) test -json -count=1 -p 1 -timeout 60m ./pkcs11module/browsertest \
		| $(GO) run ./card/cardtest/testreport -name browsers -counts $(OUT)/counts

# What is built for Windows, under wine, which has no PC/SC: with the virtual
# card that the agent offers. And the policy in the registry.
wine: setup-wine build
	@mkdir -p $(OUT)
	GOOS=windows GOARCH=amd64 CGO_ENABLED=0 $(GO) build $(BUILDFLAGS) -o build/windows-amd64/cientro.exe ./app/cientro
	@$(MAKE) $(STUB_DLL)
	CIENTRO_TEST_WINE=1 $(GO) test -json -count=1 -run 'UnderWine$$' -p 1 ./pkcs11module/clienttest ./app/cientro \
		| $(GO) run ./card/cardtest/testreport -name wine -counts $(OUT)/counts

# The packages for Windows: made, signed with a key of the moment, installed and
# removed under wine.
windows-packages: setup-winpackage
	@mkdir -p $(OUT)
	GO='$(GO)' packaging/windows/package.sh programs build/windows-amd64
	CIENTRO_TEST_WINE=1 CIENTRO_WINDOWS_PROGRAMS=$(CURDIR)/build/windows-amd64 $(GO) test -json -count=1 -timeout 60m ./packaging/windows/installtest \
		| $(GO) run ./card/cardtest/testreport -name windows-packages -counts $(OUT)/counts

# The same sources built twice in two places are the same; what is built lists what
# it is made of, is hardened, and tells nothing of its builder. In test-all also
# whole releases, each with empty caches.
reproducible: build
	@mkdir -p $(OUT)
	CIENTRO_TEST_BUILDS=1 $(GO) test -json -count=1 ./packaging/release/... | $(GO) run ./card/cardtest/testreport -name reproducible -counts $(OUT)/counts
	$(if $(CIENTRO_TEST_ALL),packaging/release/reproduce.sh)

# The deb in a clean root and the tar.gz in a temporary home; in test-all also by
# apt, upgraded, as rpm, and what lintian says.
packages: build
	$(if $(CIENTRO_TEST_ALL),@$(MAKE) setup-package)
	@mkdir -p $(OUT)
	CIENTRO_TEST_PACKAGES=1 $(GO) test -json -count=1 -timeout 60m ./packaging/linux/packagetest \
		| $(GO) run ./card/cardtest/testreport -name packages -counts $(OUT)/counts

coverage:
	@.ci/coverage $(COVERAGE_MINIMUM) $(OUT)/card.cover $(OUT)/unit.cover $(OUT)/pcscd.cover
