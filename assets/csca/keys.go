package csca

import _ "embed"

//go:embed keys.json
var keys string

// Keys returns keys.json, a fresh copy each time.
func Keys() []byte { return []byte(keys) }
