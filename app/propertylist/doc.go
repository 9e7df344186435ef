// Package propertylist reads the property lists of macOS, in which the system
// keeps what administrators decide: the XML form and the binary one.
//
// [Parse] takes both and gives the root dictionary as a tree of [Value]. Of the
// XML form each value also knows where it stands in the text, for those who edit
// it and keep the bytes of the rest ([Place]).
//
// It refuses what readers disagree on (a name that stands twice, a name without
// a value), and what would cost more than a list of settings may: depth, number
// of values and length of texts are bounded. It writes nothing, resolves no
// entities and knows no keyed archives.
//
// Sources: Apple's PropertyList-1.0.dtd (XML); CFBinaryPList.c of Apple's
// CoreFoundation, opensource.apple.com (binary, version 00).
package propertylist
