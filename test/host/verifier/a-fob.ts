/** A fob for the verifier's tests: its codes are the last digits of their steps, and its clock runs `deltaUs` from the server's. */

import { defaultTotpPolicy, type TotpPolicy } from '../../../host/verifier/policy.ts'
import { enableTotp, type TotpState, verifyTotp, verifyTotpPair } from '../../../host/verifier/totp-verifier.ts'
import { stepOf } from '../../../protocol/oath/totp.ts'
import { dayUs, secondUs } from '../../../protocol/time/duration.ts'

/** As unlike as real codes are, and readable. */
export const codeAt = (step: number) => String(step % 1_000_000).padStart(6, '0')

/** 2026-11-24T14:00:10Z: ten seconds into a step. */
export const startUs = 1_795_528_810 * secondUs

/** The step on a display at an instant of the server's clock. */
export function shownAt(nowUs: number, deltaUs = 0, { timeStepUs }: TotpPolicy = defaultTotpPolicy): number {
  return stepOf(nowUs + deltaUs, timeStepUs)
}

/** Enabled at `startUs`. */
export function enabled(deltaUs = 0, policy = defaultTotpPolicy): TotpState {
  const step = shownAt(startUs, deltaUs, policy)
  const codes = [codeAt(step - 1), codeAt(step)] as const
  const { state } = enableTotp({ codes, nowUs: startUs, codeAt, source: 'owner' }, policy)
  if (state === undefined) throw new Error('this fob could not be enabled')
  return state
}

export function signIn(state: TotpState, nowUs: number, step: number, policy = defaultTotpPolicy) {
  return verifyTotp(state, { code: codeAt(step), nowUs, codeAt }, policy)
}

/** With the codes of `step − 1` and `step`. */
export function signInTwice(
  state: TotpState,
  nowUs: number,
  step: number,
  source = 'owner',
  policy = defaultTotpPolicy,
) {
  return verifyTotpPair(state, { codes: [codeAt(step - 1), codeAt(step)], nowUs, codeAt, source }, policy)
}

export const daysUs = (days: number) => days * dayUs
export const secondsUs = (seconds: number) => seconds * secondUs
