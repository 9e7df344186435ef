// Package links knows the public addresses that the windows may open: those of
// the Ministry of the Interior's services for the CIE, and of the few others that
// the guide speaks of.
//
// It refuses any other: a window opens nothing that is not here. Each address is
// https, on a host of its own list, without port, user, query or fragment, so
// that whoever reads it on a button knows where it leads.
//
// Addresses can change, and the guide says so. Up: app/guide and the windows in
// ui.
package links
