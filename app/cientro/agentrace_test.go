//go:build race

package main

// slowdown is what the race detector costs.
const slowdown = 20
