package csca_test

import (
	"fmt"

	"cientro/assets/csca"
	"cientro/card/sod"
)

func ExampleKeys() {
	anchors, err := sod.ParseKeys(csca.Keys())
	if err != nil {
		panic(err)
	}
	newest := anchors[0]
	for _, a := range anchors {
		if a.NotAfter.After(newest.NotAfter) {
			newest = a
		}
	}
	fmt.Println(len(anchors), "country signers; the newest:")
	fmt.Println(newest.Subject.Get("CN"), newest.Key.Algorithm(), "until", newest.NotAfter.Year())
	// Output:
	// 9 country signers; the newest:
	// Italian Country Signer CA RSA 4096 until 2039
}
