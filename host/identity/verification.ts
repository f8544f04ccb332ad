/**
 * Signing in with a code: the verifier decides, and its decision is stored before anything is granted.
 * That commit is the device's one compare-and-set. It makes a code good once, however many offer it and from wherever;
 * whoever loses it reads again and decides again.
 */

import type { Attempt, Decision, Evidence, Reason } from '../verifier/entry.ts'
import { aboutVerdict, type DecisionRecord } from './audit.ts'
import type { IdentityCore } from './core.ts'
import { decoyState } from './decoy.ts'
import { codesOf, verifyCode, verifyPair } from './device-verifier.ts'
import { type Device, type DeviceState, deviceKey, type Enabled, userKey } from './documents.ts'
import { type RefusalReason, refuse } from './refusal.ts'
import { sourceOf } from './source.ts'
import { type Document, replace, type Settled, transact, type Write } from './store/store.ts'
import { chargedTo, outcomeOf, type Session, type Try, type VerifyOutcome } from './verify-outcome.ts'

export interface VerifyRequest {
  readonly userName: string
  readonly code: string
  /** Left out, it may be a code of any device of the user. */
  readonly serialNumber?: string
  /** Where it comes from, such as an address: sources take turns, and wrong pairs of codes are paced by source. */
  readonly source?: string
  /** As the rejected try before it in the same sign-in gave it. */
  readonly session?: Session
}

export interface ResyncRequest extends Omit<VerifyRequest, 'code'> {
  readonly serialNumber: string
  /** Two codes as the fob showed them, one after the other. */
  readonly code1: string
  readonly code2: string
}

/** A request without its codes, which only the judge knows. */
interface Inquiry extends Omit<VerifyRequest, 'code'> {
  readonly action: DecisionRecord['action']
  readonly judge: (device: Device, state: DeviceState, attempt: Attempt) => Decision<DeviceState, Evidence>
}

/** One code. Whatever is wrong with it is a value. */
export function verify(core: IdentityCore, { code, ...request }: VerifyRequest): Promise<VerifyOutcome> {
  const judge: Inquiry['judge'] = (device, state, attempt) =>
    verifyCode(device, state, { ...attempt, code }, core.policy)
  return settle(core, { ...request, action: 'sign-in', judge })
}

/** Two consecutive codes: after wrong ones, or when the fob's clock was set. They sign in as one does. */
export function resyncMfaDevice(
  core: IdentityCore,
  { code1, code2, ...request }: ResyncRequest,
): Promise<VerifyOutcome> {
  const source = sourceOf(request)
  const judge: Inquiry['judge'] = (device, state, attempt) =>
    verifyPair(device, state, { ...attempt, codes: [code1, code2], source }, core.policy)
  return settle(core, { ...request, action: 'resync', judge })
}

async function settle(core: IdentityCore, inquiry: Inquiry): Promise<VerifyOutcome> {
  const { userName, serialNumber } = inquiry
  const line = serialNumber ?? (await core.store.get(userKey(userName)))?.value.serialNumbers[0] ?? userName
  const outcome = await core.queue.run(line, sourceOf(inquiry), () => transact(core.store, () => decide(core, inquiry)))
  return outcome ?? transact(core.store, async () => turnAway(core, inquiry, 'throttled', 'queue-full'))
}

async function decide(core: IdentityCore, inquiry: Inquiry): Promise<Settled<VerifyOutcome>> {
  const nowUs = core.clock.nowUs()
  const { devices, otherwise } = await devicesFor(core, inquiry)
  const tries = devices.map(device => tryOn(core, device, nowUs, inquiry))
  // The right code of one device is a wrong one of all others, and is not held against them.
  const accepted = tries.find(({ verdict }) => verdict.result === 'accepted')
  const decisive = accepted === undefined ? tries : [accepted]
  const outcome = outcomeOf(decisive, inquiry)
  if (outcome === undefined) {
    inquiry.judge(core.decoy, decoyState(nowUs), { nowUs, codeAt: codesOf(core.decoy, core.seeds) })
    return turnAway(core, inquiry, 'wrong-code', otherwise)
  }
  return { outcome, writes: decisive.flatMap(({ writes }) => writes) }
}

interface EnabledDevice {
  readonly document: Document<Device>
  readonly enabled: Enabled
}

/** The devices whose code it may be, or else why there are none. */
async function devicesFor(
  { store }: IdentityCore,
  { userName, serialNumber }: Inquiry,
): Promise<{ readonly devices: readonly EnabledDevice[]; readonly otherwise: RefusalReason }> {
  const theirs = (document: Document<Device> | undefined): EnabledDevice[] =>
    document?.value.enabled?.userName === userName ? [{ document, enabled: document.value.enabled }] : []
  if (serialNumber !== undefined) {
    const document = await store.get(deviceKey(serialNumber))
    return { devices: theirs(document), otherwise: document === undefined ? 'no-such-device' : 'not-enabled' }
  }
  const user = await store.get(userKey(userName))
  const documents = await Promise.all((user?.value.serialNumbers ?? []).map(serial => store.get(deviceKey(serial))))
  return { devices: documents.flatMap(theirs), otherwise: user === undefined ? 'no-such-user' : 'no-devices' }
}

/** The verdict with what it changes: charged before it is answered, or a thousand guesses at once would cost one. */
function tryOn(
  { seeds, audit }: IdentityCore,
  { document, enabled }: EnabledDevice,
  nowUs: number,
  inquiry: Inquiry,
): Try & { readonly writes: readonly Write[] } {
  const device = document.value
  const { serialNumber } = device
  const attempt = { nowUs, codeAt: codesOf(device, seeds), session: chargedTo(serialNumber, inquiry.session) }
  const { verdict, state } = inquiry.judge(device, enabled.state, attempt)
  const { action, userName } = inquiry
  const record = { atUs: nowUs, action, userName, serialNumber, source: sourceOf(inquiry), ...aboutVerdict(verdict) }
  return {
    serialNumber,
    verdict,
    writes: [replace(document, { ...device, enabled: { ...enabled, state } }), audit.record(record)],
  }
}

/** Refuses what no device was asked about. */
function turnAway(
  { audit, clock }: IdentityCore,
  inquiry: Inquiry,
  reason: Reason,
  finding: RefusalReason,
): Settled<VerifyOutcome> {
  const { action, userName, serialNumber, session = {} } = inquiry
  const explanation = `refused: ${refuse(finding, inquiry).explanation}`
  const answer = { result: 'rejected', reason, finding, explanation } as const
  const subject = { atUs: clock.nowUs(), action, userName, serialNumber, source: sourceOf(inquiry) }
  return { outcome: { ...answer, session }, writes: [audit.record({ ...subject, ...answer })] }
}
