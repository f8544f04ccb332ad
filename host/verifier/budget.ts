/**
 * Throttling in probability, not in tries (RFC 4226 §7.3): a budget of millionths, the chance of one guess at six digits.
 * With 60, and 1000 more a year, a stranger who has the password guesses right with at most 0.11 % a year.
 */

import type { ThrottlePolicy } from './policy.ts'

/** When it will be full again, in microseconds of the server's clock: all that a budget which refills steadily needs. */
export interface Budget {
  readonly fullAtUs: number
}

export const fullBudget: Budget = { fullAtUs: 0 }

/** Whole millionths that are left. */
export function leftIn({ fullAtUs }: Budget, nowUs: number, { capacity, refillUs }: ThrottlePolicy): number {
  return Math.max(0, capacity - Math.ceil(Math.max(0, fullAtUs - nowUs) / refillUs))
}

/** The budget without `millionths`; undefined when it has not so many. */
export function reserve(budget: Budget, millionths: number, nowUs: number, policy: ThrottlePolicy): Budget | undefined {
  if (leftIn(budget, nowUs, policy) < millionths) return undefined
  return { fullAtUs: Math.max(budget.fullAtUs, nowUs) + millionths * policy.refillUs }
}

export function refund({ fullAtUs }: Budget, millionths: number, { refillUs }: ThrottlePolicy): Budget {
  return { fullAtUs: Math.max(0, fullAtUs - millionths * refillUs) }
}
