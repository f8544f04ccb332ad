/** A code read off a fob, with how long it lives: what a command or a test wants of a press. */

import { type AdjustableClock, type Clock, passTime } from '../protocol/time/clock.ts'
import { secondUs } from '../protocol/time/duration.ts'
import { isoTime } from '../protocol/time/iso-time.ts'
import type { Fob } from './fob.ts'

export interface Reading {
  readonly code: string
  readonly serialNumber: string
  /** HOTP: the counter of this code. */
  readonly counter?: number
  /** TOTP: true time at which the fob's clock leaves the code's step, ISO 8601. */
  readonly expiresAt?: string
}

export interface ReadingOptions {
  /** A TOTP code with less life than this is not taken: the next step is waited for, once. */
  readonly minRemainingUs?: number
  readonly onWait?: (us: number) => void
}

/** @throws PressError when the fob shows no code; RangeError for more life than a step has. */
export async function readCode(
  fob: Fob,
  clock: Clock | AdjustableClock,
  options: ReadingOptions = {},
): Promise<Reading> {
  const { serialNumber } = fob
  if (fob.key.kind === 'HOTP') {
    const code = await fob.press()
    return { code, serialNumber, counter: fob.counter - 1 }
  }
  const waitUs = untilLongEnough(fob, clock, options.minRemainingUs ?? 0)
  if (waitUs > 0) {
    options.onWait?.(waitUs)
    await passTime(clock, waitUs)
  }
  const code = await fob.press()
  const { codeEndsUs } = fob
  return { code, serialNumber, ...(codeEndsUs !== undefined && { expiresAt: isoTime(codeEndsUs) }) }
}

/**
 * How long to wait, in microseconds, for a code with so much life in it: until the next step, or not at all.
 * @throws RangeError for more life than a step has
 */
export function untilLongEnough(fob: Fob, clock: Clock, minRemainingUs: number): number {
  const { kind, timeStepSeconds } = fob.key
  if (kind === 'HOTP') return 0
  if (minRemainingUs > timeStepSeconds * secondUs)
    throw new RangeError(`a code lives ${timeStepSeconds} s: ask for that or less`)
  const remainingUs = fob.stepEndsUs - clock.nowUs()
  return remainingUs < minRemainingUs ? remainingUs : 0
}
