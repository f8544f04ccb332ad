/** TOTP fobs (RFC 6238): a sign-in with one code, one with two, and the two with which a fob is enabled. */

import { acceptableSteps } from './candidates.ts'
import { type DriftState, firstSeen, type Interval } from './drift-state.ts'
import { predict, rateAt } from './interval.ts'
import { judgeCode, judgeFirstPair, judgePair, type PairFound, type Refusal } from './judge.ts'
import { anchoredHere, learn, learnNothing, startAfresh } from './learn.ts'
import { defaultTotpPolicy, type TotpPolicy } from './policy.ts'
import { freshThrottle, type Throttle } from './throttle.ts'
import {
  type Accepted,
  type CodeAttempt,
  type Decision,
  type EnableAttempt,
  type EnableDecision,
  type PairAttempt,
  rejected,
  type TotpEvidence,
} from './verdict.ts'

/** What is stored of an enabled TOTP fob besides its secret: plain data. */
export interface TotpState {
  readonly drift: DriftState
  readonly throttle: Throttle
}

export type TotpDecision = Decision<TotpState, TotpEvidence>

/** What a seed file says of a clock (RFC 6030 §4.2.3, `TimeDrift`). */
export interface TimeDrift {
  /** Steps that it ran ahead, or behind when negative. */
  readonly steps: number
  readonly atUs: number
}

/** One code. A refusal never changes what is known of the clock. */
export function verifyTotp(
  state: TotpState,
  attempt: CodeAttempt,
  policy: TotpPolicy = defaultTotpPolicy,
): TotpDecision {
  const { nowUs } = attempt
  const { drift } = state
  const evidence = gather(drift, nowUs, policy)
  const search = { lastStep: drift.lastStep, acceptable: evidence.acceptable, mostSteps: policy.maxSteps }
  const outcome = judgeCode(attempt, state.throttle, search, policy.throttle)
  if ('finding' in outcome) return refuse(outcome, drift, evidence)
  // A code that several steps show may be of any of them: the latest counts as used, and nothing is learnt.
  const { earliest, latest, throttle } = outcome
  return earliest === latest
    ? accept('more', { drift: learn(drift, latest, nowUs, policy), throttle }, evidence, policy)
    : accept('nothing', { drift: learnNothing(drift, latest, nowUs, policy), throttle }, evidence, policy)
}

/** Two consecutive codes: whatever the drift, and the way back in when a clock was set or the budget is empty. */
export function verifyTotpPair(
  state: TotpState,
  attempt: PairAttempt,
  policy: TotpPolicy = defaultTotpPolicy,
): TotpDecision {
  const { drift } = state
  const evidence = gather(drift, attempt.nowUs, policy)
  const outcome = lookForPair(drift, state.throttle, attempt, evidence, policy)
  if ('finding' in outcome) return refuse(outcome, drift, evidence)
  return acceptPair(drift, outcome, evidence, policy)
}

/**
 * Enables a fob with two consecutive codes: looked for about `timeDrift`, and within `resyncReach` of the server's time.
 * Enabling again is the administrator's reset: it forgets `lastStep`.
 */
export function enableTotp(
  attempt: EnableAttempt & { readonly timeDrift?: TimeDrift },
  policy: TotpPolicy = defaultTotpPolicy,
): EnableDecision<TotpState, TotpEvidence> {
  const { nowUs, timeDrift, throttle = freshThrottle } = attempt
  const drift = birthOf(timeDrift, nowUs, policy)
  const evidence = gather(drift, nowUs, policy)
  const reach = acceptableSteps(reachOf(policy), nowUs, policy)
  const search = { lastStep: drift.lastStep, acceptable: evidence.acceptable, reach }
  const outcome = judgeFirstPair(attempt, throttle, search, policy.throttle)
  if ('finding' in outcome) {
    return { ...refuse(outcome, drift, evidence), state: undefined, throttle: outcome.throttle }
  }
  const { verdict, state } = acceptPair(drift, outcome, evidence, policy)
  // The seed file says where to look. History begins with what the fob itself showed.
  return { verdict, state: { drift: anchoredHere(state.drift), throttle: freshThrottle }, throttle: freshThrottle }
}

function birthOf(timeDrift: TimeDrift | undefined, nowUs: number, policy: TotpPolicy): DriftState {
  if (timeDrift === undefined) return firstSeen({ ...reachOf(policy), atUs: nowUs })
  const { steps, atUs } = timeDrift
  // It is in whole steps, rounded nobody says how.
  return firstSeen({ loUs: (steps - 1) * policy.timeStepUs, hiUs: (steps + 1) * policy.timeStepUs, atUs })
}

function lookForPair(
  { lastStep }: DriftState,
  throttle: Throttle,
  attempt: PairAttempt,
  { acceptable, nowUs }: TotpEvidence,
  policy: TotpPolicy,
): PairFound | Refusal {
  const reach = acceptableSteps(reachOf(policy), nowUs, policy)
  return judgePair(attempt, throttle, { lastStep, acceptable, reach }, policy.throttle)
}

function acceptPair(
  drift: DriftState,
  { step, far, throttle }: PairFound,
  evidence: TotpEvidence,
  policy: TotpPolicy,
): TotpDecision & { readonly state: TotpState } {
  return far
    ? accept('afresh', { drift: startAfresh(drift, step, evidence.nowUs, policy), throttle }, evidence, policy)
    : accept('more', { drift: learn(drift, step, evidence.nowUs, policy), throttle }, evidence, policy)
}

function reachOf({ resyncReachUs }: TotpPolicy): Interval {
  return { loUs: -resyncReachUs, hiUs: resyncReachUs }
}

function gather(drift: DriftState, nowUs: number, policy: TotpPolicy): TotpEvidence {
  const runs = predict(drift, nowUs, policy)
  return {
    kind: 'TOTP',
    nowUs,
    timeStepUs: policy.timeStepUs,
    lastStep: drift.lastStep,
    lastUsedUs: drift.atUs,
    acceptable: acceptableSteps(runs, nowUs, policy),
    runs,
    rate: rateAt(drift, nowUs, policy),
  }
}

function refuse(
  { finding, step, charged, throttle }: Refusal,
  drift: DriftState,
  evidence: TotpEvidence,
): TotpDecision {
  const seen = step === undefined ? evidence : { ...evidence, step }
  return { verdict: rejected(finding, seen, charged), state: { drift, throttle } }
}

function accept(
  learnt: Accepted['learnt'],
  state: TotpState,
  evidence: TotpEvidence,
  policy: TotpPolicy,
): TotpDecision {
  const { loUs, hiUs, lastStep, atUs } = state.drift
  const now = { step: lastStep, runs: { loUs, hiUs }, rate: rateAt(state.drift, atUs, policy) }
  return { verdict: { result: 'accepted', learnt, evidence: { ...evidence, ...now } }, state }
}
