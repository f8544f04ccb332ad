/** The alarm queue beside a plain list that is searched anew each time. */

import fc from 'fast-check'
import { expect } from 'vitest'
import { AlarmQueue } from '../../../protocol/time/alarm-queue.ts'
import type { Alarm } from '../../../protocol/time/clock.ts'

/** Few deadlines, so that many are equal; many clears, so that the queue has to sweep. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), atUs: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('clear' as const), index: fc.nat({ max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('take' as const), nowUs: fc.integer({ min: -1, max: 9 }) }) },
)

interface Expected {
  readonly id: number
  readonly atUs: number
}

/** @throws when any of `numRuns` random histories takes the queue and the list apart */
export function expectQueueToFollowList(numRuns: number): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const queue = new AlarmQueue()
      const alarms: Alarm[] = []
      const rung: number[] = []
      let pending: Expected[] = []
      for (const action of steps) {
        const next = pending.toSorted((a, b) => a.atUs - b.atUs || a.id - b.id)[0]
        expect(queue.nextUs()).toBe(next?.atUs)
        if (action.kind === 'add') {
          const id = alarms.length
          alarms.push(queue.add(action.atUs, () => rung.push(id)))
          pending.push({ id, atUs: action.atUs })
        } else if (action.kind === 'clear') {
          // Also one that has rung, or was cleared before: nothing may come of it.
          alarms[action.index]?.clear()
          pending = pending.filter(({ id }) => id !== action.index)
        } else {
          const due = next !== undefined && next.atUs <= action.nowUs ? next : undefined
          queue.takeDue(action.nowUs)?.ring()
          expect(rung.splice(0)).toEqual(due === undefined ? [] : [due.id])
          pending = pending.filter(entry => entry !== due)
        }
      }
    }),
    { numRuns },
  )
}
