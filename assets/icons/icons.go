// Package icons holds the drawings of the product: our own, no state emblem.
//
// It refuses to know what shows them; ui wraps the bytes for its windows.
package icons

import _ "embed"

// Name is the file name of the icon, for toolkits that want one.
const Name = "cientro.png"

// PNG is the icon of the product, 512 by 512 pixels.
//
//go:embed cientro.png
var PNG []byte

// LockName is the name of Lock.
const LockName = "lock.svg"

// Lock is a padlock, for what somebody else decided.
//
//go:embed lock.svg
var Lock []byte
