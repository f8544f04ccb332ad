/** One code or two against the steps (or counters) they may be of: what TOTP and HOTP decide alike. */

import { reserve } from './budget.ts'
import {
  type CodeAt,
  from,
  isIn,
  isWellFormed,
  type StepRange,
  sameCode,
  stepsShowing,
  widthOf,
  withNeighbours,
} from './candidates.ts'
import type { ThrottlePolicy } from './policy.ts'
import { admit, type Charge, noCharge, refundSession, type Throttle } from './throttle.ts'
import type { CodeAttempt, Finding, PairAttempt } from './verdict.ts'

/** Where to look. `acceptable` may reach back beyond `lastStep`; what it holds of that is no longer accepted. */
export interface Search {
  readonly lastStep: number
  readonly acceptable: StepRange
}

export interface Refusal {
  readonly finding: Finding
  readonly step?: number
  readonly charged: Charge
  readonly throttle: Throttle
}

/** Which steps show the code: the same one, but for one try in a hundred thousand. */
export interface CodeFound {
  readonly earliest: number
  readonly latest: number
  readonly throttle: Throttle
}

/** The step of the second code, and whether it was far from where it was expected. */
export interface PairFound {
  readonly step: number
  readonly far: boolean
  readonly throttle: Throttle
}

/** Charges before it looks: in the store, the charge and the verdict are one commit. */
export function judgeCode(
  { code, codeAt, nowUs, session = noCharge }: CodeAttempt,
  throttle: Throttle,
  { lastStep, acceptable, mostSteps }: Search & { readonly mostSteps: number },
  policy: ThrottlePolicy,
): CodeFound | Refusal {
  const free = (finding: Finding): Refusal => ({ finding, charged: noCharge, throttle })
  const lastCode = codeAt(Math.max(0, lastStep))
  if (!isWellFormed(code, lastCode)) return free('malformed')
  if (lastStep >= 0 && sameCode(code, lastCode)) return free('replayed')

  const width = widthOf(acceptable)
  if (width > mostSteps) return free('clock-uncertain')
  const single = reserve(throttle.single, width, nowUs, policy)
  if (single === undefined) return free('budget-empty')

  const [steps = []] = stepsShowing([code], withNeighbours(acceptable), codeAt)
  const matches = steps.filter(step => isIn(from(lastStep + 1, acceptable), step))
  const [earliest] = matches
  const latest = matches.at(-1)
  if (earliest !== undefined && latest !== undefined) {
    return { earliest, latest, throttle: refundSession(throttle, session, policy) }
  }
  const charged = { single: width, wide: 0 }
  return { ...nearMiss(steps.at(-1), { lastStep, acceptable }), charged, throttle: { ...throttle, single } }
}

/** The same for a device that is not enabled yet, where every step within reach is acceptable, so that each try is a wide one. */
export function judgeFirstPair(
  attempt: PairAttempt,
  throttle: Throttle,
  search: Search & { readonly reach: StepRange },
  policy: ThrottlePolicy,
): PairFound | Refusal {
  const left = reserve(throttle.wide, 1, attempt.nowUs, policy)
  if (left === undefined) return { finding: 'pairs-exhausted', charged: noCharge, throttle }
  return judgePair(attempt, throttle, search, policy)
}

/**
 * Two codes of steps T − 1 and T, both after `lastStep`: with a used first half, which may have been seen, the pair would
 * be a single guess. T is looked for in the acceptable steps, and within reach while the wide search has a budget.
 */
export function judgePair(
  { codes, codeAt, nowUs, source, session = noCharge }: PairAttempt,
  throttle: Throttle,
  { lastStep, acceptable, reach }: Search & { readonly reach: StepRange },
  policy: ThrottlePolicy,
): PairFound | Refusal {
  const free = (finding: Finding): Refusal => ({ finding, charged: noCharge, throttle })
  const lastCode = codeAt(Math.max(0, lastStep))
  if (codes.some(code => !isWellFormed(code, lastCode))) return free('malformed')
  if (lastStep >= 0 && codes.some(code => sameCode(code, lastCode))) return free('replayed')

  const wrongPairs = admit(throttle.wrongPairs, source, nowUs, policy)
  if (wrongPairs === undefined) return free('too-soon')
  const wide = reserve(throttle.wide, 1, nowUs, policy)

  const near = look(codes, withNeighbours(acceptable), codeAt)
  // Before a fob is enabled the whole reach is acceptable: there is no far.
  const far = look(codes, wide === undefined || covers(acceptable, reach) ? none : reach, codeAt)
  const fresh = (step: number) => step - 1 > lastStep
  const expected = near.pairs.filter(step => fresh(step) && isIn(acceptable, step)).at(-1)
  const step = expected ?? far.pairs.filter(fresh).at(-1)
  if (step !== undefined) {
    return { step, far: expected === undefined, throttle: refundSession(throttle, session, policy) }
  }
  const used = [...near.pairs, ...far.pairs].filter(end => !fresh(end)).at(-1)
  const charged = { single: 0, wide: wide === undefined ? 0 : 1 }
  const after = { charged, throttle: { ...throttle, wide: wide ?? throttle.wide, wrongPairs } }
  if (used !== undefined) return { finding: 'already-used', step: used, ...after }
  return { finding: near.apart ? 'not-consecutive' : 'unknown', ...after }
}

/** The second steps of the pairs in a range, and whether it holds both codes at all. */
function look(codes: PairAttempt['codes'], { first, last }: StepRange, codeAt: CodeAt) {
  const [firsts = [], seconds = []] = stepsShowing(codes, { first: first - 1, last }, codeAt)
  return {
    pairs: seconds.filter(second => firsts.includes(second - 1)),
    apart: firsts.length > 0 && seconds.length > 0,
  }
}

const none: StepRange = { first: 0, last: -1 }

function covers(outer: StepRange, inner: StepRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last
}

function nearMiss(step: number | undefined, { lastStep, acceptable }: Search): Pick<Refusal, 'finding' | 'step'> {
  if (step === undefined) return { finding: 'unknown' }
  if (step <= lastStep) return { finding: 'already-used', step }
  return { finding: step < acceptable.first ? 'stale' : 'early', step }
}
