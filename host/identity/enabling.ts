/** Whose device it is: two consecutive codes give it to a user, and an administrator takes it away again. */

import { explain, type Finding, type Reason } from '../verifier/entry.ts'
import { aboutVerdict } from './audit.ts'
import type { IdentityCore } from './core.ts'
import { codesOf, enableWithPair } from './device-verifier.ts'
import { type Device, deviceKey, type User, userKey } from './documents.ts'
import { describeDevice, type MfaDevice } from './mfa-devices.ts'
import { mostDevices, type Refusal, type RefusalReason, refuse } from './refusal.ts'
import { sourceOf } from './source.ts'
import { type Document, replace, type Settled, transact } from './store/store.ts'

export interface EnableRequest {
  readonly userName: string
  readonly serialNumber: string
  /** Two codes as the fob showed them, one after the other. */
  readonly code1: string
  readonly code2: string
  /** Where it comes from, such as an address. */
  readonly source?: string
}

export type EnableOutcome =
  | { readonly result: 'enabled'; readonly device: MfaDevice; readonly explanation: string }
  | {
      readonly result: 'rejected'
      readonly reason: Reason
      readonly finding: Finding
      readonly explanation: string
    }
  | Refusal<'no-such-user' | 'no-such-device' | 'device-in-use' | 'too-many-devices' | 'queue-full'>

export interface DeactivateRequest {
  readonly serialNumber: string
  /** Left out, whoever has it. */
  readonly userName?: string
}

export type DeactivateOutcome = { readonly result: 'deactivated' } | Refusal<'no-such-device' | 'not-enabled'>

/** Enables a device for a user. It waits in the device's line, for two codes are looked for in thousands of steps. */
export async function enableMfaDevice(core: IdentityCore, request: EnableRequest): Promise<EnableOutcome> {
  const decide = () => transact(core.store, () => decideToEnable(core, request))
  const outcome = await core.queue.run(request.serialNumber, sourceOf(request), decide)
  return outcome ?? transact(core.store, async () => turnAway(core, request, 'queue-full'))
}

async function decideToEnable(core: IdentityCore, request: EnableRequest): Promise<Settled<EnableOutcome>> {
  const user = await core.store.get(userKey(request.userName))
  if (user === undefined) return turnAway(core, request, 'no-such-user')
  const device = await core.store.get(deviceKey(request.serialNumber))
  if (device === undefined) return turnAway(core, request, 'no-such-device')
  if (device.value.enabled) return turnAway(core, request, 'device-in-use')
  if (user.value.serialNumbers.length >= mostDevices) return turnAway(core, request, 'too-many-devices')
  return judge(core, request, user, device)
}

function judge(
  core: IdentityCore,
  request: EnableRequest,
  user: Document<User>,
  device: Document<Device>,
): Settled<EnableOutcome> {
  const { userName, serialNumber, code1, code2 } = request
  const [nowUs, source] = [core.clock.nowUs(), sourceOf(request)]
  const codeAt = codesOf(device.value, core.seeds)
  const attempt = { nowUs, source, codeAt, codes: [code1, code2] as const }
  const { verdict, state, throttle } = enableWithPair(device.value, attempt, core.policy)
  const explanation = explain(verdict)
  const subject = { atUs: nowUs, action: 'enable', userName, serialNumber, source } as const
  const record = core.audit.record({ ...subject, ...aboutVerdict(verdict) })
  if (verdict.result === 'rejected') {
    const { reason, finding } = verdict
    const charged = replace(device, { ...device.value, throttle })
    return { outcome: { result: 'rejected', reason, finding, explanation }, writes: [charged, record] }
  }
  if (state === undefined) throw new Error('the verifier accepted a device and gave no state to store with it')
  const enabled = { ...device.value, throttle, enabled: { userName, atUs: nowUs, state } }
  const serialNumbers = [...user.value.serialNumbers, serialNumber]
  return {
    outcome: { result: 'enabled', device: describeDevice(enabled), explanation },
    writes: [replace(user, { ...user.value, serialNumbers }), replace(device, enabled), record],
  }
}

/** Takes a device from its user. To enable it again is the reset that forgets which codes were used: the log keeps it. */
export function deactivateMfaDevice(core: IdentityCore, request: DeactivateRequest): Promise<DeactivateOutcome> {
  const { serialNumber } = request
  return transact<DeactivateOutcome>(core.store, async () => {
    const device = await core.store.get(deviceKey(serialNumber))
    if (device === undefined) return { outcome: refuse('no-such-device', request), writes: [] }
    const { enabled, ...rest } = device.value
    const { userName = enabled?.userName } = request
    if (enabled === undefined || enabled.userName !== userName) {
      return { outcome: refuse('not-enabled', request), writes: [] }
    }
    const user = await core.store.get(userKey(userName))
    // A counter that was used is never used again, by whomever.
    const { counter } = 'counter' in enabled.state ? enabled.state : rest
    const record = core.audit.record({
      atUs: core.clock.nowUs(),
      action: 'deactivate',
      userName,
      serialNumber,
      result: 'accepted',
      explanation: `deactivated: MFA device ${serialNumber} is no longer that of ${userName}`,
    })
    return {
      outcome: { result: 'deactivated' },
      writes: [
        ...(user ? [replace(user, without(user.value, serialNumber))] : []),
        replace(device, { ...rest, counter }),
        record,
      ],
    }
  })
}

function without(user: User, serialNumber: string): User {
  return { ...user, serialNumbers: user.serialNumbers.filter(other => other !== serialNumber) }
}

/** Refuses what the verifier was not asked about. */
function turnAway<Reason extends RefusalReason>(
  { audit, clock }: IdentityCore,
  request: EnableRequest,
  reason: Reason,
): Settled<Refusal<Reason>> {
  const { userName, serialNumber } = request
  const refusal = refuse(reason, { userName, serialNumber })
  const record = audit.record({
    atUs: clock.nowUs(),
    action: 'enable',
    userName,
    serialNumber,
    source: sourceOf(request),
    result: 'rejected',
    finding: reason,
    explanation: `refused: ${refusal.explanation}`,
  })
  return { outcome: refusal, writes: [record] }
}
