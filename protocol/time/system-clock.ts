/** The machine's own clock. Wall time and not a monotonic one: a fob's crystal runs on while a laptop sleeps. */

import { AlarmQueue } from './alarm-queue.ts'
import type { Alarm, Clock } from './clock.ts'

/** Timers stand still while the machine sleeps, and 2³¹ ms is their limit; so a long wait looks at the clock this often. */
const longestTimerMs = 60_000

export class SystemClock implements Clock {
  readonly #alarms = new AlarmQueue()
  #timer: ReturnType<typeof setTimeout> | undefined

  nowUs(): number {
    return Date.now() * 1000
  }

  setAlarm(atUs: number, ring: () => void): Alarm {
    const alarm = this.#alarms.add(atUs, ring)
    this.#arm()
    return {
      clear: () => {
        alarm.clear()
        this.#arm()
      },
    }
  }

  /** One timer stands for all alarms, the earliest: of timers with different delays none keeps its place in the order. */
  #arm(): void {
    clearTimeout(this.#timer)
    const nextUs = this.#alarms.nextUs()
    if (nextUs === undefined) return
    const remainingMs = Math.max(0, Math.ceil((nextUs - this.nowUs()) / 1000))
    this.#timer = setTimeout(() => this.#ringDue(), Math.min(remainingMs, longestTimerMs))
  }

  /** Rings nothing when the timer came a millisecond early, or the wall clock has been set back: it is armed again. */
  #ringDue(): void {
    const nowUs = this.nowUs()
    try {
      for (let due = this.#alarms.takeDue(nowUs); due; due = this.#alarms.takeDue(nowUs)) due.ring()
    } finally {
      this.#arm()
    }
  }
}

export const systemClock: Clock = new SystemClock()
