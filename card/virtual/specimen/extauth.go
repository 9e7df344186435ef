package specimen

// The external authentication CA of every specimen.
//
// Clients sign their terminal certificate with a private exponent that they
// all publish, without its modulus. A virtual card may therefore take any two
// primes with gcd(d, lcm(p-1, q-1)) = 1 and announce N = p*q with
// E = d^-1 mod lcm(p-1, q-1): a certificate signed by an unmodified client then
// verifies. N's first byte lies above 6A, so every ISO 9796-2 block is below
// it. The pair is public and fixed: it guards nothing.
const (
	extAuthModulusHex = "db24d519dd4b11b6628d26b441215e3488c920be595a09115d98412d6d44a86e" +
		"443e3740a4b07ec7ee88cb2ffd742982148b6a80fd843ad061378e1e2caf4696" +
		"ea05f6a40a845adce3054fbbfb4c2c64088489df4de2d50b9f075c835dc08e5c" +
		"8d56d35de0f304cd337a02ee1ebb406d7393a0a4a19b267d190ed91608fcadaa" +
		"20f4b7ebb0e7e0f6c89f2fafba3ff45275ca73f512f31879192528404a9ab3e5" +
		"3694532f33fb43bf426b5393d34f2a65f80d37ab47acc3ae6ac08769428d152b" +
		"f52af8ca58478d0d98dd2adc592b518b283de18b9438dc97abe4e0a8dee697df" +
		"a13506c89e69c63564cdb8ab1dcec8359714f15aca21babe83360c7cae4ced33"
	extAuthExponentHex = "1e83b473816eb6595d3238285af651dd7cd0ef4af23bad4437a55de3e8be929a" +
		"ffc7d9abb6f413b4a120449fa8f92419cb01a3eedfff8400ea55321b83a5678d" +
		"05d610a3fabd54dcbf2456a2d203d2b4c2b7c6f54ed0d78d06f3353d71e47f65" +
		"7a1180214b8cb0d47a43bce0deba356e75d33e0b55651f39bf970baa6baabb69" +
		"b33e05eb7378bc9b56e49b09cca58e3f42f7a3dce5f84c170e5ea9b4ce8473f7" +
		"e42948c918f635a9549654487859be6364730a6805a22a0720b3656bc0e2bd5a" +
		"bef656360c402b1efdb47846fc38eedc42473e5b60a9a59201eb8ae5ab398b4c" +
		"7bf10ff746d9db2a48494f344015ddb0f7801dfe092b6e8b88d4844878596775"
)

// Certificate holder reference and authorisation of that CA, as tags 5F20 and
// 5F4C carry them: 4 zero bytes and 8 characters; 6 bytes AID and a role byte.
const (
	extAuthCHRHex = "000000004954435554455354" // "ITCUTEST"
	extAuthCHAHex = "a0000000003900"
)

func (d *Data) setExtAuth() {
	d.ExtAuthModulus = constant(extAuthModulusHex)
	d.ExtAuthExponent = constant(extAuthExponentHex)
	d.ExtAuthCHR = constant(extAuthCHRHex)
	d.ExtAuthCHA = constant(extAuthCHAHex)
}
