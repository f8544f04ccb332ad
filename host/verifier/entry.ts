/** What `softfob/verifier` offers: decisions on one-time passwords as pure functions, for whoever keeps fobs of their own. */

export { type Budget, leftIn } from './budget.ts'
export type { CodeAt, StepRange } from './candidates.ts'
export type { DriftState, Interval, Sighting } from './drift-state.ts'
export { explain } from './explain.ts'
export { enableHotp, type HotpDecision, type HotpState, verifyHotp, verifyHotpPair } from './hotp-verifier.ts'
export { predict, type Rate, rateAt } from './interval.ts'
export {
  type CrystalPolicy,
  type HotpPolicy,
  type HotpPolicyOptions,
  hotpPolicy,
  type ThrottleOptions,
  type ThrottlePolicy,
  type TotpPolicy,
  type TotpPolicyOptions,
  totpPolicy,
} from './policy.ts'
export { addCharges, type Charge, noCharge, type Throttle, type WrongPair } from './throttle.ts'
export {
  enableTotp,
  type TimeDrift,
  type TotpDecision,
  type TotpState,
  verifyTotp,
  verifyTotpPair,
} from './totp-verifier.ts'
export {
  type Accepted,
  type Attempt,
  type CodeAttempt,
  type Decision,
  type EnableAttempt,
  type EnableDecision,
  type Evidence,
  type Finding,
  type HotpEvidence,
  type PairAttempt,
  type Reason,
  type Rejected,
  replyOf,
  type TotpEvidence,
  type Verdict,
} from './verdict.ts'
