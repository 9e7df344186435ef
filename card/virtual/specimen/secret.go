package specimen

import (
	"errors"
	"fmt"
	"io"
)

var errSecretForm = errors.New("not exactly 8 decimal digits")

func checkSecret(secret []byte) error {
	if len(secret) != 8 {
		return errSecretForm
	}
	for _, c := range secret {
		if c < '0' || c > '9' {
			return errSecretForm
		}
	}
	return nil
}

// drawSecret draws 8 digits that a person would be allowed to choose as a PIN.
func drawSecret(rand io.Reader) ([]byte, error) {
	for {
		secret := make([]byte, 8)
		for i := range secret {
			d, err := drawDigit(rand)
			if err != nil {
				return nil, fmt.Errorf("draw secret: %w", err)
			}
			secret[i] = d
		}
		if !weak(secret) {
			return secret, nil
		}
	}
}

// drawDigit draws '0' to '9' without bias.
func drawDigit(rand io.Reader) (byte, error) {
	var b [1]byte
	for {
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return 0, err
		}
		if b[0] < 250 {
			return '0' + b[0]%10, nil
		}
	}
}

// weak tells digits that are all equal, ascending, descending, or a repeated
// pair or quartet.
func weak(secret []byte) bool {
	up, down, pair, quartet := true, true, true, true
	for i := 1; i < len(secret); i++ {
		up = up && secret[i] == secret[i-1]+1
		down = down && secret[i]+1 == secret[i-1]
		pair = pair && (i < 2 || secret[i] == secret[i-2]) // equal digits are pairs too
		quartet = quartet && (i < 4 || secret[i] == secret[i-4])
	}
	return up || down || pair || quartet
}
