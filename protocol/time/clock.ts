/** The only time that anything here sees: integer microseconds since 1970-01-01T00:00Z, and alarms. */

import type { Duration } from './duration.ts'

/** A pending alarm. */
export interface Alarm {
  /** Disarms it; no effect once it has rung. */
  clear(): void
}

export interface Clock {
  /** Microseconds since the Unix epoch, an integer. */
  nowUs(): number
  /**
   * Rings once, at or soon after `atUs` and never from inside this call; an alarm in the past rings as soon as it can.
   * Alarms ring by deadline, equal deadlines in the order in which they were set, and are disarmed before they ring.
   */
  setAlarm(atUs: number, ring: () => void): Alarm
}

/** A clock that a tester moves, forward only. The verbs are those of sinon's and Playwright's clocks. */
export interface AdjustableClock extends Clock {
  /** Moves time through every alarm on the way, each ringing at its own deadline. */
  runFor(duration: Duration): Promise<void>
  /** Jumps; alarms that fell due ring once, late, at the time of arrival. */
  fastForward(duration: Duration): Promise<void>
  /** Jumps to a date (or milliseconds since the epoch) as `fastForward` does. */
  setSystemTime(time: Date | number): Promise<void>
}

/**
 * Lets `us` microseconds pass: an adjustable clock is run for that long, any other clock is waited for.
 * @throws the signal's reason when it aborts first.
 */
export async function passTime(clock: Clock | AdjustableClock, us: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (us <= 0) return
  if ('runFor' in clock) {
    await clock.runFor({ microseconds: us })
    signal?.throwIfAborted()
    return
  }
  await new Promise<void>((resolve, reject) => {
    const alarm = clock.setAlarm(clock.nowUs() + us, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    const abort = () => {
      alarm.clear()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}
