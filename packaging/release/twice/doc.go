// Package twice holds the test that the same sources give the same programs,
// wherever and by whomever they are built. The long form, with clean clones, empty
// caches and all packages, is packaging/release/reproduce.sh.
package twice
