import { expect, test } from 'vitest'
import { FollowingClock } from '../../../protocol/time/following-clock.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'

const secondUs = 1_000_000

test('it runs with its leader, and keeps every jump', async () => {
  const leader = new VirtualClock(1000 * secondUs)
  const clock = new FollowingClock(leader)
  await leader.runFor({ seconds: 1 })
  await clock.fastForward({ days: 1 })
  await leader.runFor({ seconds: 1 })
  await clock.runFor({ seconds: 5 })
  expect(clock.nowUs() - leader.nowUs()).toBe(86_405 * secondUs)
  expect(leader.nowUs()).toBe(1002 * secondUs)
})

test('a jump part of the way leaves the leader the rest', async () => {
  const leader = new VirtualClock()
  const clock = new FollowingClock(leader)
  const rungAtUs: number[] = []
  clock.setAlarm(10 * secondUs, () => rungAtUs.push(clock.nowUs()))
  await clock.fastForward({ seconds: 7 })
  await leader.runFor({ milliseconds: 2999 })
  expect(rungAtUs).toEqual([])
  await leader.runFor({ milliseconds: 1 })
  expect(rungAtUs).toEqual([10 * secondUs])
})

test('an alarm that fails does not silence the others', async () => {
  const leader = new VirtualClock()
  const clock = new FollowingClock(leader)
  let rung = 0
  clock.setAlarm(secondUs, () => {
    throw new Error('this one fails')
  })
  clock.setAlarm(2 * secondUs, () => rung++)
  await expect(leader.runFor({ seconds: 1 })).rejects.toThrow('this one fails')
  await leader.runFor({ seconds: 1 })
  expect(rung).toBe(1)
})
