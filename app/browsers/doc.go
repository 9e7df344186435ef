// Package browsers finds the browsers of a computer, says which of them know the
// PKCS#11 module, registers it, and takes it out again without a trace.
//
// A browser takes modules from a file: Firefox from pkcs11.txt of each profile,
// or from policies.json of an administrator; Chromium, Chrome, Brave, Edge and
// Vivaldi from pkcs11.txt of the NSS database that they share in a home folder;
// other programs from a module file of p11-kit (pkcs11.conf(5)). Such a file is a
// [Place]. Each is edited as text: what others wrote keeps its bytes and order.
// Before the first change the original is kept with its hash, in the folder that
// [Config] names; [Setup.Remove] puts exactly that back. If others changed the
// file since, it takes out our part alone and says so.
//
// It refuses to write into a profile while Firefox runs on it, to edit what it
// does not understand, and to register anything in a browser whose box (snap,
// flatpak) keeps the module from being loaded. It loads no module and starts no
// program. Windows and macOS keep policies in the registry and in property
// lists: [RegistryAdd] and [PropertyListAdd] edit their text, and nothing here
// writes it there.
//
// Sources: NSS, lib/util/utilmod.c (pkcs11.txt); Mozilla's policy templates
// (SecurityDevices); Chromium, crypto/nss_util.cc (place of the database).
package browsers
