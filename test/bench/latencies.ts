/** How long each of many operations took, told as percentiles. */

import { quantile } from './measure.ts'

const twoDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 })

export class Latencies {
  readonly #ms: number[] = []

  /** Runs the operation so many times, one after the other. */
  async times(count: number, operation: () => Promise<unknown>): Promise<void> {
    for (let run = 0; run < count; run++) {
      const startMs = performance.now()
      await operation()
      this.#ms.push(performance.now() - startMs)
    }
  }

  toString(): string {
    const [half, most] = [0.5, 0.99].map(part => twoDigits.format(1000 * quantile(this.#ms, part)))
    return `p50 ${half} µs, p99 ${most} µs`
  }
}
