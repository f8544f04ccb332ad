/** A code read off a fob, with how long it lives: what a command or a test wants of a press. */

import { type AdjustableClock, type Clock, passTime } from '../protocol/time/clock.ts'
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
  const { minRemainingUs = 0, onWait } = options
  const stepUs = fob.key.timeStepSeconds * 1e6
  if (minRemainingUs > stepUs) throw new RangeError(`a code lives ${fob.key.timeStepSeconds} s: ask for that or less`)
  const remainingUs = stepUs - (fob.deviceTimeUs % stepUs)
  if (remainingUs < minRemainingUs) {
    const waitUs = fob.toWorldUs(fob.deviceTimeUs + remainingUs) - clock.nowUs()
    onWait?.(waitUs)
    await passTime(clock, waitUs)
  }
  const code = await fob.press()
  const { codeEndsUs } = fob
  return { code, serialNumber, ...(codeEndsUs !== undefined && { expiresAt: isoTime(codeEndsUs) }) }
}
