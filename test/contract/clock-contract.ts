/** What every clock promises (`protocol/time/clock.ts`); and what every clock promises that a tester moves. */

import { describe, expect, test } from 'vitest'
import type { AdjustableClock, Clock } from '../../protocol/time/clock.ts'

const secondUs = 1_000_000

export interface TimeUnderTest<C extends Clock> {
  readonly clock: C
  /** Lets time pass on it, with every alarm on the way. */
  pass(us: number): Promise<void>
}

export function runClockContract(name: string, start: () => TimeUnderTest<Clock>): void {
  describe(`${name} is a clock`, () => {
    test('it shows whole microseconds, and as many more as have passed', async () => {
      const { clock, pass } = start()
      const before = clock.nowUs()
      expect(Number.isSafeInteger(before)).toBe(true)
      await pass(90 * secondUs)
      expect(clock.nowUs() - before).toBe(90 * secondUs)
    })

    test('an alarm rings once, at its deadline and not before', async () => {
      const { clock, pass } = start()
      const rungAtUs: number[] = []
      const atUs = clock.nowUs() + 3 * secondUs
      clock.setAlarm(atUs, () => rungAtUs.push(clock.nowUs()))
      await pass(3 * secondUs - 1000)
      expect(rungAtUs).toEqual([])
      await pass(1000)
      await pass(10 * secondUs)
      expect(rungAtUs).toEqual([atUs])
    })

    test('an alarm in the past rings as soon as time moves, never inside setAlarm, and takes no clock back', async () => {
      const { clock, pass } = start()
      const startUs = clock.nowUs()
      const rungAtUs: number[] = []
      clock.setAlarm(startUs, () => rungAtUs.push(clock.nowUs()))
      clock.setAlarm(startUs - secondUs, () => rungAtUs.push(clock.nowUs()))
      expect(rungAtUs).toEqual([])
      await pass(1000)
      expect(rungAtUs.map(us => us >= startUs)).toEqual([true, true])
    })

    test('alarms ring by deadline, and equal deadlines first in, first out', async () => {
      const { clock, pass } = start()
      const order: string[] = []
      const startUs = clock.nowUs()
      const set = (label: string, ms: number) => clock.setAlarm(startUs + ms * 1000, () => order.push(label))
      set('b1', 20)
      set('c', 30)
      set('a', 10)
      set('b2', 20)
      await pass(5000)
      set('b3', 20)
      await pass(secondUs)
      expect(order).toEqual(['a', 'b1', 'b2', 'b3', 'c'])
    })

    test('an alarm set when another rings finds its place', async () => {
      const { clock, pass } = start()
      const order: string[] = []
      const startUs = clock.nowUs()
      clock.setAlarm(startUs + 10_000, () => {
        order.push('first')
        clock.setAlarm(startUs + 20_000, () => order.push('second'))
      })
      clock.setAlarm(startUs + 30_000, () => order.push('third'))
      await pass(secondUs)
      expect(order).toEqual(['first', 'second', 'third'])
    })

    test('a cleared alarm never rings, even when one of the same deadline clears it', async () => {
      const { clock, pass } = start()
      let rung = 0
      const atUs = clock.nowUs() + secondUs
      clock.setAlarm(atUs, () => later.clear())
      const later = clock.setAlarm(atUs, () => rung++)
      clock.setAlarm(atUs - 1000, () => rung++).clear()
      await pass(2 * secondUs)
      expect(rung).toBe(0)
    })

    test('an alarm is disarmed before it rings: clearing it then touches no other', async () => {
      const { clock, pass } = start()
      let rung = 0
      const atUs = clock.nowUs() + secondUs
      const first = clock.setAlarm(atUs, () => {
        first.clear()
        rung++
      })
      clock.setAlarm(atUs, () => rung++)
      await pass(2 * secondUs)
      first.clear()
      expect(rung).toBe(2)
    })
  })
}

/** @param start a clock that moves only when it is told to */
export function runAdjustableClockContract(name: string, start: () => AdjustableClock): void {
  describe(`${name} is moved by a tester`, () => {
    /** Alarms 1, 2 and 3 s from now; each notes how late it rings, in µs. */
    const setThree = (clock: AdjustableClock) => {
      const startUs = clock.nowUs()
      const lateUs: number[] = []
      for (const seconds of [3, 1, 2]) {
        const atUs = startUs + seconds * secondUs
        clock.setAlarm(atUs, () => lateUs.push(clock.nowUs() - atUs))
      }
      return lateUs
    }

    test('runFor rings each alarm at its own deadline', async () => {
      const clock = start()
      const startUs = clock.nowUs()
      const lateUs = setThree(clock)
      await clock.runFor({ milliseconds: 2500 })
      expect(lateUs).toEqual([0, 0])
      expect(clock.nowUs()).toBe(startUs + 2.5 * secondUs)
    })

    test('fastForward rings those that fell due late, at the arrival, in order', async () => {
      const clock = start()
      const lateUs = setThree(clock)
      await clock.fastForward({ milliseconds: 2500 })
      expect(lateUs).toEqual([1.5 * secondUs, 0.5 * secondUs])
    })

    test('setSystemTime jumps to a date or a number of milliseconds, as fastForward does', async () => {
      const clock = start()
      const startMs = clock.nowUs() / 1000
      const lateUs = setThree(clock)
      await clock.setSystemTime(startMs + 1500)
      expect(lateUs).toEqual([0.5 * secondUs])
      await clock.setSystemTime(new Date(startMs + 5000))
      expect(lateUs).toEqual([0.5 * secondUs, 3 * secondUs, 2 * secondUs])
      expect(clock.nowUs()).toBe((startMs + 5000) * 1000)
    })

    test('fastForward rings a repeating alarm once, runFor every time', async () => {
      const clock = start()
      let rung = 0
      const repeat = () => {
        rung++
        clock.setAlarm(clock.nowUs() + secondUs, repeat)
      }
      clock.setAlarm(clock.nowUs() + secondUs, repeat)
      await clock.fastForward({ seconds: 10 })
      expect(rung).toBe(1)
      await clock.runFor({ seconds: 10 })
      expect(rung).toBe(11)
    })

    test('what an alarm has started comes to rest before time moves on, however many promises it takes', async () => {
      const clock = start()
      const startUs = clock.nowUs()
      const rungAtUs: number[] = []
      clock.setAlarm(startUs + secondUs, async () => {
        for (let turn = 0; turn < 50; turn++) await undefined
        clock.setAlarm(clock.nowUs() + secondUs, () => rungAtUs.push(clock.nowUs()))
      })
      await clock.runFor({ seconds: 10 })
      expect(rungAtUs).toEqual([startUs + 2 * secondUs])
    })

    test('the way back is refused, and time stays where it is', async () => {
      const clock = start()
      const startUs = clock.nowUs()
      const refusal = new RangeError('this clock only moves forward: give a duration of zero or more')
      await expect(clock.runFor({ seconds: -1 })).rejects.toThrow(refusal)
      await expect(clock.fastForward({ seconds: -1 })).rejects.toThrow(refusal)
      await expect(clock.setSystemTime(startUs / 1000 - 1)).rejects.toThrow(refusal)
      expect(clock.nowUs()).toBe(startUs)
    })
  })
}
