import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomBelow, seededEntropy, systemEntropy } from '../../../protocol/time/entropy.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('one seed gives one stream, however it is cut', () => {
  const whole = hex(seededEntropy('lab').bytes(100))
  const entropy = seededEntropy('lab')
  expect([1, 0, 40, 59].map(length => hex(entropy.bytes(length))).join('')).toBe(whole)
})

test('the stream of a seed is the same in every release', () => {
  expect(hex(seededEntropy(1).bytes(16))).toBe('a6301d1dec94535badb2192429df11e2')
})

test('other seeds give other streams, and a number is its own text', () => {
  expect(hex(seededEntropy(1).bytes(16))).not.toBe(hex(seededEntropy(2).bytes(16)))
  expect(hex(seededEntropy(1).bytes(16))).toBe(hex(seededEntropy('1').bytes(16)))
})

test('the system never repeats itself', () => {
  expect(hex(systemEntropy.bytes(16))).not.toBe(hex(systemEntropy.bytes(16)))
  expect(systemEntropy.bytes(33)).toHaveLength(33)
})

test('randomBelow stays below its bound and reaches everything under it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 32 }), fc.integer(), (bound, seed) => {
      const value = randomBelow(seededEntropy(seed), bound)
      expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true)
    }),
  )
  const entropy = seededEntropy('dice')
  const rolls = Array.from({ length: 6000 }, () => randomBelow(entropy, 6))
  for (const face of [0, 1, 2, 3, 4, 5]) {
    const count = rolls.filter(roll => roll === face).length
    // Six standard deviations about a thousand.
    expect(Math.abs(count - 1000)).toBeLessThan(175)
  }
})
