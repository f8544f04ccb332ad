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
