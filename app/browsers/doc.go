// Package browsers finds the browsers of a computer, says which of them know the
// PKCS#11 module, registers it, and takes it out again without a trace.
//
// A browser takes modules from a file: Firefox from pkcs11.txt of each profile,
// or from an administrator's policies; on Linux Chromium, Chrome, Brave, Edge and
// Vivaldi from pkcs11.txt of the NSS database that they share in a home folder;
// other programs from a module file of p11-kit (pkcs11.conf(5)). Policies are in
// policies.json, on Windows in the registry, on macOS in a property list. Such a
// file or key is a [Place]. Each is edited as text, keys of the registry as that of
// a .reg file: what others wrote keeps its bytes and order. Before the first change
// the original is kept with its hash, in the folder that [Config] names;
// [Config.Remove] puts exactly that back. If others changed it since, it takes out
// our part alone and says so.
//
// It refuses to write into a profile while Firefox runs on it, to edit what it
// does not understand, and to register anything in a browser whose box (snap,
// flatpak) keeps the module from being loaded. On Windows and macOS Chromium and its
// kin load no module: they stand there as what they are, [NoModules]. It loads no
// module and starts no program.
//
// [Config.OS] says of which system the layout is, so that tests see all of them.
//
// Sources: NSS, lib/util/utilmod.c (pkcs11.txt); Mozilla's policy templates
// (SecurityDevices), EnterprisePoliciesParent.sys.mjs, WindowsGPOParser.sys.mjs and
// nsMacPreferencesReader.mm (which policy counts); nsProfileLock.cpp (whether a
// profile is open); Chromium, crypto/nss_util.cc (place of the database).
package browsers
