import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ageingUs, checkedCelsius, cutCrystal, ratePpb } from '../../../firmware-sim/parts/crystal.ts'
import { yearUs } from '../../../protocol/time/duration.ts'

test('off 25 °C it loses 0.034 ppm/°C², on either side', () => {
  const crystal = cutCrystal({ ppm: 12 }, 0)
  expect(ratePpb(crystal, 25)).toBe(12_000)
  expect(ratePpb(crystal, 35)).toBe(12_000 - 3400)
  expect(ratePpb(crystal, 15)).toBe(12_000 - 3400)
  expect(ratePpb(crystal, -10)).toBe(12_000 - 41_650)
})

test('no temperature makes it faster than its cut', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1000, max: 1000, noNaN: true }),
      fc.double({ min: -60, max: 150, noNaN: true }),
      (ppm, celsius) => {
        const crystal = cutCrystal({ ppm }, 0)
        expect(ratePpb(crystal, celsius)).toBeLessThanOrEqual(crystal.cutPpb)
        expect(Number.isInteger(ratePpb(crystal, celsius))).toBe(true)
      },
    ),
  )
})

test('ageing in closed form is the integral of ageing · log2(1 + years)', () => {
  const year = fc.double({ min: 0, max: 20, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 10 }), year, year, (ageingPpm, a, b) => {
      const [fromUs, toUs] = [Math.min(a, b) * yearUs, Math.max(a, b) * yearUs]
      const crystal = cutCrystal({ ageingPpm }, 0)
      const numeric = simpson(us => ageingPpm * 1e-6 * Math.log2(1 + us / yearUs), fromUs, toUs)
      expect(Math.abs(ageingUs(crystal, fromUs, toUs) - numeric)).toBeLessThan(1)
    }),
  )
})

test('one year at 3 ppm of ageing gains 52.8 s, and the next one 141 s', () => {
  const crystal = cutCrystal({ ageingPpm: 3 }, 0)
  // ∫₀¹ log2(1 + x) dx = 2 − 1/ln 2
  expect(ageingUs(crystal, 0, yearUs)).toBeCloseTo(3e-6 * yearUs * (2 - 1 / Math.LN2), -1)
  expect(ageingUs(crystal, yearUs, 2 * yearUs)).toBeCloseTo(3e-6 * yearUs * (3 * Math.log2(3) - 2 - 1 / Math.LN2), -1)
})

test('before its birth nothing ages', () => {
  const crystal = cutCrystal({ ageingPpm: 3 }, yearUs)
  expect(ageingUs(crystal, 0, yearUs)).toBe(0)
})

test.each([{ ppm: 1001 }, { ppm: Number.NaN }, { ageingPpm: -1001 }])('a cut of %o is refused by name', options => {
  expect(() => cutCrystal(options, 0)).toThrow(`crystal.${Object.keys(options)[0]} must lie within ±1000 ppm`)
})

test('a temperature that no fob survives is refused', () => {
  expect(checkedCelsius(-60)).toBe(-60)
  expect(() => checkedCelsius(Number.POSITIVE_INFINITY)).toThrow('celsius must lie between -60 and 150, not Infinity')
})

/** Simpson's rule in 2000 pieces. */
function simpson(f: (x: number) => number, from: number, to: number): number {
  const pieces = 2000
  const width = (to - from) / pieces
  let sum = f(from) + f(to)
  for (let piece = 1; piece < pieces; piece++) sum += (piece % 2 === 0 ? 2 : 4) * f(from + piece * width)
  return (sum * width) / 3
}
