//go:build linux && cgo

package moduletest

const hostVariable = "CIENTRO_MODULETEST_HOST"

func hostMain(string) {}
