/** What a verifier says: to whoever asks, to the audit log, and to the store. */

import type { CodeAt, StepRange } from './candidates.ts'
import type { Interval } from './drift-state.ts'
import type { Rate } from './interval.ts'
import { type Charge, noCharge, type Throttle } from './throttle.ts'

/** What the log may know of a refusal, and what the one who asked may be told: of a wrong code, never how it was wrong. */
const reasons = {
  /** Not digits, or not as many as this fob shows. Free. */
  malformed: 'malformed',
  /** The code that was accepted last. Free. */
  replayed: 'replayed',
  /** Of no step near by. */
  unknown: 'wrong-code',
  /** Of a step just before the acceptable ones. */
  stale: 'wrong-code',
  /** Of a step, or counter, just after the acceptable ones. */
  early: 'wrong-code',
  /** Not after the last accepted one: it may have been seen. */
  'already-used': 'wrong-code',
  /** Two codes of this fob, but not of neighbouring steps in their order. */
  'not-consecutive': 'wrong-code',
  /** Too many steps could be meant. Nothing was evaluated. */
  'clock-uncertain': 'need-two-codes',
  /** Too many wrong codes. Nothing was evaluated. */
  'budget-empty': 'need-two-codes',
  /** A wrong pair a moment ago. Nothing was evaluated. */
  'too-soon': 'throttled',
  /** Too many wrong pairs before the device was enabled. Nothing was evaluated. */
  'pairs-exhausted': 'throttled',
} as const

export type Finding = keyof typeof reasons
export type Reason = (typeof reasons)[Finding]

/** What the decision was made on. For the log: it tells where the fob's clock is. */
export interface TotpEvidence {
  readonly kind: 'TOTP'
  readonly nowUs: number
  readonly timeStepUs: number
  /** The step that the code, or the second of two, is of; none when it is of none near by. */
  readonly step?: number
  readonly lastStep: number
  /** When `lastStep` was accepted. */
  readonly lastUsedUs: number
  /** The steps that it could have been of. */
  readonly acceptable: StepRange
  /** Where δ is: as predicted in a refusal, as learnt in an acceptance. */
  readonly runs: Interval
  readonly rate: Rate
}

export interface HotpEvidence {
  readonly kind: 'HOTP'
  /** The counter that the code, or the second of two, is of; none when it is of none near by. */
  readonly step?: number
  /** The counter that was expected. */
  readonly counter: number
  /** When the last one was accepted; none before the first. */
  readonly lastUsedUs?: number
  readonly acceptable: StepRange
}

export type Evidence = TotpEvidence | HotpEvidence

export interface Accepted<E extends Evidence = Evidence> {
  readonly result: 'accepted'
  /** What the verifier made of it; afresh: the device's clock or counter was elsewhere, and its history is void. */
  readonly learnt: 'more' | 'nothing' | 'afresh'
  readonly evidence: E
}

export interface Rejected<E extends Evidence = Evidence> {
  readonly result: 'rejected'
  /** For whoever asks. */
  readonly reason: Reason
  /** For the log only. */
  readonly finding: Finding
  /** For the caller, who adds it up while a session lasts. */
  readonly charged: Charge
  readonly evidence: E
}

export type Verdict<E extends Evidence = Evidence> = Accepted<E> | Rejected<E>

/** A verdict and the state to store with it, in one compare-and-set, before anything is granted. */
export interface Decision<State, E extends Evidence> {
  readonly verdict: Verdict<E>
  readonly state: State
}

/** What every try brings. */
export interface Attempt {
  readonly nowUs: number
  readonly codeAt: CodeAt
  /** What earlier tries of the same session were charged; a success gives it back. */
  readonly session?: Charge
}

export interface CodeAttempt extends Attempt {
  readonly code: string
}

export interface PairAttempt extends Attempt {
  /** As shown one after the other. */
  readonly codes: readonly [string, string]
  /** Who asks, such as an address; wrong pairs are paced by source. */
  readonly source: string
}

export function rejected<E extends Evidence>(finding: Finding, evidence: E, charged: Charge = noCharge): Rejected<E> {
  return { result: 'rejected', reason: reasons[finding], finding, charged, evidence }
}

/** Two codes for a device that is not enabled yet. */
export interface EnableAttempt extends PairAttempt {
  /** What the enablings before this one left of its budget. */
  readonly throttle?: Throttle
}

/** The state is undefined when the codes are refused; the throttle is to be stored with the device then. */
export interface EnableDecision<State, E extends Evidence> extends Decision<State | undefined, E> {
  readonly throttle: Throttle
}

/** The part of a verdict that may leave the house. */
export function replyOf(
  verdict: Verdict,
): { readonly result: 'accepted' } | { readonly result: 'rejected'; readonly reason: Reason } {
  return verdict.result === 'accepted' ? { result: 'accepted' } : { result: 'rejected', reason: verdict.reason }
}
