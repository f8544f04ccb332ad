/** Which steps (or counters) a code may be of, and which of them show it. */

import { timingSafeEqual } from 'node:crypto'
import { stepOf } from '../../protocol/oath/totp.ts'
import type { Interval } from './drift-state.ts'
import type { TotpPolicy } from './policy.ts'

/** The code of a step (or counter): the caller holds the secret and computes the HMAC. */
export type CodeAt = (step: number) => string

/** Both ends are in it; it is empty when `last` is below `first`. */
export interface StepRange {
  readonly first: number
  readonly last: number
}

/** The steps a code may be of that is at most `acceptAge` old, on a clock that runs so far from the server's. */
export function acceptableSteps({ loUs, hiUs }: Interval, atUs: number, policy: TotpPolicy): StepRange {
  const { timeStepUs, serverErrorUs, acceptAgeUs } = policy
  return {
    first: stepOf(atUs + loUs - serverErrorUs - acceptAgeUs, timeStepUs),
    last: Math.ceil((atUs + hiUs + serverErrorUs) / timeStepUs) - 1,
  }
}

export function widthOf({ first, last }: StepRange): number {
  return Math.max(0, last - first + 1)
}

export function isIn({ first, last }: StepRange, step: number): boolean {
  return first <= step && step <= last
}

/** What is left of a range from a step on. */
export function from(leastStep: number, { first, last }: StepRange): StepRange {
  return { first: Math.max(first, leastStep), last }
}

/** A range with as many more steps on both sides as help to tell a person what was wrong. */
export function withNeighbours({ first, last }: StepRange): StepRange {
  return from(0, { first: first - 20, last: last + 20 })
}

/** For each code the steps that show it. It looks at all of them, so that the time it takes tells nothing. */
export function stepsShowing(codes: readonly string[], { first, last }: StepRange, codeAt: CodeAt): number[][] {
  const found = codes.map((): number[] => [])
  for (let step = Math.max(0, first); step <= last; step++) {
    const shown = codeAt(step)
    codes.forEach((code, index) => {
      if (sameCode(code, shown)) found[index]?.push(step)
    })
  }
  return found
}

/** Compares in constant time, but for the lengths, which are no secret. */
export function sameCode(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a, 'utf16le'), Buffer.from(b, 'utf16le'))
}

/** Whether it is digits, as many as the fob shows. */
export function isWellFormed(code: string, like: string): boolean {
  return code.length === like.length && /^\d+$/.test(code)
}
