// Package latency models how long an exchange with a contactless card takes:
// the way through the reader, the radio, and the chip's own computing.
//
// [Model.Duration] works on lengths and the kind of operation alone. A [Meter]
// adds exchanges up without waiting, for benchmarks that compare flows; [Delay]
// sleeps, for demonstrations of a slow card and tests that take it away in the
// middle of a long operation. Both plug into the virtual card as observers.
//
// The radio follows ISO/IEC 14443-3 and 14443-4 (bit rates of 13.56 MHz over
// 128, 64, 32 and 16; I-blocks of at most the frame size; an R-block for each
// block of a chain but the last). The times of reader and chip are assumptions,
// named as such in [Assumed]: nobody has published a trace of a real card.
//
// What it refuses to do: it models no collisions, no retransmission, no waiting
// time extensions and no power saving. It gives an order of magnitude and a fair
// comparison, not a promise.
package latency
