/** Who may do what others may not, and why. A file that no longer needs its entry fails the architecture test as well. */

import type { Allowed, Edge } from './rules.ts'

/** In the source. */
export const edges: Readonly<Record<Edge, Allowed>> = {
  Date: {
    'protocol/time/system-clock.ts': 'it is the clock of the machine',
    'protocol/time/iso-time.ts': 'it writes a time that it is given',
  },
  timers: {
    'protocol/time/system-clock.ts': 'its alarms are those of the machine',
    'protocol/time/settled.ts': 'it waits for the end of a turn, not for time',
  },
  chance: {
    'protocol/time/entropy.ts': 'it is the chance of the machine',
    'host/cli/key-file.ts': 'a key that guards something is never reproducible',
  },
  process: {
    'host/cli/': 'the command is a process',
    'firmware-sim/drawer/atomic-write.ts': 'Windows cannot sync a folder',
    'firmware-sim/drawer/control-address.ts': 'Windows has named pipes in the place of socket files',
    'firmware-sim/drawer/control.ts': 'on Windows no socket file is left behind',
  },
  console: { 'host/cli/': 'the command talks to a person' },
}

/** In tests, which do not sleep and are the same in every run. */
export const testEdges: Readonly<Record<'timers' | 'chance', Allowed>> = {
  timers: { 'test/bench/rows/alarms.ts': 'a bare turn is the peer of its row' },
  chance: {},
}

/** Files over 400 lines. */
export const longFiles: Allowed = {}
