/** The verifier for one device: its policy, and the functions of its kind. */

import { hotp } from '../../protocol/oath/hotp.ts'
import {
  type CodeAt,
  type CodeAttempt,
  type Decision,
  type EnableDecision,
  type Evidence,
  enableHotp,
  enableTotp,
  hotpPolicy,
  type PairAttempt,
  type TotpPolicy,
  totpPolicy,
  verifyHotp,
  verifyHotpPair,
  verifyTotp,
  verifyTotpPair,
} from '../verifier/entry.ts'
import type { IdentityPolicy } from './core.ts'
import type { Device, DeviceModel, DeviceState } from './documents.ts'
import type { SeedSealer } from './seed-sealing.ts'

/** The code of each step or counter. @throws Error when the seed does not open */
export function codesOf({ serialNumber, seed, hash, digits }: Device, seeds: SeedSealer): CodeAt {
  const secret = seeds.unseal(serialNumber, seed)
  return step => hotp(secret, step, hash, digits)
}

export function verifyCode(
  device: DeviceModel,
  state: DeviceState,
  attempt: CodeAttempt,
  policy: IdentityPolicy,
): Decision<DeviceState, Evidence> {
  return 'drift' in state
    ? verifyTotp(state, attempt, totpPolicyOf(device, policy))
    : verifyHotp(state, attempt, hotpPolicy(policy.hotp))
}

export function verifyPair(
  device: DeviceModel,
  state: DeviceState,
  attempt: PairAttempt,
  policy: IdentityPolicy,
): Decision<DeviceState, Evidence> {
  return 'drift' in state
    ? verifyTotpPair(state, attempt, totpPolicyOf(device, policy))
    : verifyHotpPair(state, attempt, hotpPolicy(policy.hotp))
}

/** The state is undefined when the two codes are refused. */
export function enableWithPair(
  { throttle, ...device }: Device,
  pair: PairAttempt,
  policy: IdentityPolicy,
): EnableDecision<DeviceState, Evidence> {
  const { kind, counter, timeDrift } = device
  const attempt = { ...pair, ...(throttle && { throttle }) }
  return kind === 'TOTP'
    ? enableTotp({ ...attempt, ...(timeDrift && { timeDrift }) }, totpPolicyOf(device, policy))
    : enableHotp({ ...attempt, counter }, hotpPolicy(policy.hotp))
}

/** @throws RangeError for a time step or a crystal that is none. */
export function totpPolicyOf({ timeStepSeconds, crystal }: DeviceModel, { totp }: IdentityPolicy): TotpPolicy {
  return totpPolicy({ ...totp, timeStep: { seconds: timeStepSeconds }, ...(crystal && { crystal }) })
}
