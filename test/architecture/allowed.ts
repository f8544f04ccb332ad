/** Who may do what others may not, and why. A file that no longer needs its entry fails the architecture test as well. */

import type { Allowed, Edge } from './rules.ts'

/** In the source. */
export const edges: Readonly<Record<Edge, Allowed>> = {
  Date: { 'protocol/time/system-clock.ts': 'it is the clock of the machine' },
  timers: {
    'protocol/time/system-clock.ts': 'its alarms are those of the machine',
    'protocol/time/settled.ts': 'it waits for the end of a turn, not for time',
  },
  chance: { 'protocol/time/entropy.ts': 'it is the chance of the machine' },
  process: {},
  console: {},
}

/** In tests, which do not sleep and are the same in every run. */
export const testEdges: Readonly<Record<'timers' | 'chance', Allowed>> = {
  timers: {},
  chance: {},
}

/** Files over 400 lines. */
export const longFiles: Allowed = {}
