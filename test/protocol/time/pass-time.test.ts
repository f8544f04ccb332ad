import { expect, test } from 'vitest'
import { type Clock, passTime } from '../../../protocol/time/clock.ts'
import { VirtualClock } from '../../../protocol/time/virtual-clock.ts'

const secondUs = 1_000_000

/** A clock that nobody but its owner moves. */
function watched(): { clock: Clock; owner: VirtualClock } {
  const owner = new VirtualClock()
  return { owner, clock: { nowUs: () => owner.nowUs(), setAlarm: (atUs, ring) => owner.setAlarm(atUs, ring) } }
}

test('an adjustable clock is moved through its alarms', async () => {
  const clock = new VirtualClock()
  let rung = 0
  clock.setAlarm(secondUs, () => rung++)
  await passTime(clock, 2 * secondUs)
  expect([clock.nowUs(), rung]).toEqual([2 * secondUs, 1])
})

test('any other clock is waited for', async () => {
  const { clock, owner } = watched()
  let passed = false
  const waiting = passTime(clock, secondUs).then(() => {
    passed = true
  })
  await owner.runFor({ milliseconds: 999 })
  expect(passed).toBe(false)
  await owner.runFor({ milliseconds: 1 })
  await waiting
})

test('a signal ends the wait with its reason, and leaves no alarm behind', async () => {
  const { clock, owner } = watched()
  const controller = new AbortController()
  let rings = 0
  const counting: Clock = {
    nowUs: () => clock.nowUs(),
    setAlarm: (atUs, ring) =>
      clock.setAlarm(atUs, () => {
        rings++
        ring()
      }),
  }
  const waiting = passTime(counting, secondUs, controller.signal)
  controller.abort(new Error('the tester left'))
  await expect(waiting).rejects.toThrow('the tester left')
  await owner.runFor({ seconds: 2 })
  expect(rings).toBe(0)
})

test('a signal that has aborted is heard before time moves, and one that aborts on the way after it', async () => {
  const clock = new VirtualClock()
  await expect(passTime(clock, secondUs, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
  expect(clock.nowUs()).toBe(0)
  const controller = new AbortController()
  clock.setAlarm(secondUs, () => controller.abort(new Error('on the way')))
  await expect(passTime(clock, 2 * secondUs, controller.signal)).rejects.toThrow('on the way')
})

test('no time passes at once', async () => {
  const { clock } = watched()
  await passTime(clock, 0)
  await passTime(clock, -secondUs)
  expect(clock.nowUs()).toBe(0)
})
