/**
 * A 32.768 kHz tuning-fork crystal: cut, temperature and ageing.
 * Off 25 °C it only slows down, by 0.034 ppm/°C² (any maker's data sheet); ageing goes with the logarithm of its years.
 */

import { yearUs } from '../../protocol/time/duration.ts'

export interface CrystalOptions {
  /** How far the cut is off at 25 °C, in ppm; positive is fast. ±5 to ±20 as sold. */
  readonly ppm?: number
  /** Ageing in the first year, in ppm, either sign; ±3 is usual. Each doubling of 1 + years adds as much again. */
  readonly ageingPpm?: number
}

export interface Crystal {
  readonly cutPpb: number
  readonly ageingPpb: number
  /** When it was made: ageing starts here. */
  readonly bornUs: number
}

const turnoverCelsius = 25
const curvaturePpb = -34

/** @throws RangeError for what no crystal does: more than 1000 ppm. */
export function cutCrystal({ ppm = 0, ageingPpm = 0 }: CrystalOptions, bornUs: number): Crystal {
  for (const [name, value] of Object.entries({ ppm, ageingPpm })) {
    if (!(Math.abs(value) <= 1000)) throw new RangeError(`crystal.${name} must lie within ±1000 ppm, not ${value}`)
  }
  return { cutPpb: Math.round(ppm * 1000), ageingPpb: Math.round(ageingPpm * 1000), bornUs }
}

/** @throws RangeError for a temperature that no fob survives: below −60 or above 150 °C. */
export function checkedCelsius(celsius: number): number {
  if (!(celsius >= -60 && celsius <= 150)) throw new RangeError(`celsius must lie between -60 and 150, not ${celsius}`)
  return celsius
}

/** Frequency error at a temperature, without ageing, in whole ppb. */
export function ratePpb(crystal: Crystal, celsius: number): number {
  return Math.round(crystal.cutPpb + curvaturePpb * (celsius - turnoverCelsius) ** 2)
}

/** What ageing alone has gained between two instants, in microseconds: the integral of ageing · log2(1 + years). */
export function ageingUs(crystal: Crystal, fromUs: number, toUs: number): number {
  if (crystal.ageingPpb === 0) return 0
  const years = (us: number) => Math.max(0, us - crystal.bornUs) / yearUs
  return crystal.ageingPpb * 1e-9 * yearUs * (logIntegral(years(toUs)) - logIntegral(years(fromUs)))
}

/** ∫₀ʸ log2(1 + x) dx */
function logIntegral(years: number): number {
  return ((1 + years) * Math.log1p(years) - years) / Math.LN2
}
