/** The keys of the front panel, as a table: what the hand does, and the words of the help. */

import type { AdjustableClock, Clock } from '../../protocol/time/clock.ts'
import type { Fob } from '../fob.ts'

export interface PanelKey {
  /** The character typed, or `right` for the arrow. */
  readonly input: string
  /** As it is printed on the key. */
  readonly cap: string
  /** Completes "this key …". */
  readonly does: string
  /** A word or two for the bottom line; without it the key stands in the help only. */
  readonly brief?: string
  /** What it throws is shown in the log. */
  run(): void | Promise<void>
}

const degreesPerKey = 5

/** Keys that act on the fob and on time; time is moved only where the clock lets itself be moved. */
export function fobKeys(fob: Fob, clock: Clock | AdjustableClock, press: () => Promise<void>): PanelKey[] {
  const heatBy = (degrees: number) => () => fob.heat(fob.celsius + degrees)
  return [
    { input: ' ', cap: 'SPACE', does: 'presses the button', brief: 'press', run: press },
    ...('fastForward' in clock ? timeKeys(clock) : []),
    { input: 'h', cap: 'h', does: `heats it by ${degreesPerKey} °C`, run: heatBy(degreesPerKey) },
    { input: 'c', cap: 'c', does: `cools it by ${degreesPerKey} °C`, run: heatBy(-degreesPerKey) },
  ]
}

function timeKeys(clock: AdjustableClock): PanelKey[] {
  return [
    {
      input: 'right',
      cap: '→',
      does: 'lets 30 seconds pass',
      brief: '30 s later',
      run: () => clock.fastForward({ seconds: 30 }),
    },
    { input: 'd', cap: 'd', does: 'lets a day pass', run: () => clock.fastForward({ days: 1 }) },
  ]
}
