// Package settings is where the programs agree on what the user chose, what
// the administrator decided, and where files are.
//
// [Locate] is the one place that knows paths. [Source.Load] reads the user's
// settings and the administrator's policy, which wins; it never fails: what
// cannot be used has its default and a [Warning] that says so. [Source.Update]
// changes the user's settings and keeps what a newer version wrote beside
// them.
//
// The package holds nothing secret and decides nothing about cards. It refuses
// to write the policy, and to change what the policy locks.
package settings
