/** A clock that follows another one at a distance, which a tester widens: real time plus every jump so far. */

import { AlarmQueue } from './alarm-queue.ts'
import type { AdjustableClock, Alarm, Clock } from './clock.ts'
import type { Duration } from './duration.ts'
import { settled } from './settled.ts'
import { forwardUs } from './virtual-clock.ts'

export class FollowingClock implements AdjustableClock {
  readonly #leader: Clock
  readonly #alarms = new AlarmQueue()
  #aheadUs = 0
  #armed: { readonly atUs: number; readonly alarm: Alarm } | undefined

  constructor(leader: Clock) {
    this.#leader = leader
  }

  nowUs(): number {
    return this.#leader.nowUs() + this.#aheadUs
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

  async runFor(duration: Duration): Promise<void> {
    const targetUs = this.nowUs() + forwardUs(duration)
    for (let next = this.#alarms.nextUs(); next !== undefined && next <= targetUs; next = this.#alarms.nextUs()) {
      await this.#jumpTo(next)
    }
    await this.#jumpTo(targetUs)
  }

  async fastForward(duration: Duration): Promise<void> {
    await this.#jumpTo(this.nowUs() + forwardUs(duration))
  }

  async setSystemTime(time: Date | number): Promise<void> {
    await this.fastForward({ microseconds: Number(time) * 1000 - this.nowUs() })
  }

  async #jumpTo(targetUs: number): Promise<void> {
    this.#aheadUs += Math.max(0, targetUs - this.nowUs())
    this.#ringDue()
    await settled()
  }

  #ringDue(): void {
    try {
      for (let due = this.#alarms.takeDue(this.nowUs()); due; due = this.#alarms.takeDue(this.nowUs())) due.ring()
    } finally {
      this.#arm()
    }
  }

  /** One alarm of the leader stands for all of ours: the earliest. */
  #arm(): void {
    const nextUs = this.#alarms.nextUs()
    const leaderUs = nextUs === undefined ? undefined : nextUs - this.#aheadUs
    if (leaderUs === this.#armed?.atUs) return
    this.#armed?.alarm.clear()
    this.#armed = undefined
    if (leaderUs === undefined) return
    const alarm = this.#leader.setAlarm(leaderUs, () => {
      this.#armed = undefined
      this.#ringDue()
    })
    this.#armed = { atUs: leaderUs, alarm }
  }
}
