// Command freshcache stands between the go command and its cache (GOCACHEPROG, go
// help buildcache) and forgets some packages, so that these are compiled anew while
// all others come from the cache as ever:
//
//	go list -deps -export -f '{{.BuildID}}' … >forget
//	GOCACHEPROG="freshcache -shared DIR -own DIR -forget forget -report FILE" go build …
//
// So a second build of one's own packages in another folder costs seconds and is
// one: for the go command, the folder does not count under -trimpath, and its cache
// would answer with what the first build made. What is compiled anew is kept under
// -own; the shared cache is read only. The report says how many packages were
// forgotten and compiled, and which of them came out otherwise than in the cache.
//
// It knows the layout of Go's cache on disk (cmd/go/internal/cache). Where that is
// another one day, nothing is found and everything is compiled: slower, not wrong.
package main
