import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeCobs, encodeCobs } from '../../../protocol/framing/cobs.ts'

/** The bytes from `first` to `last`. */
function run(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}

// Cheshire and Baker, 1999, as tabulated by Wikipedia, "Consistent Overhead Byte Stuffing", without the delimiter.
test.each([
  ['one zero', [0], [1, 1]],
  ['two zeros', [0, 0], [1, 1, 1]],
  ['a byte between zeros', [0, 0x11, 0], [1, 2, 0x11, 1]],
  ['a zero amid', [0x11, 0x22, 0, 0x33], [3, 0x11, 0x22, 2, 0x33]],
  ['no zero', [0x11, 0x22, 0x33, 0x44], [5, 0x11, 0x22, 0x33, 0x44]],
  ['zeros at the end', [0x11, 0, 0, 0], [2, 0x11, 1, 1, 1]],
  ['a full block', run(1, 0xfe), [0xff, ...run(1, 0xfe)]],
  ['a zero, then a full block', [0, ...run(1, 0xfe)], [1, 0xff, ...run(1, 0xfe)]],
  ['one more than a block', run(1, 0xff), [0xff, ...run(1, 0xfe), 2, 0xff]],
  ['a full block, then a zero', [...run(2, 0xff), 0], [0xff, ...run(2, 0xff), 1, 1]],
  ['one less than a block, then a zero', [...run(3, 0xff), 0, 1], [0xfe, ...run(3, 0xff), 2, 1]],
])('%s', (_, bytes, stuffed) => {
  expect([...encodeCobs(Uint8Array.from(bytes))]).toEqual(stuffed)
  expect([...(decodeCobs(Uint8Array.from(stuffed)) ?? [])]).toEqual(bytes)
})

/** Long runs without a zero are what blocks are about, and random bytes have few. */
const bytesWithRuns = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 5 }),
      fc.integer({ min: 250, max: 520 }).map(length => new Uint8Array(length).fill(7)),
    ),
  )
  .map(pieces => new Uint8Array(Buffer.concat(pieces)))

test('what is stuffed has no zero, is at most one byte in 254 longer, and comes back', () => {
  fc.assert(
    fc.property(bytesWithRuns, bytes => {
      const stuffed = encodeCobs(bytes)
      expect(stuffed.includes(0)).toBe(false)
      expect(stuffed.length).toBeLessThanOrEqual(bytes.length + Math.max(1, Math.ceil(bytes.length / 254)))
      expect(decodeCobs(stuffed)).toEqual(bytes)
    }),
  )
})

test('any bytes are either refused or unstuffed, never longer than they were', () => {
  fc.assert(
    fc.property(fc.uint8Array(), stuffed => {
      expect((decodeCobs(stuffed) ?? stuffed).length).toBeLessThanOrEqual(stuffed.length)
    }),
  )
})

test.each([
  ['a zero for a code', [0, 1]],
  ['a zero inside a block', [3, 1, 0]],
  ['an end inside a block', [3, 1]],
])('%s is refused', (_, stuffed) => expect(decodeCobs(Uint8Array.from(stuffed))).toBeUndefined())
