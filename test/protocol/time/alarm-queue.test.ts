import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { AlarmQueue } from '../../../protocol/time/alarm-queue.ts'
import { settled } from '../../../protocol/time/settled.ts'
import { expectQueueToFollowList } from './alarm-queue-model.ts'

test('it rings what a sorted list would ring, whatever is set, cleared and taken', () => {
  expectQueueToFollowList(500)
})

test('cleared alarms do not pile up behind one that stays', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const queue = new AlarmQueue()
  queue.add(1, () => {})
  const rings = Array.from({ length: 100 }, () => {
    const ring = () => {}
    queue.add(2, ring).clear()
    return new WeakRef(ring)
  })
  // A WeakRef holds its target until the turn ends in which it was made.
  await settled()
  collectGarbage()
  expect(rings.filter(ring => ring.deref() !== undefined).length).toBeLessThan(3)
  expect(queue.nextUs()).toBe(1)
})

test.each([Number.NaN, 0.5, Number.POSITIVE_INFINITY])('a deadline of %d is refused', atUs => {
  expect(() => new AlarmQueue().add(atUs, () => {})).toThrow(
    new RangeError(`an alarm needs whole microseconds, not ${atUs}`),
  )
})
