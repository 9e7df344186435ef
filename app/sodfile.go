package app

import (
	"time"

	"cientro/card/sod"
)

// VerifySOD judges an EF.SOD saved in a file: its signature, its signer and
// the chain to an anchor. Without the card's other files their hashes stay
// unchecked. A SOD that does not hold comes with its verdict and a
// *SODFileError.
func VerifySOD(path string, anchors *sod.Anchors, now time.Time) (sod.Verdict, error) {
	raw, err := readBounded(path, sod.MaxSOD)
	if err != nil {
		return sod.Verdict{}, err
	}
	s, err := sod.Parse(raw)
	if err != nil {
		return sod.Verdict{}, &FileError{Op: FileSOD, Path: path, Err: err}
	}
	verdict := sod.Verify(s, nil, anchors, now)
	if verdict.Level == sod.LevelFailed || verdict.Level == sod.LevelUnknown {
		return verdict, &SODFileError{Path: path, Err: verdict.Err()}
	}
	return verdict, nil
}
