import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mulDivCeil, mulDivFloor } from '../../../protocol/time/mul-div.ts'

const integer = fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -3, max: 3 }))
const divisor = fc.oneof(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.integer({ min: 1, max: 1000 }))

test('floor and ceiling enclose the exact quotient, and meet where it is whole', () => {
  fc.assert(
    fc.property(integer, integer, divisor, (a, b, c) => {
      const product = BigInt(a) * BigInt(b)
      fc.pre(product / BigInt(c) < 2n ** 53n - 2n && product / BigInt(c) > 2n - 2n ** 53n)
      const [floor, ceil] = [BigInt(mulDivFloor(a, b, c)), BigInt(mulDivCeil(a, b, c))]
      expect(floor * BigInt(c) <= product && product < (floor + 1n) * BigInt(c)).toBe(true)
      expect(ceil - floor).toBe(product % BigInt(c) === 0n ? 0n : 1n)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  [7, 1, 2, 3, 4],
  [-7, 1, 2, -4, -3],
  [-6, 1, 2, -3, -3],
  [0, 5, 3, 0, 0],
  [-1, 1, Number.MAX_SAFE_INTEGER, -1, 0],
  // 2⁵³ − 1 squared, far outside of a double.
  [
    Number.MAX_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
  ],
])('%d · %d / %d lies between %d and %d', (a, b, c, floor, ceil) => {
  // toBe tells 0 from −0, which would be printed.
  expect(mulDivFloor(a, b, c)).toBe(floor)
  expect(mulDivCeil(a, b, c)).toBe(ceil)
})
