/** A fob's clock over years of mixed life, one day after another: mostly in a drawer, often in a pocket, at times in a car. */

import { ageingUs, cutCrystal } from '../../firmware-sim/parts/crystal.ts'
import { dayUs, yearUs } from '../../protocol/time/duration.ts'
import { type Entropy, randomBelow } from '../../protocol/time/entropy.ts'

export interface FobLife {
  /** δ, device clock − server clock, in microseconds, at an instant after birth. */
  deltaUsAt(nowUs: number): number
}

interface Place {
  /** Part of the day spent there. */
  readonly part: number
  readonly celsius: number
  /** How much warmer in summer, and colder in winter. */
  readonly seasonCelsius: number
}

const home: Place = { part: 1, celsius: 21, seasonCelsius: 0 }

/** Kinds of day, each with the draw from 0 to 1 below which it is one. */
const kindsOfDay: readonly { readonly below: number; readonly places: readonly Place[] }[] = [
  { below: 0.5, places: [home] },
  {
    below: 0.85,
    places: [
      { ...home, part: 0.65 },
      { part: 0.35, celsius: 31, seasonCelsius: 0 },
    ],
  },
  {
    below: 1,
    places: [
      { part: 0.7, celsius: 12, seasonCelsius: 12 },
      { part: 0.3, celsius: 25, seasonCelsius: 18 },
    ],
  },
]

const curvaturePpm = 0.034

/** @param cutPpm off at 25 °C; ageing is drawn from ±3 ppm in the first year, δ at birth from ±2 s. */
export function liveFor(years: number, cutPpm: number, bornUs: number, entropy: Entropy): FobLife {
  const crystal = cutCrystal({ ppm: cutPpm, ageingPpm: between(-3, 3, entropy) }, bornUs)
  const gainedUs = [between(-2e6, 2e6, entropy)]
  for (let day = 0; day <= years * 365.25 + 1; day++) {
    const season = Math.sin((2 * Math.PI * day * dayUs) / yearUs)
    const ratePpm = cutPpm - slowPpm(season, entropy)
    gainedUs.push((gainedUs[day] ?? 0) + ratePpm * 1e-6 * dayUs)
  }
  return {
    deltaUsAt: nowUs => {
      const days = (nowUs - bornUs) / dayUs
      const today = gainedUs[Math.floor(days)] ?? 0
      const tomorrow = gainedUs[Math.floor(days) + 1] ?? today
      return today + (tomorrow - today) * (days % 1) + ageingUs(crystal, bornUs, nowUs)
    },
  }
}

/** How much a day slows a tuning fork down; the season is −1 in deep winter and 1 in high summer. */
function slowPpm(season: number, entropy: Entropy): number {
  const draw = between(0, 1, entropy)
  const { places = [home] } = kindsOfDay.find(({ below }) => draw < below) ?? {}
  return places.reduce(
    (sum, { part, celsius, seasonCelsius }) => sum + part * curvaturePpm * (celsius + seasonCelsius * season - 25) ** 2,
    0,
  )
}

export function between(low: number, high: number, entropy: Entropy): number {
  return low + ((high - low) * randomBelow(entropy, 2 ** 32)) / 2 ** 32
}
