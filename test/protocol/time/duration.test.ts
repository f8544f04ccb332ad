import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Duration, dayUs, formatDuration, parseDuration, secondUs, toUs } from '../../../protocol/time/duration.ts'

/** Hands a value to `toUs` as JavaScript would, which has no types to stop it. */
const untyped = (value: unknown) => () => toUs(value as Duration)

test('the units of a duration add up to whole microseconds', () => {
  expect(toUs({ days: 90 })).toBe(90 * dayUs)
  expect(toUs({ hours: 1, minutes: 30 })).toBe(5400 * secondUs)
  expect(toUs({ minutes: 1, seconds: -30, milliseconds: 2, microseconds: 1.4 })).toBe(30_002_001)
  expect(toUs({})).toBe(0)
})

test('a bare number is refused with the cure', () => {
  expect(untyped(90)).toThrow(new TypeError('a duration needs its unit: { seconds: 90 } or { days: … }, not 90'))
  expect(untyped(null)).toThrow(TypeError)
})

test.each(['day', 'weeks', 'constructor'])('the unknown unit "%s" is refused, and the known ones named', unit => {
  expect(untyped({ [unit]: 1 })).toThrow(
    new TypeError(`unknown unit of time "${unit}": use days, hours, minutes, seconds, milliseconds, microseconds`),
  )
})

test.each([Number.NaN, Number.POSITIVE_INFINITY, '5', undefined])('an amount of %s is refused', amount => {
  expect(untyped({ days: amount })).toThrow(new RangeError(`days must be a finite number, not ${amount}`))
})

test.each([
  ['90d', 90 * dayUs],
  ['1h30m', 5400 * secondUs],
  ['1h30min', 5400 * secondUs],
  ['2m', 120 * secondUs],
  ['-2m', -120 * secondUs],
  ['+5s', 5 * secondUs],
  ['2.5s', 2_500_000],
  ['500ms', 500_000],
  ['7us', 7],
])('%s is %d µs', (text, us) => {
  expect(parseDuration(text)).toBe(us)
})

test.each(['', '90', '5 s', 'd', '1h-5m', '--5s', '1,5h', '.5h'])('"%s" is refused with the form', text => {
  expect(() => parseDuration(text)).toThrow(
    new RangeError(`"${text}" is not a duration: write it like 90d, 1h30m or 500ms`),
  )
})

test.each(['w', 'sec', 'constructor'])('the unknown unit in "5%s" is named', unit => {
  expect(() => parseDuration(`5${unit}`)).toThrow(
    new RangeError(`unknown unit "${unit}" in "5${unit}": use d, h, m, s or ms`),
  )
})

test.each([
  [0, '0 s'],
  [-49_999, '0 s'],
  [2_400_000, '2.4 s'],
  [-2_400_000, '−2.4 s'],
  [9_960_000, '10 s'],
  [59_499_999, '59 s'],
  [59_500_000, '1 min'],
  [90_000_000, '1 min 30 s'],
  [3_599_600_000, '1 h'],
  [5_400_000_000, '1 h 30 min'],
  [90 * dayUs, '90 d'],
  [-(dayUs + 3_600_000_000), '−1 d 1 h'],
])('%d µs is written %s', (us, text) => {
  expect(formatDuration(us)).toBe(text)
})

test('what is written for a person reads back to the microsecond in whole seconds, up to two units', () => {
  fc.assert(
    fc.property(fc.integer({ min: -3599, max: 3599 }), seconds => {
      const written = formatDuration(seconds * secondUs)
      expect(parseDuration(written.replace('−', '-').replaceAll(' ', ''))).toBe(seconds * secondUs)
    }),
  )
})
