/** The answer to a code, or to two. */

import {
  addCharges,
  type Charge,
  explain,
  type Finding,
  noCharge,
  type Reason,
  type Verdict,
} from '../verifier/entry.ts'
import type { RefusalReason } from './refusal.ts'

/** What the wrong tries of a sign-in cost, by serial number. The caller keeps it while that lasts; a success gives it back. */
export type Session = Readonly<Record<string, Charge>>

export interface AcceptedCode {
  readonly result: 'accepted'
  readonly userName: string
  readonly serialNumber: string
  /** For the log, or a tester: it tells where the fob's clock is. */
  readonly explanation: string
}

export interface RejectedCode {
  readonly result: 'rejected'
  /** For whoever asks: the same for a code that is wrong, old or early, and for a user or device that is unknown. */
  readonly reason: Reason
  /** What it was: for the log, or a tester, and never for a stranger. */
  readonly finding: Finding | RefusalReason
  /** The same in a line for a person. */
  readonly explanation: string
  /** To be given with the next try. */
  readonly session: Session
}

export type VerifyOutcome = AcceptedCode | RejectedCode

export interface Try {
  readonly serialNumber: string
  readonly verdict: Verdict
}

/** The answer to what was tried on one device or several; undefined when there was none. */
export function outcomeOf(
  tries: readonly Try[],
  { userName, session = {} }: { readonly userName: string; readonly session?: Session },
): VerifyOutcome | undefined {
  let charges = session
  let answer: RejectedCode | undefined
  for (const { serialNumber, verdict } of tries) {
    const explanation = explain(verdict)
    if (verdict.result === 'accepted') return { result: 'accepted', userName, serialNumber, explanation }
    const { reason, finding, charged } = verdict
    charges = { ...charges, [serialNumber]: addCharges(chargedTo(serialNumber, session), charged) }
    // Of several devices the one speaks that can say more than that the code is none of its own.
    if (answer === undefined || answer.finding === 'unknown') {
      answer = { result: 'rejected', reason, finding, explanation, session }
    }
  }
  return answer && { ...answer, session: charges }
}

export function chargedTo(serialNumber: string, session: Session = {}): Charge {
  // A serial number may be called like something that every object has.
  return (Object.hasOwn(session, serialNumber) ? session[serialNumber] : undefined) ?? noCharge
}
