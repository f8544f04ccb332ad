/** A clock that stands still until a tester moves it. */

import { AlarmQueue } from './alarm-queue.ts'
import type { AdjustableClock, Alarm } from './clock.ts'
import { type Duration, toUs } from './duration.ts'
import { settled } from './settled.ts'

export class VirtualClock implements AdjustableClock {
  readonly #alarms = new AlarmQueue()
  #nowUs: number

  /** @param startUs microseconds since the Unix epoch. */
  constructor(startUs = 0) {
    this.#nowUs = startUs
  }

  nowUs(): number {
    return this.#nowUs
  }

  setAlarm(atUs: number, ring: () => void): Alarm {
    return this.#alarms.add(atUs, ring)
  }

  async runFor(duration: Duration): Promise<void> {
    const targetUs = this.#nowUs + forwardUs(duration)
    for (let next = this.#alarms.nextUs(); next !== undefined && next <= targetUs; next = this.#alarms.nextUs()) {
      this.#nowUs = Math.max(this.#nowUs, next)
      this.#alarms.takeDue(this.#nowUs)?.ring()
      await settled()
    }
    this.#nowUs = Math.max(this.#nowUs, targetUs)
  }

  async fastForward(duration: Duration): Promise<void> {
    this.#nowUs += forwardUs(duration)
    // Alarms set by the ones that ring are for the new time: what they set is rung only if it is due already.
    for (let due = this.#alarms.takeDue(this.#nowUs); due; due = this.#alarms.takeDue(this.#nowUs)) {
      due.ring()
      await settled()
    }
  }

  async setSystemTime(time: Date | number): Promise<void> {
    await this.fastForward({ microseconds: Number(time) * 1000 - this.#nowUs })
  }
}

/** @throws RangeError for a step back. */
export function forwardUs(duration: Duration): number {
  const us = toUs(duration)
  if (us < 0) throw new RangeError('this clock only moves forward: give a duration of zero or more')
  return us
}
