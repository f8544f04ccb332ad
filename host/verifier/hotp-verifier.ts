/** HOTP fobs (RFC 4226 §7.2–7.4): look-ahead, resynchronisation with two codes, and a counter that only moves forward. */

import { judgeCode, judgeFirstPair, judgePair, type Refusal } from './judge.ts'
import { defaultHotpPolicy, type HotpPolicy } from './policy.ts'
import { freshThrottle, type Throttle } from './throttle.ts'
import {
  type CodeAttempt,
  type Decision,
  type EnableAttempt,
  type EnableDecision,
  type HotpEvidence,
  type PairAttempt,
  rejected,
} from './verdict.ts'

/** What is stored of an enabled HOTP fob besides its secret: plain data. */
export interface HotpState {
  /** Of the next code: the one after the last that was accepted. */
  readonly counter: number
  /** When that one was accepted. */
  readonly lastUsedUs?: number
  readonly throttle: Throttle
}

export type HotpDecision = Decision<HotpState, HotpEvidence>

/** One code, of any counter in the look-ahead window; a wrong one costs as many millionths as that is wide. */
export function verifyHotp(
  state: HotpState,
  attempt: CodeAttempt,
  policy: HotpPolicy = defaultHotpPolicy,
): HotpDecision {
  const evidence = gather(state, policy)
  const { acceptable } = evidence
  const search = { lastStep: state.counter - 1, acceptable, mostSteps: policy.lookAheadWindow }
  const outcome = judgeCode(attempt, state.throttle, search, policy.throttle)
  if ('finding' in outcome) return refuse(outcome, state, evidence)
  // Of several the earliest: the latest would run ahead of the fob, whose next codes would then be refused.
  return accept('more', outcome.earliest, outcome.throttle, attempt.nowUs, evidence)
}

/** Two consecutive codes of any counters in the wide window (RFC 4226 §7.4, resynchronisation). */
export function verifyHotpPair(
  state: HotpState,
  attempt: PairAttempt,
  policy: HotpPolicy = defaultHotpPolicy,
): HotpDecision {
  const evidence = gather(state, policy)
  const { acceptable, counter } = evidence
  const reach = { first: counter, last: counter + policy.resyncWindow - 1 }
  const search = { lastStep: counter - 1, acceptable, reach }
  const outcome = judgePair(attempt, state.throttle, search, policy.throttle)
  if ('finding' in outcome) return refuse(outcome, state, evidence)
  return accept(outcome.far ? 'afresh' : 'more', outcome.step, outcome.throttle, attempt.nowUs, evidence)
}

/** Enables a fob with two consecutive codes from the seed file's counter on, 0 when it names none. Again: the administrator's reset. */
export function enableHotp(
  attempt: EnableAttempt & { readonly counter?: number },
  policy: HotpPolicy = defaultHotpPolicy,
): EnableDecision<HotpState, HotpEvidence> {
  const { counter = 0, throttle = freshThrottle } = attempt
  const birth = { counter, throttle }
  const evidence = gather(birth, policy)
  const reach = { first: counter, last: counter + policy.resyncWindow - 1 }
  const search = { lastStep: counter - 1, acceptable: evidence.acceptable, reach }
  const outcome = judgeFirstPair(attempt, throttle, search, policy.throttle)
  if ('finding' in outcome) {
    return { ...refuse(outcome, birth, evidence), state: undefined, throttle: outcome.throttle }
  }
  const { verdict, state } = accept('more', outcome.step, freshThrottle, attempt.nowUs, evidence)
  return { verdict, state, throttle: freshThrottle }
}

function gather({ counter, lastUsedUs }: HotpState, { lookAheadWindow }: HotpPolicy): HotpEvidence {
  const acceptable = { first: counter, last: counter + lookAheadWindow - 1 }
  return { kind: 'HOTP', counter, acceptable, ...(lastUsedUs === undefined ? {} : { lastUsedUs }) }
}

function refuse({ finding, step, charged, throttle }: Refusal, state: HotpState, evidence: HotpEvidence): HotpDecision {
  const seen = step === undefined ? evidence : { ...evidence, step }
  return { verdict: rejected(finding, seen, charged), state: { ...state, throttle } }
}

function accept(
  learnt: 'more' | 'afresh',
  step: number,
  throttle: Throttle,
  nowUs: number,
  evidence: HotpEvidence,
): HotpDecision {
  return {
    verdict: { result: 'accepted', learnt, evidence: { ...evidence, step } },
    state: { counter: step + 1, lastUsedUs: nowUs, throttle },
  }
}
