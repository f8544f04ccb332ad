/** Alarms set and rung, beside a sorted array, and moved through by the virtual clock, beside a bare loop of turns. */

import { setImmediate } from 'node:timers/promises'
import { AlarmQueue } from '../../../protocol/time/alarm-queue.ts'
import { randomBelow, seededEntropy } from '../../../protocol/time/entropy.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'
import type { Row } from '../row.ts'

const operations = 5000
const dayUs = 86_400_000_000

export async function* rows(): AsyncGenerator<Row, void> {
  const entropy = seededEntropy('alarms')
  const deadlines = Array.from({ length: operations }, () => randomBelow(entropy, 2 ** 32))
  let rung = 0
  const ring = () => {
    rung++
  }

  yield {
    name: 'alarms set and taken',
    peer: 'an array filled and sorted once',
    operations,
    ours: () => {
      const queue = new AlarmQueue()
      for (const atUs of deadlines) queue.add(atUs, ring)
      for (let due = queue.takeDue(dayUs); due; due = queue.takeDue(dayUs)) due.ring()
    },
    theirs: () => {
      const entries = deadlines.map(atUs => ({ atUs, ring })).sort((a, b) => a.atUs - b.atUs)
      for (const entry of entries) entry.ring()
    },
  }

  yield {
    name: 'virtual clock, alarms run through',
    peer: 'setImmediate alone',
    operations,
    ours: async () => {
      const clock = new VirtualClock()
      for (const atUs of deadlines) clock.setAlarm(atUs, ring)
      await clock.runFor({ days: 1 })
    },
    theirs: async () => {
      for (const _ of deadlines) {
        ring()
        await setImmediate()
      }
    },
  }

  if (rung === 0) throw new Error('no alarm has rung')
}
