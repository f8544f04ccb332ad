/** What a fob is personalised with besides its secret, and what a key URI can say. */

import type { Digits, Hash } from './hotp.ts'

export interface KeyParameters {
  readonly kind: 'TOTP' | 'HOTP'
  readonly hash: Hash
  readonly digits: Digits
  /** TOTP only: 30 or 60. */
  readonly timeStepSeconds: number
  /** HOTP only: the counter of the next code. */
  readonly counter: number
}

const choices = {
  kind: ['TOTP', 'HOTP'],
  hash: ['SHA-1', 'SHA-256', 'SHA-512'],
  digits: [6, 7, 8],
  timeStepSeconds: [30, 60],
} as const

/** More presses than any finger has in it lie between this and the last safe integer. */
const greatestCounter = 2 ** 52

/** For whoever comes without types. @throws RangeError that names the parameter and what it may be */
export function checkKeyParameters(key: KeyParameters): void {
  for (const [name, allowed] of Object.entries(choices)) {
    const value: unknown = key[name as keyof typeof choices]
    if (!allowed.some(choice => choice === value)) {
      throw new RangeError(`${name} must be one of ${allowed.join(', ')}, not ${String(value)}`)
    }
  }
  if (!(Number.isSafeInteger(key.counter) && key.counter >= 0 && key.counter <= greatestCounter)) {
    throw new RangeError(`counter must be an integer from 0 to 2⁵², not ${key.counter}`)
  }
}
