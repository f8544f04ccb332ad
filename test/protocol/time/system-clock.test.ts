import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SystemClock } from '../../../protocol/time/system-clock.ts'

const secondUs = 1_000_000

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) })
})
afterEach(() => {
  vi.useRealTimers()
})

test('a machine that slept is late by a minute at most, not by the length of its sleep', async () => {
  const clock = new SystemClock()
  let rung = 0
  clock.setAlarm(clock.nowUs() + 3600 * secondUs, () => rung++)
  // Eight hours of sleep: the wall clock goes on, timers do not.
  vi.setSystemTime(Date.now() + 8 * 3_600_000)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(rung).toBe(1)
})

test('a wall clock that is set back lets the alarm wait for its time', async () => {
  const clock = new SystemClock()
  let rung = 0
  clock.setAlarm(clock.nowUs() + 30 * secondUs, () => rung++)
  vi.setSystemTime(Date.now() - 20_000)
  await vi.advanceTimersByTimeAsync(49_000)
  expect(rung).toBe(0)
  await vi.advanceTimersByTimeAsync(1000)
  expect(rung).toBe(1)
})

test('an alarm further off than any timer can reach does not ring early', async () => {
  const clock = new SystemClock()
  let rung = 0
  clock.setAlarm(clock.nowUs() + 60 * 86_400 * secondUs, () => rung++)
  await vi.advanceTimersByTimeAsync(59 * 86_400_000)
  expect(rung).toBe(0)
  await vi.advanceTimersByTimeAsync(86_400_000)
  expect(rung).toBe(1)
})

test('equal deadlines ring in the order in which they were set, however long before', async () => {
  const clock = new SystemClock()
  const order: string[] = []
  const atUs = clock.nowUs() + 90 * secondUs
  clock.setAlarm(atUs, () => order.push('first'))
  await vi.advanceTimersByTimeAsync(80_000)
  clock.setAlarm(atUs, () => order.push('second'))
  clock.setAlarm(atUs - secondUs, () => order.push('zeroth'))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(order).toEqual(['zeroth', 'first', 'second'])
})

test('an alarm that fails does not silence the others', async () => {
  const clock = new SystemClock()
  let rung = 0
  clock.setAlarm(clock.nowUs() + secondUs, () => {
    throw new Error('this one fails')
  })
  clock.setAlarm(clock.nowUs() + secondUs, () => rung++)
  await expect(vi.advanceTimersByTimeAsync(1000)).rejects.toThrow('this one fails')
  await vi.advanceTimersByTimeAsync(1000)
  expect(rung).toBe(1)
})

test('with no alarm pending there is no timer that keeps a program alive', () => {
  const clock = new SystemClock()
  clock.setAlarm(clock.nowUs() + secondUs, () => {}).clear()
  expect(vi.getTimerCount()).toBe(0)
})
