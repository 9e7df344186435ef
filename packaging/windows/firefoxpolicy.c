/* firefoxpolicy: lets Firefox know of the PKCS#11 library of this installation,
 * through the policy that an administrator could set by hand, and takes it back.
 *
 *   firefoxpolicy add LIBRARY       a value under SecurityDevices\Add
 *   firefoxpolicy remove LIBRARY    every value there that names LIBRARY, and no other
 *
 * Both installers run it, so that both do the same. A value of somebody else is
 * never changed: where the name CIEntro is taken by another library, the next free
 * one is used, CIEntro 2. What is removed is known by its path, not by its name, so
 * a value that an administrator meanwhile pointed elsewhere stays. Keys that are
 * empty afterwards go, up to Software\Policies.
 *
 * The key is of the computer: Firefox also reads the user's, but Windows lets only
 * administrators write it.
 * (Mozilla, policy templates, "SecurityDevices", Firefox 114, ESR 102.12 and later.)
 *
 * Exit codes: 0 done, or nothing to do; 1 the registry refused; 2 wrong arguments. */
#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#define DEVICES L"Software\\Policies\\Mozilla\\Firefox\\SecurityDevices\\Add"
#define NAME L"CIEntro"
#define NAMES 100	 /* as many as are tried */
#define LONGEST 16384	 /* characters of a value's name, the most that Windows allows */
#define LONGEST_PATH 32768 /* characters of a path, likewise */

/* Whether a value of the key names the library, as Windows compares paths. */
static bool names(HKEY key, const wchar_t *value, const wchar_t *library)
{
	static wchar_t path[LONGEST_PATH];
	DWORD size = sizeof path;

	return RegGetValueW(key, NULL, value, RRF_RT_REG_SZ | RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, NULL, path, &size) == ERROR_SUCCESS
	       && CompareStringOrdinal(path, -1, library, -1, TRUE) == CSTR_EQUAL;
}

/* The name of a value that names the library, from the given place on. */
static bool find(HKEY key, DWORD *at, wchar_t *value, const wchar_t *library)
{
	for (;; (*at)++) {
		DWORD length = LONGEST;

		if (RegEnumValueW(key, *at, value, &length, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
			return false;
		if (names(key, value, library))
			return true;
	}
}

static bool add(const wchar_t *library)
{
	static wchar_t value[LONGEST];
	HKEY key;
	DWORD at = 0;
	int number;
	LSTATUS status = ERROR_SUCCESS;

	if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, DEVICES, 0, NULL, 0, KEY_READ | KEY_WRITE | KEY_WOW64_64KEY, NULL, &key, NULL) != ERROR_SUCCESS)
		return false;
	if (!find(key, &at, value, library)) {
		status = ERROR_ALREADY_EXISTS;
		for (number = 1; number <= NAMES; number++) {
			swprintf(value, LONGEST, number == 1 ? NAME : NAME L" %d", number);
			if (RegQueryValueExW(key, value, NULL, NULL, NULL, NULL) != ERROR_FILE_NOT_FOUND)
				continue;
			status = RegSetValueExW(key, value, 0, REG_SZ, (const BYTE *)library, (DWORD)((wcslen(library) + 1) * sizeof *library));
			break;
		}
	}
	RegCloseKey(key);
	return status == ERROR_SUCCESS;
}

/* Deletes keys that hold nothing, from the given one up to, and without,
 * Software\Policies. */
static void remove_empty(void)
{
	wchar_t path[] = DEVICES, *end;

	while ((end = wcsrchr(path, L'\\')) != NULL && wcscmp(path, L"Software\\Policies") != 0) {
		DWORD keys = 1, values = 1;
		HKEY key;

		if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_READ | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS)
			return;
		RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL, NULL, NULL);
		RegCloseKey(key);
		if (keys != 0 || values != 0 || RegDeleteKeyExW(HKEY_LOCAL_MACHINE, path, KEY_WOW64_64KEY, 0) != ERROR_SUCCESS)
			return;
		*end = 0;
	}
}

static bool take_back(const wchar_t *library)
{
	static wchar_t value[LONGEST];
	HKEY key;
	DWORD at = 0;
	bool removed = false;
	LSTATUS status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, DEVICES, 0, KEY_READ | KEY_WRITE | KEY_WOW64_64KEY, &key);

	if (status == ERROR_FILE_NOT_FOUND)
		return true;
	if (status != ERROR_SUCCESS)
		return false;
	while (status == ERROR_SUCCESS && find(key, &at, value, library)) {
		status = RegDeleteValueW(key, value);
		removed = true;
	}
	RegCloseKey(key);
	if (removed)
		remove_empty();
	return status == ERROR_SUCCESS;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE none, PWSTR line, int show)
{
	(void)instance, (void)none, (void)line, (void)show;
	if (__argc != 3 || *__wargv[2] == 0)
		return 2;
	if (wcscmp(__wargv[1], L"add") == 0)
		return add(__wargv[2]) ? 0 : 1;
	if (wcscmp(__wargv[1], L"remove") == 0)
		return take_back(__wargv[2]) ? 0 : 1;
	return 2;
}
