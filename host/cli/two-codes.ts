/** Two consecutive codes off a fob at a terminal: it says when to press and how long it waits. */

import { passTime } from '../../protocol/time/clock.ts'
import { formatDuration } from '../../protocol/time/duration.ts'
import { systemClock } from '../../protocol/time/system-clock.ts'
import type { TwoCodesOptions } from '../registration/two-codes.ts'
import type { Cable } from './cable.ts'
import type { Surroundings } from './surroundings.ts'

export function atTerminal({ press }: Cable, name: string, { say, interruption }: Surroundings): TwoCodesOptions {
  return {
    wait: (us, signal) => passTime(systemClock, us, signal),
    onPress: which => {
      if (press === undefined) say(`press the button of ${name}, for the ${which === 1 ? 'first' : 'second'} code`)
      else press()
    },
    onWait: us => say(`waiting ${formatDuration(us)} for the next code`),
    signal: interruption(),
  }
}
