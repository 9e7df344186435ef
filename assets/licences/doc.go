// Package licences holds the licences of everything that is part of the programs:
// what the Go modules in them, and Go itself, ask to be handed on.
//
// The texts are brought here by generate, from the modules of go.mod; its test
// says when they are old.
package licences
