/** What bounds the guesses at one device: two budgets, and a pace for pairs of codes, which no budget shuts out. */

import { type Budget, fullBudget, refund } from './budget.ts'
import type { ThrottlePolicy } from './policy.ts'

export interface WrongPair {
  /** Whatever the caller tells sources apart by, such as an address. */
  readonly source: string
  readonly atUs: number
}

export interface Throttle {
  /** For single codes: a wrong one costs as many millionths as there were steps it could have been of. */
  readonly single: Budget
  /** For two codes far from where the fob is expected: 1 each, the chance of a guess beside a half that was phished. */
  readonly wide: Budget
  /** Those of the last two seconds, oldest first. */
  readonly wrongPairs: readonly WrongPair[]
}

/** Millionths taken from the two budgets. */
export interface Charge {
  readonly single: number
  readonly wide: number
}

export const freshThrottle: Throttle = { single: fullBudget, wide: fullBudget, wrongPairs: [] }

export const noCharge: Charge = { single: 0, wide: 0 }

export function addCharges(a: Charge, b: Charge): Charge {
  return { single: a.single + b.single, wide: a.wide + b.wide }
}

/** The list with one more wrong pair of this source; undefined when it is too soon for one. */
export function admit(
  wrongPairs: readonly WrongPair[],
  source: string,
  nowUs: number,
  { paceUs, sources }: ThrottlePolicy,
): readonly WrongPair[] | undefined {
  // A time in the future was written before the server's clock was stepped back, and says nothing.
  const recent = wrongPairs.filter(({ atUs }) => atUs <= nowUs && nowUs - atUs < paceUs)
  if (recent.length >= sources || recent.some(pair => pair.source === source)) return undefined
  return [...recent, { source, atUs: nowUs }]
}

/** Gives a session that ended well its wrong tries back. */
export function refundSession(throttle: Throttle, session: Charge, policy: ThrottlePolicy): Throttle {
  return {
    ...throttle,
    single: refund(throttle.single, session.single, policy),
    wide: refund(throttle.wide, session.wide, policy),
  }
}
