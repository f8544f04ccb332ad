/** Ours and theirs by turns in one process, so that whatever else the machine does meets both. */

import type { Row } from './row.ts'

const warmUpRounds = 3
const rounds = 21

export interface Measurement {
  /** Operations per second, medians over the rounds. */
  readonly ours: number
  readonly theirs: number
  /** Ours to theirs, the median over the rounds of each round's own ratio: over 1, ours is the faster. */
  readonly ratio: number
  /** The middle half of the rounds' ratios lies between these two. */
  readonly quartiles: readonly [number, number]
}

export async function measure(row: Row): Promise<Measurement> {
  const measured: { readonly ours: number; readonly theirs: number }[] = []
  for (let round = -warmUpRounds; round < rounds; round++) {
    // Theirs goes first in every other round: who comes second may find caches warm, or garbage to collect.
    const before = round % 2 === 0 ? undefined : await perSecond(row.theirs, row.operations)
    const ours = await perSecond(row.ours, row.operations)
    const theirs = before ?? (await perSecond(row.theirs, row.operations))
    if (round >= 0) measured.push({ ours, theirs })
  }
  const ratios = measured.map(({ ours, theirs }) => ours / theirs)
  return {
    ours: quantile(
      measured.map(({ ours }) => ours),
      0.5,
    ),
    theirs: quantile(
      measured.map(({ theirs }) => theirs),
      0.5,
    ),
    ratio: quantile(ratios, 0.5),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
  }
}

async function perSecond(run: Row['ours'], operations: number): Promise<number> {
  const startMs = performance.now()
  await run()
  return (operations * 1000) / (performance.now() - startMs)
}

/** The value below which a part of the values lies, the nearest one that there is. */
export function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.round((values.length - 1) * part)] ?? Number.NaN
}
