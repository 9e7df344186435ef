/* The agent under Windows.
 *
 * Two pipes, one for each direction, whose far ends the agent inherits by an
 * explicit list: nothing else of the host's leaks into it, whatever other
 * threads open meanwhile. Ours are overlapped, so that a wait can be limited,
 * and cut from another thread. */
#include "agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#ifndef CIENTRO_AGENT
#define CIENTRO_AGENT "C:\\Program Files\\CIEntro\\cientro.exe"
#endif
#define WIDE_(text) L##text
#define WIDE(text) WIDE_(text)

#define PATH 32768 /* characters, the longest that Windows knows */
#define BUFFER 65536

/* Where the agent would lie beside the library; empty: unknown. */
static wchar_t beside[PATH];

void agent_locate(void)
{
	static const wchar_t name[] = L"\\cientro.exe";
	HMODULE library;
	wchar_t *slash;
	DWORD length;

	if (beside[0] != 0)
		return;
	/* The address of any object of this library names the library. */
	if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, beside, &library))
		return;
	length = GetModuleFileNameW(library, beside, PATH);
	slash = wcsrchr(beside, L'\\');
	if (length == 0 || length >= PATH || slash == NULL || (size_t)(slash - beside) + sizeof name / sizeof *name > PATH)
		beside[0] = 0;
	else
		wmemcpy(slash, name, sizeof name / sizeof *name);
}

static const wchar_t *agent_path(void)
{
	DWORD attributes = beside[0] != 0 ? GetFileAttributesW(beside) : INVALID_FILE_ATTRIBUTES;

	return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_DIRECTORY) ? beside : WIDE(CIENTRO_AGENT);
}

/* The variables that the agent gets: where this user's and Windows' files are.
 * Whatever changes how programs load or run stays out. */
static const wchar_t *const inherited[] = {
	L"APPDATA", L"CIENTRO_HOME", L"LANG", L"LC_ALL", L"LC_MESSAGES", L"LOCALAPPDATA", L"ProgramData",
	L"SystemDrive", L"SystemRoot", L"TEMP", L"TMP", L"USERDOMAIN", L"USERNAME", L"USERPROFILE",
};

/* A block for CreateProcess, sorted as it must be; malloc'ed, or NULL. */
static wchar_t *choose_environment(void)
{
	const size_t variables = sizeof inherited / sizeof *inherited;
	size_t used = 0, i;
	wchar_t *block = malloc((variables * PATH + 2) * sizeof *block), *grown;

	if (block == NULL)
		return NULL;
	for (i = 0; i < variables; i++) {
		size_t name = wcslen(inherited[i]);
		wchar_t *at = block + used;
		DWORD length = GetEnvironmentVariableW(inherited[i], at + name + 1, (DWORD)(PATH - name - 2));

		if (length == 0 || length >= PATH - name - 2)
			continue;
		wmemcpy(at, inherited[i], name);
		at[name] = L'=';
		used += name + 1 + length + 1;
	}
	block[used] = block[used + 1] = 0;
	grown = realloc(block, (used + 2) * sizeof *block);
	return grown != NULL ? grown : block;
}

/* A pipe whose near end is ours and whose far end can be inherited. It has one
 * instance, and we open both ends: whoever made one of this name before, or
 * opened ours first, makes it fail and learns nothing. */
static bool make_pipe(DWORD direction, HANDLE *near_end, HANDLE *far_end)
{
	static volatile LONG number;
	SECURITY_ATTRIBUTES heritable = {.nLength = sizeof heritable, .bInheritHandle = TRUE};
	LARGE_INTEGER now;
	wchar_t name[96];

	QueryPerformanceCounter(&now);
	swprintf(name, sizeof name / sizeof *name, L"\\\\.\\pipe\\cientro-%lu-%ld-%llx",
		 GetCurrentProcessId(), InterlockedIncrement(&number), (unsigned long long)now.QuadPart);
	*near_end = CreateNamedPipeW(name, direction | FILE_FLAG_FIRST_PIPE_INSTANCE | FILE_FLAG_OVERLAPPED,
				     PIPE_TYPE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, BUFFER, BUFFER, 0, NULL);
	if (*near_end == INVALID_HANDLE_VALUE)
		return false;
	*far_end = CreateFileW(name, direction == PIPE_ACCESS_INBOUND ? GENERIC_WRITE : GENERIC_READ, 0, &heritable, OPEN_EXISTING, 0, NULL);
	if (*far_end != INVALID_HANDLE_VALUE)
		return true;
	CloseHandle(*near_end);
	return false;
}

/* Starts the program with in, out and nothing as its standard handles. */
static HANDLE launch(HANDLE in, HANDLE out, HANDLE nothing)
{
	HANDLE only[] = {in, out, nothing};
	STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES,
						.hStdInput = in, .hStdOutput = out, .hStdError = nothing}};
	PROCESS_INFORMATION started = {.hProcess = NULL};
	wchar_t command[] = L"cientro agent", *environment = choose_environment(), system[MAX_PATH] = L"";
	SIZE_T size = 0;

	InitializeProcThreadAttributeList(NULL, 1, 0, &size);
	start.lpAttributeList = malloc(size);
	if (start.lpAttributeList != NULL && environment != NULL && GetSystemDirectoryW(system, MAX_PATH) > 0
	    && InitializeProcThreadAttributeList(start.lpAttributeList, 1, 0, &size)) {
		if (UpdateProcThreadAttribute(start.lpAttributeList, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, only, sizeof only, NULL, NULL)
		    && CreateProcessW(agent_path(), command, NULL, NULL, TRUE,
				      EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT | CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP,
				      environment, system, &start.StartupInfo, &started))
			CloseHandle(started.hThread);
		DeleteProcThreadAttributeList(start.lpAttributeList);
	}
	free(start.lpAttributeList);
	free(environment);
	return started.hProcess;
}

bool agent_start(struct agent *agent)
{
	SECURITY_ATTRIBUTES heritable = {.nLength = sizeof heritable, .bInheritHandle = TRUE};
	HANDLE in, out, nothing;

	agent->limit = 0;
	agent->process = NULL;
	if (!make_pipe(PIPE_ACCESS_OUTBOUND, &agent->to, &in))
		return false;
	if (make_pipe(PIPE_ACCESS_INBOUND, &agent->from, &out)) {
		nothing = CreateFileW(L"NUL", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, &heritable, OPEN_EXISTING, 0, NULL);
		if (nothing != INVALID_HANDLE_VALUE) {
			agent->process = launch(in, out, nothing);
			CloseHandle(nothing);
		}
		CloseHandle(out);
		if (agent->process == NULL)
			CloseHandle(agent->from);
	}
	CloseHandle(in);
	if (agent->process == NULL)
		CloseHandle(agent->to);
	return agent->process != NULL;
}

/* One read or write, begun and waited for: how many bytes, 0 for none. */
static DWORD transfer(struct agent *agent, HANDLE pipe, bool writes, void *bytes, size_t length)
{
	OVERLAPPED operation = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
	/* The agent's end is waited for too: a program that the host started just
	 * when our far ends were heritable may hold the pipes open. */
	HANDLE either[] = {operation.hEvent, agent->process};
	DWORD most = length < BUFFER ? (DWORD)length : BUFFER, done = 0;

	if (operation.hEvent == NULL)
		return 0;
	if ((writes ? WriteFile(pipe, bytes, most, NULL, &operation) : ReadFile(pipe, bytes, most, NULL, &operation))
	    || GetLastError() == ERROR_IO_PENDING) {
		if (WaitForMultipleObjects(2, either, FALSE, agent->limit != 0 ? agent->limit : INFINITE) != WAIT_OBJECT_0)
			CancelIoEx(pipe, &operation);
		/* What was cancelled must be over before the buffer is given back. */
		if (!GetOverlappedResult(pipe, &operation, &done, TRUE))
			done = 0;
	}
	CloseHandle(operation.hEvent);
	return done;
}

enum sent agent_send(struct agent *agent, const void *bytes, size_t length)
{
	const char *at = bytes, *end = at + length;
	DWORD n;

	while (at < end) {
		n = transfer(agent, agent->to, true, (void *)at, (size_t)(end - at));
		if (n == 0)
			return at == (const char *)bytes ? SENT_NOTHING : SENT_IN_PART;
		at += n;
	}
	return SENT;
}

bool agent_receive(struct agent *agent, void *bytes, size_t length)
{
	char *at = bytes, *end = at + length;
	DWORD n;

	while (at < end) {
		n = transfer(agent, agent->from, false, at, (size_t)(end - at));
		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

void agent_limit(struct agent *agent, unsigned milliseconds)
{
	agent->limit = milliseconds;
}

void agent_dismiss(struct agent *agent)
{
	DisconnectNamedPipe(agent->to);
}

void agent_cut(struct agent *agent)
{
	DisconnectNamedPipe(agent->to);
	DisconnectNamedPipe(agent->from);
}

void agent_close(struct agent *agent)
{
	CloseHandle(agent->to);
	CloseHandle(agent->from);
	CloseHandle(agent->process);
}
